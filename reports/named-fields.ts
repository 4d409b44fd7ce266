/** Fields that a finding is about: those that its texts and its rule name, and those of its condition. */
import { ruleOf } from '../spec/catalogue.ts';
import type { Finding } from '../spec/schema.ts';
import { fieldsOfCondition } from '../suites/lint/shown-fields.ts';

/** Names that sentences have for other reasons: articles, and what is no field there. */
const plainWords: ReadonlySet<string> = new Set(['A', 'PASID']);

export function namedFields({
  expected,
  observed,
  rule,
}: Pick<Finding, 'expected' | 'observed' | 'rule'>): ReadonlySet<string> {
  const statement = ruleOf(rule)?.statement ?? '';
  return new Set([
    ...words(`${expected} ${observed}`),
    ...words(statement).filter((word) => word.length > 1 && !plainWords.has(word)),
    ...fieldsOfCondition(rule),
  ]);
}

/** `RTA.1.2` is one word, and a full stop is no part of it; `reserved` is what fields are, and names none. */
function words(text: string): readonly string[] {
  return text
    .split(/[^\w/.]+/)
    .map((word) => word.replace(/\.$/, ''))
    .filter((word) => /[A-Z]/.test(word));
}
