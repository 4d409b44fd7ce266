/** A finding for a terminal: the rule, what it allows, what was seen, the case, and how to see it again. */
import type { Rule } from '../spec/rule.ts';
import type { Finding } from '../spec/schema.ts';
import { caseLines } from './case-lines.ts';
import { withNeededBits } from './needed-bits.ts';
import type { Palette } from './palette.ts';
import { plural } from './plural.ts';
import { wrap } from './wrap.ts';

const CASE_LINES = 16;
const STDERR_LINES = 2;
const WIDTH = 88;

/**
 * At most 30 lines. `rule` is undefined when the catalogue does not know it; `replay` is a command; `earlier` is the
 * file of an earlier run whose case fails again.
 */
export function findingLines(
  finding: Finding,
  rule: Rule | undefined,
  replay: string | undefined,
  palette: Palette,
  earlier?: string,
): readonly string[] {
  const known = finding.expectedFailure;
  const mark = known === undefined ? palette.red('✗') : palette.yellow('~');
  return [
    `${mark} ${palette.bold(finding.id)}  ${finding.area}, ${finding.level}`,
    ...labelled('rule', rule ? wrap(rule.statement, WIDTH, 2) : ['not in the catalogue'], palette),
    ...labelled('clause', rule ? wrap(rule.clause, WIDTH, 1) : [], palette),
    ...labelled(
      'case',
      withNeededBits(caseLines(finding.case, CASE_LINES), finding.case, finding.bits),
      palette,
    ),
    ...labelled('expected', wrap(finding.expected, WIDTH, 2), palette),
    ...labelled('observed', wrap(finding.observed, WIDTH, 2), palette),
    ...labelled('stderr', lastLines(finding.stderr ?? ''), palette),
    ...labelled('known', known === undefined ? [] : wrap(known, WIDTH, 2), palette),
    ...labelled('found', [foundLine(finding, earlier)], palette),
    ...labelled('replay', replay === undefined ? [] : [replay], palette),
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
  return lines.map((line, index) => `  ${palette.dim((index === 0 ? label : '').padEnd(9))} ${line}`);
}
