/**
 * Findings as they are saved and shown. Where a case is drawn, the reference walks it: that takes half of the modules of
 * a check, and is loaded when there is something to show.
 */
import { byCause, type Cause } from '../../reports/causes.ts';
import { findingLines } from '../../reports/finding-lines.ts';
import type { Palette } from '../../reports/palette.ts';
import { shellCommand } from '../../reports/shell-command.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { AreaResult, Finding } from '../../spec/schema.ts';
import { vectorId } from '../../spec/vector-file.ts';
import { replayCommand } from './replay-command.ts';
import type { ReportOptions } from './report.ts';
import { saveScript, trySaving } from './save-findings.ts';

/** Of each cause one that shows it, and a line for each of the others. */
export function savedCauseLines(
  findings: readonly Finding[],
  results: readonly AreaResult[],
  options: ReportOptions,
  palette: Palette,
): readonly string[] {
  return byCause(findings).flatMap((cause) => causeLines(cause, results, options, palette));
}

function causeLines(
  { shown, others }: Cause,
  results: readonly AreaResult[],
  options: ReportOptions,
  palette: Palette,
): readonly string[] {
  const lines = savedFindingLines(shown, results, options, palette);
  if (others.length === 0) return lines;
  return [...lines.slice(0, -1), ...others.map((other) => otherLine(other, options, palette)), ''];
}

function otherLine(finding: Finding, { findingsDirectory }: ReportOptions, palette: Palette): string {
  const { file, problem } = trySaving(finding, findingsDirectory);
  return `  ${palette.dim('also'.padEnd(9))} ${finding.id}, probably of the same cause: ${file ?? `not saved, ${problem}`}`;
}

/** Saves `finding` and shows it; what can't be saved is shown all the same, and its case is in the result. */
export function savedFindingLines(
  finding: Finding,
  results: readonly AreaResult[],
  options: ReportOptions,
  palette: Palette,
): readonly string[] {
  const { impl, qemuArgs, findingsDirectory, scriptOf } = options;
  const { file, problem } = trySaving(finding, findingsDirectory);
  const replay = file === undefined ? undefined : replayCommand(file, impl, qemuArgs);
  const script = file === undefined ? undefined : saveScript(finding, file, scriptOf);
  const commands = {
    replay,
    script: script === undefined ? undefined : shellCommand('python3', script),
    earlier: recordedBefore(finding, results),
  };
  return [
    ...findingLines(finding, ruleOf(finding.rule), commands, palette),
    ...(problem === undefined ? [] : [`  ${palette.red('not saved')} ${problem}`]),
    ...vectorLine(finding, impl),
    '',
  ];
}

/** Who answered a file of vectors looks for the one that it was. */
function vectorLine({ case: testCase }: Finding, impl: string): readonly string[] {
  return impl.startsWith('answers:') ? [`  vector    ${vectorId(testCase)}`] : [];
}

/** The file of an earlier run that recorded the same breach; an id starts with rule and aspect. */
function recordedBefore({ area, rule, aspect }: Finding, results: readonly AreaResult[]): string | undefined {
  const recorded = results.find((result) => result.area === area)?.recorded ?? [];
  return recorded.find(({ id, state }) => state === 'fails' && id.startsWith(`${rule}/${aspect}/`))?.file;
}
