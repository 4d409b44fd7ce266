/** Fields that a finding is about: those that its texts name, and those of its condition. */
import type { Finding } from '../spec/schema.ts';
import { fieldsOfCondition } from '../suites/lint/shown-fields.ts';

export function namedFields({
  expected,
  observed,
  rule,
}: Pick<Finding, 'expected' | 'observed' | 'rule'>): ReadonlySet<string> {
  return new Set([...`${expected} ${observed}`.split(/[^\w/.]+/), ...fieldsOfCondition(rule)]);
}
