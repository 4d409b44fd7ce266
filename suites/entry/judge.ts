/**
 * Judges one answer of area `entry` against everything that the reference allows. Aspects: `outcome`, an
 * entry was accepted or refused wrongly, or a field of an accepted entry has another value (a rule of its
 * own for each field); `code`, refused rightly with a code that no condition which holds has; `record`,
 * FPD, which decides whether a fault is recorded.
 */
import {
  canMeet,
  checkEntry,
  type EntryExpectation,
  hasIgnoredBitsSet,
  usedFields,
} from '../../models/reference/entry.ts';
import { faultCondition } from '../../spec/faults.ts';
import { fieldRule, fpdRule, ignoredRule, validRule } from '../../spec/rules/entry.ts';
import type { EntryCase, EntryObservation, Mismatch } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/**
 * Looks only at what was observed: `fpd` and any of `fields` may be left out. Nothing is required of an entry
 * that a unit of the profile never reads.
 */
export function judgeEntry(testCase: EntryCase, observation: EntryObservation): Verdict {
  const exercised: string[] = [];
  const mismatches: Mismatch[] = [];
  const { format, words, profile } = testCase;
  if (!canMeet(format, profile)) return { exercised, mismatches };
  const expectation = checkEntry(format, words, profile);
  const { fpd, mayBeValid } = expectation;

  if (fpd !== undefined && observation.fpd !== undefined) {
    const rule = fpdRule(format);
    exercised.push(rule);
    if (observation.fpd !== fpd) {
      mismatches.push({ rule, aspect: 'record', expected: `FPD ${fpd}`, observed: `FPD ${observation.fpd}` });
    }
  }

  const outcome = judgeOutcome(testCase, observation.fault, expectation);
  if (outcome.decidedBy !== undefined) exercised.push(outcome.decidedBy);
  if (outcome.mismatch !== undefined) mismatches.push(outcome.mismatch);

  if (observation.fault === null && mayBeValid && observation.fields !== undefined) {
    for (const { name, value } of usedFields(format, words, profile)) {
      const seen = observation.fields[name];
      if (seen === undefined) continue;
      const rule = fieldRule(format, name);
      exercised.push(rule);
      if (seen !== value) {
        const values = { expected: `${name} = ${hex(value)}`, observed: `${name} = ${hex(seen)}` };
        mismatches.push({ rule, aspect: 'outcome', ...values });
      }
    }
  }
  return { exercised, mismatches };
}

interface Outcome {
  /** The one rule that left no choice, or the one that was broken. */
  readonly decidedBy?: string;
  readonly mismatch?: Mismatch;
}

function judgeOutcome(testCase: EntryCase, fault: number | null, expectation: EntryExpectation): Outcome {
  const { conditions, certain, mayBeValid } = expectation;
  const [first, second] = certain.length > 0 ? certain : conditions;
  if (first === undefined) {
    const rule = acceptanceRule(testCase);
    return fault === null ? { decidedBy: rule } : broken(rule, 'outcome', 'valid', `fault ${hex(fault)}`);
  }
  if (fault === null ? mayBeValid : conditions.some((id) => faultCondition(id).code === fault)) {
    return mayBeValid || second !== undefined ? {} : { decidedBy: first };
  }
  const observed = fault === null ? 'valid' : `fault ${hex(fault)}`;
  return broken(first, fault === null ? 'outcome' : 'code', allowed(expectation), observed);
}

/** An entry with ignored bits set breaks the rule about them when it is refused. */
export function acceptanceRule({ format, words, profile }: EntryCase): string {
  return hasIgnoredBitsSet(format, words, profile) ? ignoredRule(format) : validRule(format);
}

function broken(rule: string, aspect: 'outcome' | 'code', expected: string, observed: string): Outcome {
  return { decidedBy: rule, mismatch: { rule, aspect, expected, observed } };
}

function allowed({ conditions, mayBeValid }: EntryExpectation): string {
  const faults = conditions.map((id) => `fault ${hex(faultCondition(id).code)} (${id})`);
  return [...faults, ...(mayBeValid ? ['valid'] : [])].join(' or ');
}
