/**
 * The difference of two results for a terminal: what got worse first. The files may come from a stranger, and so may
 * every name in them.
 */
import { printable } from '../../adapters/process/printable.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { Finding, Result } from '../../spec/schema.ts';
import type { Palette } from '../palette.ts';
import { wrap } from '../wrap.ts';
import type { AreaDiff, Change, FactDiff, FailureDiff, ResultDiff } from './result-diff.ts';

const WIDTH = 96;
const MOST_RULE_LINES = 6;

const changes: readonly Change[] = ['newly-failing', 'still-failing', 'unseen', 'fixed'];
const titles: Readonly<Record<Change, string>> = {
  'newly-failing': 'newly failing',
  'still-failing': 'still failing',
  unseen: 'failed before, and no case depends on the rule now',
  fixed: 'fixed',
};

export function resultDiffLines(diff: ResultDiff, palette: Palette): readonly string[] {
  return [
    `before  ${identity(diff.before)}`,
    `after   ${identity(diff.after)}`,
    ...diff.warnings.map((warning) => palette.yellow(`warning: ${printable(warning)}`)),
    ...diff.areas.flatMap((area) => areaLines(area, palette)),
    '',
    diff.isWorse ? palette.red('worse than before') : palette.green('not worse than before'),
  ];
}

function identity({
  implementation: { name, version },
  seed,
}: Pick<Result, 'implementation' | 'seed'>): string {
  return printable([name, ...(version === undefined ? [] : [version]), `seed ${seed}`].join(', '));
}

function areaLines(diff: AreaDiff, palette: Palette): readonly string[] {
  const { area, failures, remarks, exercised, facts } = diff;
  const lines = [
    ...presence(diff, palette),
    ...changes.flatMap((change) => failureLines(change, failures, palette)),
    ...remarks.appeared.map((remark) => `  remark that appeared: ${remarkText(remark)}`),
    ...remarks.went.map((remark) => `  remark that went: ${remarkText(remark)}`),
    ...ruleLines('newly exercised', exercised.newly),
    ...ruleLines('no longer exercised', exercised.noLonger),
    ...facts.map(factLine),
  ];
  return ['', palette.bold(area), ...(lines.length > 0 ? lines : [palette.dim('  no difference')])];
}

function presence({ cases: [before, after] }: AreaDiff, palette: Palette): readonly string[] {
  if (before === undefined && after !== undefined) return ['  has a result now, and had none before'];
  if (before !== undefined && after === undefined) return [palette.red('  has no result any more')];
  return before === undefined ? ['  is not claimed in either'] : [];
}

function failureLines(change: Change, failures: readonly FailureDiff[], palette: Palette): readonly string[] {
  const ofChange = failures.filter((failure) => failure.change === change);
  if (ofChange.length === 0) return [];
  const colour = { 'newly-failing': palette.red, fixed: palette.green }[change as string] ?? palette.yellow;
  return [
    `  ${colour(`${titles[change]} (${ofChange.length})`)}`,
    ...ofChange.flatMap((failure) => failureText(failure)),
  ];
}

function failureText({
  rule,
  aspect,
  level,
  before,
  after,
  sameForm,
  change,
}: FailureDiff): readonly string[] {
  const finding = after ?? before;
  const form =
    sameForm === undefined ? '' : sameForm ? ', the same smallest case' : ', another smallest case';
  const known = finding?.expectedFailure === undefined ? '' : ', as expected';
  const head = printable(`    ${rule}/${aspect}  ${level}${form}${known}`);
  if (change !== 'newly-failing') return [head];
  return [
    head,
    ...wrap(printable(ruleOf(rule)?.statement ?? 'not in the catalogue'), WIDTH, 2).map(
      (text) => `      ${text}`,
    ),
    ...wrap(printable(`expected ${finding?.expected}, observed ${finding?.observed}`), WIDTH, 2).map(
      (text) => `      ${text}`,
    ),
  ];
}

function remarkText({ rule, aspect }: Finding): string {
  return printable(`${rule}/${aspect}`);
}

function ruleLines(label: string, ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return [];
  return wrap(printable(`${label} (${ids.length}): ${ids.join(', ')}`), WIDTH, MOST_RULE_LINES).map(
    (line, index) => `${index === 0 ? '  ' : '    '}${line}`,
  );
}

function factLine({ fact, before, after }: FactDiff): string {
  return printable(
    `  fact: ${fact}: seen ${before.seen}/${before.chances} before, ${after.seen}/${after.chances} now`,
  );
}
