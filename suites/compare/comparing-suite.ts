/** An area whose judge compares: its breaches are the differences between several implementations. */
import type { Area, Mismatch } from '../../spec/schema.ts';
import type { AreaSuite, Fact, Verdict } from '../core/area-suite.ts';
import { apart, type Difference, judgedMembers, type MemberAnswer } from './differences.ts';
import type { Answers, Members } from './members.ts';
import type { ShownDifference } from './shown-difference.ts';

/** All break the same in the same way; counted as a fact. */
export const ALIKE_WRONG = 'all break the same';

/** Different answers that are all right: a remark, so that chance within it is one too. */
export function freedomRuleId(area: Area): string {
  return `${area}.freedom`;
}

export function comparingSuite<A extends Area>(suite: AreaSuite<A>, members: Members): AreaSuite<A> {
  const freedomRule = freedomRuleId(suite.area);
  return {
    ...suite,
    comparesAnswers: true,
    // No case can be said to be about a difference before it is asked.
    startRounds: 0,
    rules: [
      ...suite.rules,
      {
        id: freedomRule,
        areas: [suite.area],
        level: 'may',
        statement: 'Implementations answer alike where the architecture allows several answers.',
        clause: 'none: a fact',
      },
    ],
    judge(testCase, observation): Verdict {
      const judged = judgedMembers(suite, members, testCase, answersOf(observation));
      const { differences, freedom, isAlikeWrong } = apart(members, judged);
      const mismatches = [
        ...differences.map(asMismatch),
        ...(freedom ? [freedomMismatch(freedomRule, freedom)] : []),
      ];
      return {
        exercised: [...new Set(judged.flatMap((one) => one.judged.verdict.exercised))],
        mismatches,
        facts: [
          ...mismatches.map(({ rule, aspect }) => ({ fact: countedAs(rule, aspect), seen: true })),
          { fact: ALIKE_WRONG, seen: isAlikeWrong },
          ...judged.flatMap((one) => factsOf(members, one)),
        ],
      };
    },
  };
}

export function answersOf(observation: unknown): Answers['answers'] {
  return (observation as Answers).answers;
}

/** The name of the fact that counts the cases of a group. */
export function countedAs(group: string, aspect: string): string {
  return `${group}/${aspect}`;
}

/** The name of a fact that one member shows. */
export function factOf(label: string, fact: string): string {
  return `${label}: ${fact}`;
}

function asMismatch({ group, aspect, breaches }: Difference): Mismatch {
  const [first] = breaches;
  return {
    rule: group,
    aspect,
    expected: first?.mismatch.expected ?? '',
    observed: first?.mismatch.observed ?? '',
  };
}

function freedomMismatch(rule: string, { aspect, path }: ShownDifference): Mismatch {
  return { rule, aspect, expected: 'any of several answers', observed: `different answers in ${path}` };
}

function factsOf(members: Members, { member, judged }: MemberAnswer): readonly Fact[] {
  const label = members.all[member]?.label ?? '';
  return (judged.verdict.facts ?? []).map(({ fact, seen }) => ({ fact: factOf(label, fact), seen }));
}
