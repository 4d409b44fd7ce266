/** Everything that may be answered about one entry, as data. */
import { canMeet, checkEntry, usedFields } from '../../models/reference/entry.ts';
import { faultCondition } from '../../spec/faults.ts';
import { fieldRule, fpdRule } from '../../spec/rules/entry.ts';
import type { EntryCase } from '../../spec/schema.ts';
import type { AllowedEntry } from '../../spec/vectors/entry.ts';
import { acceptanceRule } from './judge.ts';

/** Undefined when nothing is required of the answer: a unit of the profile never reads such an entry. */
export function allowedEntry(testCase: EntryCase): AllowedEntry | undefined {
  const { format, words, profile } = testCase;
  if (!canMeet(format, profile)) return undefined;
  const { fpd, conditions, mayBeValid } = checkEntry(format, words, profile);
  const fields = mayBeValid ? usedFields(format, words, profile) : [];
  const valid = {
    rule: acceptanceRule(testCase),
    fields: fields.map(({ name, value }) => ({ name, value, rule: fieldRule(format, name) })),
  };
  return {
    faults: conditions.map((rule) => ({ code: faultCondition(rule).code, rule })),
    ...(mayBeValid ? { valid } : {}),
    ...(fpd === undefined ? {} : { fpd: { value: fpd, rule: fpdRule(format) } }),
  };
}
