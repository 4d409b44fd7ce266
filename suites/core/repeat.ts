/**
 * Asks a case again, to tell an implementation that is wrong from one that answers by chance: what breaks a
 * rule once and keeps it the next time would be reported as one failure after the other, and none of them would replay.
 */
import { isDeepStrictEqual } from 'node:util';
import type { BatchAnswer, Implementation } from '../../spec/implementation.ts';
import { repeatableRuleId, sameAnswerRuleId } from '../../spec/rules/answers.ts';
import type { Area, CaseOf, Mismatch } from '../../spec/schema.ts';
import { ask, type Judged, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { sameBreach } from './probe.ts';

/** One case in so many is asked twice. */
const SAMPLE_EVERY = 64;
/** How often a breach has to come again before it is believed. */
const BREACH_REPEATS = 3;
/** How often a replay asks: chance that shows once in twenty times is seen in 99 of 100 replays. */
export const REPLAY_REPEATS = 100;
const SAME_ANSWER = 'the same answer to the same case';

/** True when the case drawn as number `index` of its chunk is of the sample. */
export function isSampled(index: number): boolean {
  return index % SAMPLE_EVERY === 0;
}

/** The same once more: it would be judged as it was. */
export function isRepetition({ observation }: Judged, again: BatchAnswer): boolean {
  if (!('observation' in again) || again.unrepeated !== undefined) return false;
  return isDeepStrictEqual(observation, again.observation);
}

/** A mismatch when a case is judged otherwise the second time, or answered otherwise. */
export function difference<A extends Area>(
  suite: AreaSuite<A>,
  first: Judged,
  second: Judged,
): Mismatch | undefined {
  const [before, after] = [first, second].map(({ verdict }) => binding(suite, verdict.mismatches));
  const lost = before!.find((one) => !after!.some((other) => sameBreach(one, other)));
  if (lost !== undefined) return chance(suite, lost);
  const gained = after!.find((one) => !before!.some((other) => sameBreach(one, other)));
  if (gained !== undefined) return chance(suite, gained);
  if (isDeepStrictEqual(first.observation, second.observation)) return undefined;
  return {
    rule: sameAnswerRuleId(suite.area),
    aspect: 'outcome',
    expected: SAME_ANSWER,
    observed: 'another answer when asked again, as right as the first',
  };
}

/** Asks a case again and again, until it is judged or answered otherwise: then the mismatch, else none. */
export async function repeatOften<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  testCase: CaseOf[A],
  first: Judged,
): Promise<readonly Mismatch[]> {
  for (let repeat = 0; repeat < REPLAY_REPEATS; repeat++) {
    const second = judgeAnswer(suite, testCase, await ask(implementation, testCase));
    const mismatch = difference(suite, first, second);
    if (mismatch !== undefined) return [mismatch];
  }
  return [];
}

/** Asks the case of a breach again; a mismatch when the breach does not come every time. */
export async function repeatBreach<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  testCase: CaseOf[A],
  breach: Mismatch,
): Promise<Mismatch | undefined> {
  for (let repeat = 0; repeat < BREACH_REPEATS; repeat++) {
    const { verdict } = judgeAnswer(suite, testCase, await ask(implementation, testCase));
    if (!verdict.mismatches.some((one) => sameBreach(one, breach))) return chance(suite, breach);
  }
  return undefined;
}

/** What is reported instead of a breach that comes by chance; where the breach is only a remark, so is this. */
export function chance<A extends Area>(
  suite: AreaSuite<A>,
  { rule, aspect, expected, observed }: Mismatch,
): Mismatch {
  if (isRemark(suite, rule)) {
    return {
      rule: sameAnswerRuleId(suite.area),
      aspect: 'outcome',
      expected: SAME_ANSWER,
      observed: `asked several times, ${rule}/${aspect} was seen only sometimes: ${observed}`,
    };
  }
  return {
    rule: repeatableRuleId(suite.area),
    aspect: 'outcome',
    expected: 'the same whenever it is asked',
    observed: `asked several times, it broke ${rule}/${aspect} only sometimes: expected ${expected}, observed ${observed}`,
  };
}

/** What is reported instead of a breach that does not come when the implementation was just started. */
export function afterOthers<A extends Area>(suite: AreaSuite<A>, breach: Mismatch): Mismatch {
  const { rule, aspect, expected, observed } = breach;
  if (isRemark(suite, rule)) return chance(suite, breach);
  return {
    rule: repeatableRuleId(suite.area),
    aspect: 'outcome',
    expected: 'the same whatever was asked before',
    observed: `after other cases it broke ${rule}/${aspect}, and not when it was started anew: expected ${expected}, observed ${observed}`,
  };
}

/** True for the two rules about chance, whose cases can't be shrunk: there is nothing to hold on to. */
export function isAboutChance(area: Area, rule: string): boolean {
  return rule === repeatableRuleId(area) || rule === sameAnswerRuleId(area);
}

/** Without breaches of `may` rules. */
export function binding<A extends Area>(
  suite: AreaSuite<A>,
  mismatches: readonly Mismatch[],
): readonly Mismatch[] {
  return mismatches.filter(({ rule }) => !isRemark(suite, rule));
}

function isRemark<A extends Area>({ rules }: AreaSuite<A>, rule: string): boolean {
  return rules.find(({ id }) => id === rule)?.level === 'may';
}
