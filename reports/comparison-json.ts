/** A comparison as JSON text, as docs/contract.md describes it. */
import { toJson } from '../spec/json.ts';
import type { AreaComparison, Group } from '../suites/compare/compare.ts';
import type { Members } from '../suites/compare/members.ts';

export function comparisonJson(compared: readonly AreaComparison[], members: Members, seed: string): string {
  const comparison = {
    version: 1,
    implementations: members.all.map(({ label, implementation: { name, version } }) => ({
      label,
      name,
      ...(version === undefined ? {} : { version }),
    })),
    seed,
    areas: compared.map(({ area, cases, durationMs, skipped, groups, entangled, alikeWrong, facts }) => ({
      area,
      cases,
      durationMs,
      skipped,
      alikeWrong,
      differences: groups.filter(({ kind }) => kind === 'difference').map((group) => plain(group, members)),
      freedoms: groups.filter(({ kind }) => kind === 'freedom').map((group) => plain(group, members)),
      entangled: entangled.map(({ title, aspect }) => ({ title, aspect })),
      facts,
    })),
  };
  return `${toJson(comparison, 2)}\n`;
}

function plain({ title, aspect, byChance, cases, finding, breaches, answers }: Group, members: Members) {
  return {
    title,
    aspect,
    byChance,
    cases,
    case: finding.case,
    observed: finding.observed,
    answers: answers.map(({ member, judged, broken }) => ({
      label: members.all[member]?.label,
      profile: members.caseOf(member, finding.case).profile.name,
      observation: judged.observation,
      ...(judged.failure ? { failure: `${judged.failure.kind}: ${judged.failure.message}` } : {}),
      verdict: broken.length === 0 ? 'right' : 'wrong',
      broken,
      inGroup: breaches.some((breach) => breach.member === member),
    })),
  };
}
