/** Answers in a few words of the field. */
import type { Alternative } from '../../models/reference/alternative.ts';
import type { RequestResult } from '../../spec/schema.ts';

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** What the reference allows. */
export function describe(alternative: Alternative): string {
  return alternative.outcome === 'translated'
    ? `translated to ${hex(alternative.address)}`
    : `blocked with ${hex(alternative.condition.code)} (${alternative.condition.id})`;
}

/** What was answered. */
export function describeResult(result: RequestResult): string {
  if (result.outcome === 'translated') {
    return result.address === undefined ? 'translated' : `translated to ${hex(result.address)}`;
  }
  if (result.outcome === 'unobserved') return 'unobserved';
  const code = result.code ?? result.record?.code;
  return code === undefined ? 'blocked' : `blocked with ${hex(code)}`;
}
