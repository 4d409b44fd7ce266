/** Expected failures that did not happen although their rule was exercised: the list has to shrink. */
import type { AreaResult, ExpectedFailure } from '../../spec/schema.ts';

export function staleExpectationLines(
  results: readonly AreaResult[],
  expectedFailures: readonly ExpectedFailure[],
): readonly string[] {
  return expectedFailures.flatMap(({ area, rule, aspect, seldom }) => {
    const result = results.find((candidate) => candidate.area === area);
    const exercised = result?.rules.find(({ id }) => id === rule)?.exercised ?? 0;
    const happened = result?.findings.some((found) => found.rule === rule && found.aspect === aspect);
    if (exercised === 0 || happened || seldom === true) return [];
    return [`${area}: ${rule}/${aspect} passes unexpectedly (rule exercised ${exercised} times)`];
  });
}
