/** One area of several implementations: the same cases for all, and what sets their answers apart. */
import { repeatableRuleId, sameAnswerRuleId } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, Aspect, CaseOf, FactCount, Finding } from '../../spec/schema.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { sameBreach } from '../core/probe.ts';
import { type Progress, search } from '../core/search.ts';
import {
  ALIKE_WRONG,
  answersOf,
  comparingSuite,
  countedAs,
  factOf,
  freedomRuleId,
} from './comparing-suite.ts';
import { apart, type Breach, judgedMembers, type MemberAnswer } from './differences.ts';
import type { Members } from './members.ts';

export interface CompareOptions {
  readonly seed: string;
  readonly runs: number;
  readonly onProgress?: (progress: Progress) => void;
  /** When it is aborted, the comparison ends with what it has. */
  readonly signal?: AbortSignal;
}

export interface Group {
  /** `difference`: somebody breaks a binding rule that others keep, or break otherwise. `freedom`: all are right. */
  readonly kind: 'difference' | 'freedom';
  /** Somebody answers the same case now so, now so. */
  readonly byChance: boolean;
  /** Who breaks what. */
  readonly title: string;
  readonly aspect: Aspect;
  /** The shrunk case as it was drawn, and what the search says; each member was asked it under its own profile. */
  readonly finding: Finding;
  /** Empty when nobody is to blame, by chance, and when somebody hangs. */
  readonly breaches: readonly Breach[];
  /** Where right answers differ first, such as `results.0.record`. */
  readonly path?: string;
  /** Everybody's answer to the case; empty when somebody hangs. */
  readonly answers: readonly MemberAnswer[];
  /** Drawn cases that belong to it. */
  readonly cases: number;
}

export interface AreaComparison {
  readonly area: Area;
  readonly cases: number;
  readonly durationMs: number;
  readonly skipped: NonNullable<AreaResult['skipped']>;
  readonly groups: readonly Group[];
  /** Differences met only where those who do not make it break something else, of which a group tells. */
  readonly entangled: readonly Group[];
  /** Cases on which all break the same rules in the same way. */
  readonly alikeWrong: number;
  readonly facts: readonly MemberFact[];
}

/** A fact that area results count, of each member: undefined where it had no chance. */
export interface MemberFact {
  readonly fact: string;
  readonly counts: readonly (FactCount | undefined)[];
}

export async function compareArea<A extends Area>(
  suite: AreaSuite<A>,
  members: Members,
  options: CompareOptions,
): Promise<AreaComparison> {
  const result = await search(comparingSuite(suite, members), members.asOne(suite.area), {
    ...options,
    profiles: members.grounds.map(({ drawn }) => drawn),
  });
  const facts = result.facts ?? [];
  const count = (fact: string) => facts.find((one) => one.fact === fact)?.seen ?? 0;
  const found = result.findings
    .map((finding) => groupOf(suite, members, finding, count))
    .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  const entangled = found.filter((group) => isEntangled(group, found));
  return {
    area: suite.area,
    cases: result.cases,
    durationMs: result.durationMs,
    skipped: result.skipped ?? [],
    groups: found.filter((group) => !entangled.includes(group)),
    entangled,
    alikeWrong: count(ALIKE_WRONG),
    facts: memberFacts(members, facts),
  };
}

function groupOf<A extends Area>(
  suite: AreaSuite<A>,
  members: Members,
  finding: Finding,
  count: (fact: string) => number,
): Group {
  const { area, rule, aspect } = finding;
  const isRemark = rule === freedomRuleId(area) || rule === sameAnswerRuleId(area);
  const common = {
    kind: isRemark ? ('freedom' as const) : ('difference' as const),
    byChance: rule === repeatableRuleId(area) || rule === sameAnswerRuleId(area),
    title: rule,
    aspect,
    finding,
    cases: Math.max(1, count(countedAs(rule, aspect))),
  };
  if (finding.observation === null) return { ...common, breaches: [], answers: [] };
  const answers = judgedMembers(suite, members, finding.case as CaseOf[A], answersOf(finding.observation));
  const { differences, freedom } = apart(members, answers);
  const difference = differences.find((one) => one.group === rule && one.aspect === aspect);
  return {
    ...common,
    breaches: difference?.breaches ?? [],
    ...(freedom ? { path: freedom.path } : {}),
    answers,
  };
}

/** Differences first, by rule. */
function placeOf({ kind, title, aspect }: Group): string {
  return `${kind} ${title} ${aspect}`;
}

/**
 * True when nobody is right on the smallest case, and what the others break there is told by a group of which
 * somebody is right: who answers with a wrong fault code is not asked any more what he recorded.
 */
function isEntangled({ answers, breaches }: Group, all: readonly Group[]): boolean {
  const others = answers.filter(({ member }) => breaches.every((breach) => breach.member !== member));
  if (breaches.length === 0 || others.length === 0) return false;
  return others.every(({ member, broken }) =>
    broken.some((mismatch) =>
      all.some(
        (group) =>
          isDecided(group) &&
          group.breaches.some((one) => one.member === member && sameBreach(one.mismatch, mismatch)),
      ),
    ),
  );
}

/** Somebody is right. */
function isDecided({ answers }: Group): boolean {
  return answers.some(({ broken }) => broken.length === 0);
}

function memberFacts({ all }: Members, facts: readonly FactCount[]): readonly MemberFact[] {
  const known = new Map(facts.map((count) => [count.fact, count]));
  const names = all.flatMap(({ label }) => {
    const prefix = factOf(label, '');
    return facts.flatMap(({ fact }) => (fact.startsWith(prefix) ? [fact.slice(prefix.length)] : []));
  });
  return [...new Set(names)].map((fact) => ({
    fact,
    counts: all.map(({ label }) => known.get(factOf(label, fact))),
  }));
}
