/** The rules of the contract itself, for every area: it answers at all, and it does not answer by chance. */
import type { Rule } from '../rule.ts';
import { type Area, areas } from '../schema.ts';

const clause = 'iommu-conformance, contract of an implementation';

/** A crash, a hang and nonsense break it. */
export function answersRuleId(area: Area): string {
  return `${area}.answers`;
}

/** Right once and wrong once: named as chance, not as the rule that the wrong answer broke. */
export function repeatableRuleId(area: Area): string {
  return `${area}.repeatable`;
}

/** Two different answers that are both right. */
export function sameAnswerRuleId(area: Area): string {
  return `${area}.same-answer`;
}

export function contractRules(area: Area): readonly Rule[] {
  return [
    {
      id: answersRuleId(area),
      areas: [area],
      level: 'must',
      statement: 'Every case gets an answer of the right form: no crash, no hang, no refusal.',
      clause,
    },
    {
      id: repeatableRuleId(area),
      areas: [area],
      level: 'must',
      statement: 'A case that is asked again breaks the rules that it broke before, and no others.',
      clause,
      note: 'A sample of the cases is asked twice, and each breach before it is written up.',
    },
    {
      id: sameAnswerRuleId(area),
      areas: [area],
      level: 'may',
      statement: 'A case that is asked again gets the same answer.',
      clause,
      note: 'May: where the architecture allows several answers, a choice by chance is allowed too.',
    },
  ];
}

export const rules: readonly Rule[] = areas.flatMap(contractRules);
