/**
 * What sets the answers of several implementations to one case apart. Each is judged for itself. What all break
 * alike is no difference; what some break and others do not is one for each rule and aspect, and so is what all
 * break, each otherwise. Different answers that are all right are a freedom.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import type { BatchAnswer } from '../../spec/implementation.ts';
import type { Area, Aspect, CaseOf, Mismatch, Observation } from '../../spec/schema.ts';
import { type Judged, judgeAnswer } from '../core/answer.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { sameBreach } from '../core/probe.ts';
import type { Members } from './members.ts';
import { type ShownDifference, shownDifference } from './shown-difference.ts';

/** What one member made of a case. */
export interface MemberAnswer {
  readonly member: number;
  readonly judged: Judged;
  /** What it breaks, remarks left out. */
  readonly broken: readonly Mismatch[];
}

/** A binding rule that a member breaks. */
export interface Breach {
  readonly member: number;
  readonly mismatch: Mismatch;
}

export interface Difference {
  /** Who breaks what: the same for all cases of one group. */
  readonly group: string;
  readonly aspect: Aspect;
  readonly breaches: readonly Breach[];
}

export interface Apart {
  readonly differences: readonly Difference[];
  /** Where right answers differ first; only when nobody breaks anything. */
  readonly freedom?: ShownDifference;
  /** All break the same, and say the same. */
  readonly isAlikeWrong: boolean;
}

/** The answers of all members that gave one, or failed to, each judged under its own claims. */
export function judgedMembers<A extends Area>(
  suite: AreaSuite<A>,
  members: Members,
  testCase: CaseOf[A],
  answers: readonly BatchAnswer[],
): readonly MemberAnswer[] {
  return answers.flatMap((answer, member): readonly MemberAnswer[] => {
    if ('skip' in answer) return [];
    const judged = judgeAnswer(suite, members.caseOf(member, testCase), answer);
    const broken = judged.verdict.mismatches.filter(({ rule }) => levelOf(suite, rule) !== 'may');
    return [{ member, judged, broken }];
  });
}

export function apart(members: Members, judged: readonly MemberAnswer[]): Apart {
  const all = judged.flatMap(({ broken }) => broken);
  const isAlike = (one: Mismatch) => judged.every(({ broken }) => broken.some((its) => isSame(its, one)));
  const firsts = all.filter(
    (one, index) =>
      !isAlike(one) && all.findIndex((other) => !isAlike(other) && sameBreach(other, one)) === index,
  );
  if (firsts.length > 0) {
    return { differences: firsts.map((one) => differenceIn(members, judged, one)), isAlikeWrong: false };
  }
  if (all.length > 0) return { differences: [], isAlikeWrong: true };
  const freedom = freedomOf(judged.map((one) => one.judged.observation));
  return { differences: [], isAlikeWrong: false, ...(freedom ? { freedom } : {}) };
}

function differenceIn(
  members: Members,
  judged: readonly MemberAnswer[],
  { rule, aspect }: Mismatch,
): Difference {
  const breaches = judged.flatMap(({ member, broken }): readonly Breach[] => {
    const mismatch = broken.find((one) => one.rule === rule && one.aspect === aspect);
    return mismatch ? [{ member, mismatch }] : [];
  });
  const by = breaches.map(({ member }) => members.all[member]?.label).join(' and ');
  const otherwise = breaches.length === judged.length ? ', each otherwise' : '';
  return { group: `${rule} by ${by}${otherwise}`, aspect, breaches };
}

function isSame(one: Mismatch, other: Mismatch): boolean {
  return sameBreach(one, other) && one.expected === other.expected && one.observed === other.observed;
}

function freedomOf(observations: readonly (Observation | null)[]): ShownDifference | undefined {
  for (const [index, one] of observations.entries()) {
    for (const other of observations.slice(index + 1)) {
      const found = shownDifference(one, other);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Requests of streams are judged by the rules of another area too, which the suite does not list. */
function levelOf({ rules }: Pick<AreaSuite, 'rules'>, id: string) {
  return (rules.find((rule) => rule.id === id) ?? ruleOf(id))?.level ?? 'must';
}
