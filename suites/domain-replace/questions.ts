/** What tells more of a breach than the case that shows it. */
import type { DomainReplaceCase, Mismatch } from '../../spec/schema.ts';

const EXHAUSTED = 'domain-replace.did.exhausted';

/** Who does not tell that no domain id is left may not tell of any failure. */
export function* questions(
  testCase: DomainReplaceCase,
  { rule, aspect }: Pick<Mismatch, 'rule' | 'aspect'>,
  isShrunk: boolean,
): Iterable<readonly DomainReplaceCase[]> {
  const first = testCase.requests.find(({ request }) => request === 'attach');
  if (!isShrunk || rule !== EXHAUSTED || aspect !== 'record' || first === undefined) return;
  yield [{ ...testCase, requests: [first], failing: [0] }];
}
