/** What may be answered to each request of a case, and what it may leave in memory, as data. */
import { allFlags, type FlagBits } from '../../models/reference/flags.ts';
import { type Expected, expectationsWithFlags, requiredFlags } from '../../models/reference/translation.ts';
import type { Request, TranslationCase } from '../../spec/schema.ts';
import type { AllowedAlternative, AllowedFlags, AllowedTranslation } from '../../spec/vectors/translation.ts';
import { alternativeData, flagsData, recordData } from './allowed-request.ts';
import { FLAG_BITS, wordsOf } from './judge-memory.ts';

/** Undefined when anything may be answered to every request. */
export function allowedTranslation(testCase: TranslationCase): AllowedTranslation | undefined {
  const requests = expectationsWithFlags(testCase).map((expected, index) =>
    expected === undefined || expected.alternatives.length === 0
      ? null
      : allowedRequest(testCase, testCase.requests[index] as Request, expected),
  );
  return requests.every((request) => request === null) ? undefined : { requests };
}

function allowedRequest(
  testCase: TranslationCase,
  request: Request,
  { alternatives, accessed }: Expected,
): AllowedTranslation['requests'][number] {
  return {
    alternatives: alternatives.map((alternative): AllowedAlternative => {
      const data = alternativeData(alternative);
      if (alternative.outcome !== 'translated' || data.outcome !== 'translated') return data;
      return {
        ...data,
        ...some('sets', newFlags(testCase, requiredFlags(alternative))),
        ...some('maySet', allFlags([alternative.required, alternative.permitted])),
      };
    }),
    record: recordData(testCase.profile, request),
    ...some('maySet', accessed),
  };
}

/** Of the flags that an answer sets, those that are not set yet. */
function newFlags(testCase: TranslationCase, required: FlagBits): FlagBits {
  if (required.size === 0) return required;
  const before = wordsOf(testCase);
  return new Map(
    [...required].map(([address, bits]) => [address, bits & FLAG_BITS & ~(before.get(address) ?? 0n)]),
  );
}

function some(name: 'sets' | 'maySet', flags: FlagBits): Partial<Record<typeof name, AllowedFlags>> {
  const data = flagsData(flags);
  return data.length === 0 ? {} : { [name]: data };
}
