/** The cases of a bug that were written by hand, by what they break: a shrunk case is held against its own kind. */
import type { Bug } from '../../models/faulty/bug.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, Case, Mismatch } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { type CaseSize, sizeOf } from '../core/case-size.ts';
import { binding } from '../core/repeat.ts';

/** The first of them that breaks the same rule in the same aspect; where none does, the smallest of the bug. */
export type ByHand = (breach: Pick<Mismatch, 'rule' | 'aspect'>) => CaseSize;

export async function casesByHand(
  suite: AreaSuite<Area>,
  implementation: Implementation,
  { smallest, others = [] }: Bug,
): Promise<ByHand> {
  const sizes = new Map<string, CaseSize>();
  for (const testCase of [smallest, ...others] as readonly Case[]) {
    const { verdict } = judgeAnswer(suite, testCase, await ask(implementation, testCase));
    for (const mismatch of binding(suite, verdict.mismatches)) {
      const kind = kindOf(mismatch);
      sizes.set(kind, sizes.get(kind) ?? sizeOf(testCase));
    }
  }
  return (breach) => sizes.get(kindOf(breach)) ?? sizeOf(smallest);
}

function kindOf({ rule, aspect }: Pick<Mismatch, 'rule' | 'aspect'>): string {
  return `${rule}/${aspect}`;
}
