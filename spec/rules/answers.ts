/** The rule that stands for "it answers at all", one an area: a crash, a hang and nonsense break it. */
import type { Rule } from '../rule.ts';
import { type Area, areas } from '../schema.ts';

export function answersRuleId(area: Area): string {
  return `${area}.answers`;
}

export function answersRule(area: Area): Rule {
  return {
    id: answersRuleId(area),
    areas: [area],
    level: 'must',
    statement: 'Every case gets an answer of the right form: no crash, no hang, no refusal.',
    clause: 'iommu-conformance, contract of an implementation',
  };
}

export const rules: readonly Rule[] = areas.map(answersRule);
