/**
 * Judges used(): the answer must lie between what reviewed table and hardware both use and what either
 * uses. Under the policy `reviewed` it must be the reviewed table. A missing bit is attributed to the row
 * of the table that it belongs to.
 */
import { allHold } from '../../models/masks.ts';
import { loadWords } from '../../models/word-copies.ts';
import type { Aspect, Mismatch, UsedBitsCase, UsedBitsObservation } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import {
  both,
  certain,
  ENTRY,
  HALVES,
  halves,
  loadEntry,
  loadTarget,
  newMask,
  permitted,
  reviewed,
  safe,
  safeAtMost,
} from './case-masks.ts';
import type { CompiledKnowledge } from './compiled.ts';
import { describeBits } from './describe.ts';

const aspect: Aspect = 'outcome';

const observedWords = new BigUint64Array(HALVES);
/** What was answered: `used` in the lower half, `safe` in the upper. */
const answer = new Uint32Array(observedWords.buffer);
const SAFE = HALVES;
const [missing, extra, scratch] = [newMask(), newMask(), newMask()];

/** The verdict on one answer. */
export function judgeUsedBits(testCase: UsedBitsCase, observation: UsedBitsObservation): Verdict {
  const known = loadEntry(testCase);
  loadWords(observedWords, observation.used);
  const exercised: string[] = [];
  const mismatches: Mismatch[] = [];
  const report = (rule: string, expected: string, bits: Uint32Array, observed: string) =>
    mismatches.push({
      rule,
      aspect,
      expected,
      observed: `${describeBits(testCase.format, bits)} ${observed}`,
    });
  judgeMissing(known, exercised, report);
  judgeExtra(known, exercised, report);
  if (testCase.profile.policies.usedBits === 'reviewed') judgeReviewed(exercised, report);
  else judgeNarrower(exercised, report);
  judgeExceptions(known, exercised, mismatches);
  if (testCase.target !== undefined && observation.safe !== undefined) {
    loadWords(observedWords, observation.safe, SAFE / 2);
    loadTarget(known, testCase.target, testCase.profile);
    judgeSafe(exercised, report);
  }
  return { exercised, mismatches };
}

type Report = (rule: string, expected: string, bits: Uint32Array, observed: string) => void;

/** Bits that both tables use: each row of the reviewed table is a rule of its own. */
function judgeMissing({ reviewed: table }: CompiledKnowledge, exercised: string[], report: Report): void {
  for (const { rule, tests, uses } of table.rows) {
    if (uses.length === 0 || !allHold(tests, halves, ENTRY)) continue;
    exercised.push(rule);
    missing.fill(0);
    for (const { half, mask: bits } of uses) {
      missing[half] = bits & reviewed[half]! & certain[half]! & ~answer[half]!;
    }
    if (some(missing)) report(rule, 'in the answer: hardware looks there', missing, 'is not in the answer');
  }
}

/** The rule about bits that neither table uses. */
export function extraRule({ half, mask }: CompiledKnowledge['valid']): string {
  return (halves[ENTRY + half]! & mask) === 0 ? 'used-bits.not-valid' : 'used-bits.ignored-bits';
}

function judgeExtra({ valid }: CompiledKnowledge, exercised: string[], report: Report): void {
  const rule = extraRule(valid);
  exercised.push(rule);
  for (let half = 0; half < HALVES; half++) {
    extra[half] = answer[half]! & ~reviewed[half]! & ~permitted[half]!;
  }
  if (some(extra)) report(rule, 'not in the answer: hardware does not look there', extra, 'is in the answer');
}

function judgeReviewed(exercised: string[], report: Report): void {
  exercised.push('used-bits.reviewed-table');
  for (let half = 0; half < HALVES; half++) extra[half] = answer[half]! ^ reviewed[half]!;
  if (some(extra))
    report('used-bits.reviewed-table', 'as in the reviewed table', extra, 'is not as reviewed');
}

function judgeNarrower(exercised: string[], report: Report): void {
  for (let half = 0; half < HALVES; half++) scratch[half] = reviewed[half]! & ~certain[half]!;
  if (!some(scratch)) return;
  exercised.push('used-bits.not-in-hardware');
  for (let half = 0; half < HALVES; half++) missing[half] = scratch[half]! & ~answer[half]!;
  if (some(missing))
    report('used-bits.not-in-hardware', 'as in the reviewed table', missing, 'is not in the answer');
}

/** Only where such a bit is set (or PGTT reserved) does it matter that it is left out. */
function judgeExceptions(
  { exceptions }: CompiledKnowledge,
  exercised: string[],
  mismatches: Mismatch[],
): void {
  for (const { rule, tests, uses } of exceptions.rows) {
    if (!allHold(tests, halves, ENTRY)) continue;
    const always = rule === 'used-bits.exception.reserved-pgtt';
    let seen = false;
    missing.fill(0);
    for (const { half, mask: bits } of uses) {
      const relevant = always ? bits : bits & halves[ENTRY + half]!;
      if (relevant !== 0) seen = true;
      missing[half] = relevant & ~answer[half]!;
    }
    if (!seen) continue;
    exercised.push(rule);
    // Found in many cases and never a failure: the text is not put together case by case.
    if (some(missing)) mismatches.push({ rule, aspect, expected: 'used by hardware', observed: 'left out' });
  }
}

/** The writer masks safe bits with what both entries use; elsewhere they have no effect. */
function judgeSafe(exercised: string[], report: Report): void {
  exercised.push('used-bits.safe.sound', 'used-bits.safe.complete');
  for (let half = 0; half < HALVES; half++) {
    extra[half] = both[half]! & answer[SAFE + half]! & ~safeAtMost[half]!;
    missing[half] = both[half]! & safe[half]! & ~answer[SAFE + half]!;
  }
  if (some(extra)) report('used-bits.safe.sound', 'not safe', extra, 'is called safe');
  if (some(missing)) report('used-bits.safe.complete', 'safe', missing, 'is not called safe');
}

function some(bits: Uint32Array): boolean {
  for (let half = 0; half < HALVES; half++) if (bits[half] !== 0) return true;
  return false;
}
