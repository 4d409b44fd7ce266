/** Answers in a few words of the field. */
import type { Alternative, Translated } from '../../models/reference/alternative.ts';
import type { RequestResult } from '../../spec/schema.ts';

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** What the reference allows. */
export function describe(alternative: Alternative): string {
  switch (alternative.outcome) {
    case 'translated':
      return alternative.completion === undefined ? passed(alternative) : completed(alternative);
    case 'queued':
      return 'queued';
    case 'blocked': {
      const { condition, rule, status } = alternative;
      const answered = status === undefined ? 'blocked' : `blocked, answered ${status},`;
      return condition === undefined
        ? `${answered} (${rule})`
        : `${answered} with ${hex(condition.code)} (${rule})`;
    }
  }
}

const passed = ({ address }: Translated): string =>
  address === undefined ? 'translated' : `translated to ${hex(address)}`;

function completed({ address, read, write, rules }: Translated): string {
  const rights = [read ? 'R' : '', write ? 'W' : ''].join('');
  return rights === '' || address === undefined
    ? `completed with ${rights === '' ? 'no rights' : rights} (${rules[0]})`
    : `completed with ${rights} for ${hex(address)}`;
}

/** What was answered. */
export function describeResult(result: RequestResult): string {
  switch (result.outcome) {
    case 'translated': {
      const { address, read, write } = result;
      const rights = read === false && write === false ? ' without rights' : '';
      return `translated${address === undefined ? '' : ` to ${hex(address)}`}${rights}`;
    }
    case 'blocked': {
      const code = result.code ?? result.record?.code;
      const answered = result.status === undefined ? 'blocked' : `blocked, answered ${result.status}`;
      return code === undefined ? answered : `${answered} with ${hex(code)}`;
    }
    default:
      return result.outcome;
  }
}
