/**
 * What a case is about, whoever answers it: the rules that the optimized model's answer exercises; none where one
 * answer can't be judged alone.
 */
import { optimized } from '../../models/optimized/implementation.ts';
import type { BatchAnswer } from '../../spec/implementation.ts';
import type { Area, CaseOf } from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';

export function exercisedBy<A extends Area>(suite: AreaSuite<A>, testCase: CaseOf[A]): readonly string[] {
  if (suite.comparesAnswers) return [];
  return judgeAnswer(suite, testCase, ask(optimized, testCase) as BatchAnswer).verdict.exercised;
}
