/**
 * A mutant of the optimized model. One that answers as the healthy model does is as right as that one, and need not be
 * judged: only where it answers otherwise the judge is asked, which takes many times as long.
 */
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Edit } from '../models/faulty/bug.ts';
import { loadEdited } from '../models/faulty/load.ts';
import { ruleOf } from '../spec/catalogue.ts';
import type { BatchAnswer } from '../spec/implementation.ts';
import { answersRuleId } from '../spec/rules/answers.ts';
import { type Area, type Mismatch, observationSchemas } from '../spec/schema.ts';
import { ask, judgeAnswer } from '../suites/core/answer.ts';
import type { AreaSuite } from '../suites/core/area-suite.ts';
import { difference } from '../suites/core/repeat.ts';
import type { Asked, Ground } from './ground.ts';
import type { Trial } from './judge-mutant.ts';

export async function mutatedOptimized(edit: Edit, areas: readonly Area[]): Promise<Trial> {
  const mutant = await loadEdited([edit], areas, 'mutant');
  return ({ suite }: Ground, { testCase, answer, twice }: Asked) => {
    // Both models answer at once.
    const first = ask(mutant, testCase) as BatchAnswer;
    const second = twice ? (ask(mutant, testCase) as BatchAnswer) : first;
    const isSame = (one: BatchAnswer) => 'observation' in one && isDeepStrictEqual(one.observation, answer);
    if (isSame(first) && isSame(second)) return 'same';
    // Adapters refuse what is no observation; a judge is never asked about it.
    if (![first, second].every((one) => isWellFormed(suite, one))) {
      return `${answersRuleId(suite.area)}/outcome`;
    }
    const judged = judgeAnswer(suite, testCase, first, false);
    const breach = judged.verdict.mismatches.find(({ rule }) => ruleOf(rule)?.level !== 'may');
    const wavers =
      second === first ? undefined : difference(suite, judged, judgeAnswer(suite, testCase, second));
    const found = breach ?? wavers;
    return found === undefined ? 'differs' : breachName(found);
  };
}

function isWellFormed({ area }: AreaSuite, answer: BatchAnswer): boolean {
  return !('observation' in answer) || v.is(observationSchemas[area], answer.observation);
}

export function breachName({ rule, aspect }: Pick<Mismatch, 'rule' | 'aspect'>): string {
  return `${rule}/${aspect}`;
}
