/** Answers in the words that the script prints too (python.ts): both have to say the same of the same. */
import { requester, shortHex } from '../../../spec/hex.ts';
import type { RequestResult, TranslationObservation } from '../../../spec/schema.ts';

export function resultWords(result: RequestResult): string {
  switch (result.outcome) {
    case 'translated':
      return result.address === undefined
        ? 'translated, to memory that is not marked'
        : `translated to ${shortHex(result.address)}`;
    case 'blocked':
      return result.record ? `blocked, ${recordWords(result.record)}` : 'blocked, no fault recorded';
    default:
      return 'nothing arrived, no fault recorded';
  }
}

type FaultRecord = NonNullable<Extract<RequestResult, { outcome: 'blocked' }>['record']>;

function recordWords({ code = 0, op, address = 0n, sourceId = 0 }: FaultRecord): string {
  return `fault ${shortHex(BigInt(code))} recorded: ${op} of ${shortHex(address)} from ${requester(sourceId)}`;
}

export function memoryWords(memory: NonNullable<TranslationObservation['memory']>): string {
  const words = memory.map(({ address, value }) => `[${shortHex(address)}] = ${shortHex(value)}`);
  return words.length === 0 ? 'tables as they were' : words.join(', ');
}
