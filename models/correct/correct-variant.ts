/**
 * Implementations that are right and do otherwise than the optimized one, in a way that the architecture leaves
 * open. None may ever get a finding: whoever writes a judge, or changes one, has them to try it on.
 */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, Case, CaseOf, Observation, ObservationOf } from '../../spec/schema.ts';

export interface CorrectVariant {
  /** Kebab-case: `--impl correct:ID`. */
  readonly id: string;
  readonly areas: readonly Area[];
  /** What it does otherwise, as a sentence about it. */
  readonly does: string;
  /** Where the architecture, or a named doubt, leaves that open. */
  readonly clause: string;
  /** Its modules are loaded when it is asked for. */
  open(): Promise<Implementation>;
}

/** The implementation `id` that answers cases of one area with `run`. */
export function variantOfArea<A extends Area>(
  id: string,
  area: A,
  run: (testCase: CaseOf[A]) => ObservationOf[A],
): Implementation {
  const answer = (testCase: Case): Observation => {
    if (testCase.area !== area) throw new RangeError(`correct:${id} has no area ${testCase.area}`);
    return run(testCase as CaseOf[A]);
  };
  return { name: `correct:${id}`, profile: 'any', areas: [area], run: answer };
}
