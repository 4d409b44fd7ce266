/** Expected failures that did not happen although their rule was exercised: the list has to shrink. */
import type { AreaResult, ExpectedFailure } from '../../spec/schema.ts';

export interface StaleExpectation {
  readonly entry: ExpectedFailure;
  /** Cases that the rule decided. */
  readonly exercised: number;
}

/** Those that are seldom are not missed. */
export function staleExpectations(
  results: readonly AreaResult[],
  expectedFailures: readonly ExpectedFailure[],
): readonly StaleExpectation[] {
  return expectedFailures.flatMap((entry) => {
    const { area, rule, aspect, seldom } = entry;
    const result = results.find((candidate) => candidate.area === area);
    const exercised = result?.rules.find(({ id }) => id === rule)?.exercised ?? 0;
    const happened = result?.findings.some((found) => found.rule === rule && found.aspect === aspect);
    return exercised === 0 || happened || seldom === true ? [] : [{ entry, exercised }];
  });
}

export function staleExpectationLines(stale: readonly StaleExpectation[]): readonly string[] {
  return stale.map(
    ({ entry: { area, rule, aspect }, exercised }) =>
      `${area}: ${rule}/${aspect} passes unexpectedly (rule exercised ${exercised} times)`,
  );
}
