/** What sets several implementations apart, for a terminal: who is right by the reference, on which smallest case. */
import { ruleOf } from '../spec/catalogue.ts';
import { toJson } from '../spec/json.ts';
import type { AreaComparison, Group, MemberFact } from '../suites/compare/compare.ts';
import type { MemberAnswer } from '../suites/compare/differences.ts';
import type { Members } from '../suites/compare/members.ts';
import { saidAt } from '../suites/compare/shown-difference.ts';
import type { Judged } from '../suites/core/answer.ts';
import { answerText } from './answer-text.ts';
import { caseLines } from './case-lines.ts';
import type { Palette } from './palette.ts';
import { plural } from './plural.ts';
import { wrap } from './wrap.ts';

const CASE_LINES = 16;
const WIDTH = 88;
const LONGEST_ANSWER = 200;
/** After so many chances without a sight a fact is said not to be one of the implementation. */
const ENOUGH = 8;

/** One group of cases; `replays` are commands that show again what is broken. */
export function groupLines(
  group: Group,
  { area, cases }: Pick<AreaComparison, 'area' | 'cases'>,
  members: Members,
  replays: readonly string[],
  palette: Palette,
): readonly string[] {
  const { kind, title, aspect, finding, breaches, answers, byChance } = group;
  const rules = [...new Set(breaches.map(({ mismatch }) => mismatch.rule))];
  const isFact = kind === 'freedom';
  const head = isFact ? 'a freedom: all are right' : title;
  const number = byChance ? 'by chance' : `${group.cases} of ${cases} cases`;
  return [
    `${isFact ? palette.dim('·') : palette.red('✗')} ${palette.bold(head)}  ${area}, ${aspect}, ${number}`,
    ...rules.flatMap((id) => labelled('rule', ruleText(id), palette)),
    ...labelled('case', caseLines(finding.case, CASE_LINES), palette),
    ...answers.flatMap((answer) => answerLines(answer, group, members, palette)),
    ...(breaches.length === 0 && !isOfAnswers(group)
      ? labelled('observed', wrap(finding.observed, WIDTH, 3), palette)
      : []),
    ...labelled('profiles', ownClaims(group, members), palette),
    ...replays.flatMap((replay) => labelled('replay', [replay], palette)),
  ];
}

/** A freedom whose answers stand there needs no more words. */
function isOfAnswers({ kind, byChance }: Group): boolean {
  return kind === 'freedom' && !byChance;
}

function ruleText(id: string): readonly string[] {
  const rule = ruleOf(id);
  return rule === undefined
    ? [id]
    : wrap(`${id}, ${rule.level}: ${rule.statement} (${rule.clause})`, WIDTH, 3);
}

function answerLines(
  { member, judged, broken }: MemberAnswer,
  { breaches, path }: Group,
  members: Members,
  palette: Palette,
): readonly string[] {
  const broke = breaches.find((breach) => breach.member === member)?.mismatch ?? broken[0];
  const verdict =
    broke === undefined
      ? [palette.green('right')]
      : wrap(`${palette.red(`breaks ${broke.rule}/${broke.aspect}`)}: expected ${broke.expected}`, WIDTH, 3);
  return [
    `  ${palette.bold(members.all[member]?.label ?? '')}`,
    ...[said(judged, path), ...verdict].map((line) => `${' '.repeat(12)}${line}`),
  ];
}

function said({ observation, failure }: Judged, path: string | undefined): string {
  if (observation === null) return cut(`${failure?.kind}: ${failure?.message}`);
  if (path === undefined) return cut(`answers ${answerText(observation)}`);
  return cut(`answers ${path}: ${toJson(saidAt(observation, path)) ?? 'nothing'}`);
}

function cut(text: string): string {
  return text.length > LONGEST_ANSWER ? `${text.slice(0, LONGEST_ANSWER)}…` : text;
}

/** Where nobody offers an equal profile, each is asked and judged under its own. */
function ownClaims({ finding }: Group, members: Members): readonly string[] {
  const ground = members.grounds.find(({ drawn }) => drawn === finding.case.profile);
  const [first] = ground?.own ?? [];
  const isOne = ground?.own.every(({ cap, ecap }) => cap === first?.cap && ecap === first?.ecap) ?? true;
  return isOne ? [] : ['each was asked and is judged under its own capabilities, which differ'];
}

/** What the answers show of caches and other freedoms, where one shows it and another never does. */
export function factLines(
  { area, facts }: AreaComparison,
  { all }: Members,
  palette: Palette,
): readonly string[] {
  const telling = facts.filter(({ counts }) => isTelling(counts));
  if (telling.length === 0) return [];
  return [
    palette.bold(`${area}: what answers of one show and of another never do, seen of chances (facts)`),
    ...telling.flatMap(({ fact, counts }) => [
      `  ${fact}`,
      ...counts.map(
        (count, member) =>
          `      ${all[member]?.label}: ${count === undefined ? 'no chance' : `${count.seen}/${count.chances}`}`,
      ),
    ]),
    '',
  ];
}

function isTelling(counts: MemberFact['counts']): boolean {
  const isSeen = counts.some((count) => count !== undefined && count.seen > 0);
  return isSeen && counts.some((count) => count?.seen === 0 && count.chances >= ENOUGH);
}

export function comparisonSummary(
  compared: readonly AreaComparison[],
  { all }: Members,
  seed: string,
  palette: Palette,
): readonly string[] {
  return [
    `${all.map(({ label }) => label).join(' and ')}, seed ${seed}`,
    ...compared.flatMap((area) => areaSummary(area, palette)),
  ];
}

function areaSummary(
  { area, cases, groups, entangled, alikeWrong, skipped }: AreaComparison,
  palette: Palette,
): readonly string[] {
  const differences = groups.filter(({ kind }) => kind === 'difference').length;
  const freedoms = groups.length - differences;
  const text = differences === 0 ? 'no difference that breaks a rule' : plural(differences, 'difference');
  return [
    `${area}: ${plural(cases, 'case')}, ${(differences === 0 ? palette.green : palette.red)(text)}` +
      `${freedoms === 0 ? '' : `, ${plural(freedoms, 'freedom')}`}`,
    ...entangled.map(
      ({ title, aspect }) => `  ${title} (${aspect}): only where the others break what is shown above`,
    ),
    ...(alikeWrong === 0
      ? []
      : [`  on ${plural(alikeWrong, 'case')} all break the same rules alike: check shows these`]),
    ...skipped.flatMap(({ reason, cases: count }) =>
      wrap(`${plural(count, 'case')} not compared: ${reason}`, WIDTH, 3).map((line) => `  ${line}`),
    ),
  ];
}

function labelled(label: string, lines: readonly string[], palette: Palette): readonly string[] {
  return lines.map((line, index) => `  ${palette.dim((index === 0 ? label : '').padEnd(9))} ${line}`);
}
