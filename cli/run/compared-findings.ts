/** What the members of a comparison break, as findings that `replay` reads. */
import { ruleOf } from '../../spec/catalogue.ts';
import type { Finding } from '../../spec/schema.ts';
import type { Group } from '../../suites/compare/compare.ts';
import type { Members } from '../../suites/compare/members.ts';
import { findingId } from '../../suites/core/finding.ts';

export interface MemberFinding {
  readonly member: number;
  readonly finding: Finding;
}

export function memberFindings(
  { breaches, answers, finding: shared }: Group,
  members: Members,
): readonly MemberFinding[] {
  return breaches.flatMap(({ member, mismatch }): readonly MemberFinding[] => {
    const implementation = members.all[member]?.implementation;
    const judged = answers.find((answer) => answer.member === member)?.judged;
    if (implementation === undefined || judged === undefined) return [];
    const testCase = members.caseOf(member, shared.case);
    const { rule, aspect, expected, observed } = mismatch;
    const finding: Finding = {
      ...shared,
      id: findingId(rule, aspect, testCase),
      rule,
      aspect,
      level: ruleOf(rule)?.level ?? 'must',
      implementation: implementation.name,
      case: testCase,
      expected,
      observed,
      observation: judged.observation,
      ...(judged.failure?.stderr ? { stderr: judged.failure.stderr } : {}),
    };
    return [{ member, finding }];
  });
}
