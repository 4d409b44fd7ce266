/** A finding for a terminal: the rule, the case, the deciding entry, what differs, and how to see it again. */
import * as v from 'valibot';
import type { Rule } from '../spec/rule.ts';
import { type Finding, observationSchemas } from '../spec/schema.ts';
import { caseLines } from './case-lines.ts';
import { decidingLines } from './deciding-lines.ts';
import { decidingStructure } from './deciding-structure.ts';
import { differingWords } from './difference-words.ts';
import { namedFields } from './named-fields.ts';
import { withNeededBits } from './needed-bits.ts';
import { type Palette, plain } from './palette.ts';
import { plural } from './plural.ts';
import { wrap } from './wrap.ts';

const MOST_LINES = 30;
const FEWEST_CASE_LINES = 4;
const MOST_DRAWN_LINES = 13;
const STDERR_LINES = 2;
const WIDTH = 88;
const LABEL = 9;

export interface Commands {
  /** Shows it again. */
  readonly replay?: string | undefined;
  /** Shows it without this project. */
  readonly script?: string | undefined;
  /** The file of an earlier run whose case fails again. */
  readonly earlier?: string | undefined;
}

/** At most 30 lines. `rule` is undefined when the catalogue does not know it. */
export function findingLines(
  finding: Finding,
  rule: Rule | undefined,
  { replay, script, earlier }: Commands,
  palette: Palette,
): readonly string[] {
  const known = finding.expectedFailure;
  const mark = known === undefined ? palette.red('✗') : palette.yellow('~');
  const head = [
    `${mark} ${palette.bold(finding.id)}  ${finding.area}, ${finding.level}`,
    ...labelled('rule', ruleText(rule), palette),
  ];
  const tail = [
    ...differenceLines(finding, palette),
    ...labelled('stderr', lastLines(finding.stderr ?? ''), palette),
    ...labelled('known', known === undefined ? [] : wrap(known, WIDTH, 2), palette),
    ...labelled('found', [foundLine(finding, earlier)], palette),
    ...labelled('replay', replay === undefined ? [] : [replay], palette),
    ...labelled('script', script === undefined ? [] : [script], palette),
  ];
  const room = MOST_LINES - head.length - tail.length;
  const drawn = drawnLines(finding, Math.min(room - FEWEST_CASE_LINES, MOST_DRAWN_LINES), palette);
  const lines = caseLines(finding.case, room - drawn.length);
  return [
    ...head,
    ...labelled('case', withNeededBits(lines, finding.case, finding.bits), palette),
    ...labelled('entry', drawn, palette),
    ...tail,
  ];
}

function ruleText(rule: Rule | undefined): readonly string[] {
  return rule === undefined ? ['not in the catalogue'] : wrap(`${rule.statement} (${rule.clause})`, WIDTH, 3);
}

function drawnLines(finding: Finding, limit: number, palette: Palette): readonly string[] {
  const { area, observation } = finding;
  const parsed = v.safeParse(observationSchemas[area], observation);
  const structure = decidingStructure(finding, parsed.success ? parsed.output : null);
  const named = namedFields(finding);
  return structure === undefined ? [] : decidingLines(structure, limit, named, palette);
}

/** Without colours a line of carets under what was observed shows where it differs. */
function differenceLines({ expected, observed }: Finding, palette: Palette): readonly string[] {
  const coloured = (own: string, other: string, paint: (text: string) => string) =>
    differingWords(own, other)
      .map(({ text, differs }) => (differs ? paint(text) : text))
      .join('');
  const [allowed, seen] = [wrap(expected, WIDTH, 2), wrap(observed, WIDTH, 2)];
  const isShort = allowed.length === 1 && seen.length === 1;
  const words = differingWords(observed, expected);
  const carets = words.map(({ text, differs }) => (differs ? '^' : ' ').repeat(text.length)).join('');
  const isPlain = palette.red('x') === plain.red('x');
  return [
    ...labelled('expected', isShort ? [coloured(expected, observed, palette.green)] : allowed, palette),
    ...labelled('observed', isShort ? [coloured(observed, expected, palette.red)] : seen, palette),
    ...(isPlain && isShort && carets.trim() !== '' ? labelled('', [carets.trimEnd()], palette) : []),
  ];
}

function foundLine({ found, recorded }: Finding, earlier: string | undefined): string {
  const before = earlier === undefined ? '' : `; saved before as ${earlier}`;
  return recorded === undefined
    ? `after ${plural(found.afterCases, 'case')}, shrunk in ${plural(found.executions, 'execution')}${before}`
    : `line ${recorded.line} of ${recorded.file}, cut after it and not shrunk`;
}

/** The end of what it wrote: there the reason stands. */
function lastLines(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-STDERR_LINES).flatMap((line) => wrap(line, WIDTH, 1));
}

function labelled(label: string, lines: readonly string[], palette: Palette): readonly string[] {
  return lines.map((line, index) => `  ${palette.dim((index === 0 ? label : '').padEnd(LABEL))} ${line}`);
}
