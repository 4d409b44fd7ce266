/** Every rule of every area, in one list. */
import type { Rule } from './rule.ts';
import { rules as answers } from './rules/answers.ts';
import { bindingRules } from './rules/binding.ts';
import { domainReplaceRules, interleavingRules } from './rules/domain-replace.ts';
import { rules as entry } from './rules/entry.ts';
import { entrySyncRules } from './rules/entry-sync.ts';
import { rules as invalidation } from './rules/invalidation.ts';
import { lintRules } from './rules/lint.ts';
import { pageWalkRules } from './rules/page-walk.ts';
import { smmuNestingRules } from './rules/smmu-nesting.ts';
import { rules as translation } from './rules/translation.ts';
import { usedBitsRules } from './rules/used-bits.ts';

export const catalogue: readonly Rule[] = [
  ...entry,
  ...usedBitsRules,
  ...entrySyncRules,
  ...translation,
  ...pageWalkRules,
  ...invalidation,
  ...bindingRules,
  ...domainReplaceRules,
  ...interleavingRules,
  ...smmuNestingRules,
  ...answers,
  ...lintRules,
];

const byId: ReadonlyMap<string, Rule> = new Map(catalogue.map((rule) => [rule.id, rule]));

/** The rule called `id`, or undefined. */
export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}
