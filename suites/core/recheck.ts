/** Asks the cases of earlier findings again: which of them still fail, and which are fixed. */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, Aspect, Case, CaseOf, Mismatch } from '../../spec/schema.ts';
import { askAll, type Failure, type Judged, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { judgeOfRule } from './judge-of-rule.ts';
import { sameBreach } from './probe.ts';
import { binding, difference, isAboutChance, REPLAY_REPEATS } from './repeat.ts';

/** What a finding says that can be asked again. */
export interface Recorded {
  readonly rule: string;
  readonly aspect: Aspect;
  readonly case: Case;
}

export type Rechecked =
  /** With another breach than the recorded one when that is gone. */
  | {
      readonly state: 'fails' | 'fails-otherwise';
      readonly mismatch: Mismatch;
      readonly failure?: Failure;
    }
  | { readonly state: 'fixed' }
  | { readonly state: 'skipped'; readonly reason: string };

/** One result a recorded finding, in order. `isExpected`: breaches that do not count as another failure. */
export async function recheck<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  recorded: readonly Recorded[],
  isExpected: (mismatch: Mismatch) => boolean = () => false,
): Promise<readonly Rechecked[]> {
  const cases = recorded.map((one) => one.case as CaseOf[A]);
  const answers = await askAll(implementation, cases);
  const results: Rechecked[] = [];
  for (const [index, one] of recorded.entries()) {
    const testCase = cases[index]!;
    const judged = judgeAnswer(
      judgeOfRule(suite, one.rule),
      testCase,
      answers[index] ?? { skip: 'not asked' },
    );
    const byChance = isAboutChance(suite.area, one.rule)
      ? await wavering(suite, implementation, testCase, judged)
      : [];
    results.push(rechecked(judgeOfRule(suite, one.rule), one, judged, byChance, isExpected));
  }
  return results;
}

function rechecked<A extends Area>(
  suite: AreaSuite<A>,
  recorded: Recorded,
  { verdict, failure, skip }: Judged,
  byChance: readonly Mismatch[],
  isExpected: (mismatch: Mismatch) => boolean,
): Rechecked {
  if (skip !== undefined) return { state: 'skipped', reason: skip };
  const mismatches = binding(suite, [...verdict.mismatches, ...byChance]);
  const died = failure === undefined ? {} : { failure };
  const same = mismatches.find(({ rule, aspect }) => rule === recorded.rule && aspect === recorded.aspect);
  if (same !== undefined) return { state: 'fails', mismatch: same, ...died };
  const other = mismatches.find((mismatch) => !isExpected(mismatch));
  return other === undefined ? { state: 'fixed' } : { state: 'fails-otherwise', mismatch: other, ...died };
}

/** What asking again and again shows of a case that was answered by chance. */
async function wavering<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  testCase: CaseOf[A],
  first: Judged,
): Promise<readonly Mismatch[]> {
  const answers = await askAll(implementation, Array<CaseOf[A]>(REPLAY_REPEATS).fill(testCase));
  for (const answer of answers) {
    const mismatch = difference(suite, first, judgeAnswer(suite, testCase, answer));
    if (mismatch !== undefined) return [mismatch];
  }
  return [];
}

/** The first of the failing cases for each breach that they show: what is worth to be written up again. */
export function failingCases(recorded: readonly Recorded[], results: readonly Rechecked[]): readonly Case[] {
  const shown: Mismatch[] = [];
  return recorded.flatMap((one, index) => {
    const result = results[index];
    if (result === undefined || !('mismatch' in result)) return [];
    const { mismatch } = result;
    if (shown.some((other) => sameBreach(other, mismatch))) return [];
    shown.push(mismatch);
    return [one.case];
  });
}
