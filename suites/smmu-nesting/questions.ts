/** What tells more of a breach than its shrunk case: what goes wrong without any failure is not about failures. */
import type { Mismatch, SmmuNestingCase } from '../../spec/schema.ts';

const OF_FAILURES = 'smmu-nesting.failure.';

export function* questions(
  testCase: SmmuNestingCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly SmmuNestingCase[]> {
  if (isShrunk && rule.startsWith(OF_FAILURES)) yield [{ ...testCase, failing: [] }];
}
