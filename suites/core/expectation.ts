/** What a person expects to fail, beside what fails. */
import type { Area, ExpectedFailure, Mismatch } from '../../spec/schema.ts';
import type { SearchGround } from './finding.ts';

/** The entry of an expectation file that names this rule and aspect. */
export function expectationOf<A extends Area>(
  { expectedFailures }: SearchGround<A>,
  { rule, aspect }: Mismatch,
): ExpectedFailure | undefined {
  return expectedFailures.find((entry) => entry.rule === rule && entry.aspect === aspect);
}
