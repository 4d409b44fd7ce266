/** What a check prints: the findings that nobody expected, known ones in a line each, and the table. */

import { type AreaRow, areaTable } from '../../reports/area-table.ts';
import { cacheProfileLines } from '../../reports/cache-profile.ts';
import { byCause, type Cause } from '../../reports/causes.ts';
import { isRemark, isSurprise } from '../../reports/finding-kind.ts';
import { findingLines } from '../../reports/finding-lines.ts';
import { interleavingLines } from '../../reports/interleavings.ts';
import { notExercisedLines } from '../../reports/not-exercised.ts';
import type { Palette } from '../../reports/palette.ts';
import { recordedLines } from '../../reports/recorded-lines.ts';
import { shellCommand } from '../../reports/shell-command.ts';
import { shownLines } from '../../reports/shown.ts';
import { givenUpLines, skippedLines } from '../../reports/skipped.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { AreaResult, ExpectedFailure, Finding } from '../../spec/schema.ts';
import { vectorId } from '../../spec/vector-file.ts';
import type { CheckOutcome } from './check.ts';
import { replayCommand } from './replay-command.ts';
import { saveScript, trySaving } from './save-findings.ts';
import type { ScriptOf } from './script-maker.ts';
import { staleExpectationLines, staleExpectations } from './stale-expectations.ts';

export interface ReportOptions {
  readonly impl: string;
  readonly qemuArgs: readonly string[];
  readonly findingsDirectory: string;
  readonly expectedFailures: readonly ExpectedFailure[];
  readonly quiet: boolean;
  /** Where QEMU is checked. */
  readonly scriptOf?: ScriptOf | undefined;
}

/** Saves what is new and gives the lines that stand above the table. */
export function findingReport(
  outcome: CheckOutcome,
  options: ReportOptions,
  palette: Palette,
): readonly string[] {
  const results = outcome.areas.flatMap(({ result }) => (result?.claimed ? [result] : []));
  const findings = results.flatMap((result) => result.findings);
  const printed = byCause(findings.filter(isSurprise)).flatMap((cause) =>
    causeLines(cause, results, options, palette),
  );
  const known = findings.filter(({ expectedFailure }) => expectedFailure !== undefined);
  const lines = [
    ...printed,
    ...known.map((finding) => knownLine(finding, palette)),
    ...recordedLines(results, palette),
    ...staleExpectationLines(staleExpectations(results, options.expectedFailures)),
    ...results.flatMap(skippedLines),
    ...results.flatMap(givenUpLines),
    ...results.flatMap(interleavingLines),
  ];
  if (options.quiet) return lines;
  const remarks = findings.filter(isRemark).map((finding) => remarkLine(finding, palette));
  const facts = results.flatMap((result) => cacheProfileLines(result, palette));
  return [
    ...lines,
    ...remarks,
    ...facts,
    ...results.flatMap(notExercisedLines),
    ...results.flatMap(shownLines),
  ];
}

/** One that shows the cause, and a line for each of the others. */
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

function remarkLine({ area, rule, expected, observed }: Finding, palette: Palette): string {
  return palette.dim(`· ${area}: ${rule} (may): ${expected}; ${observed}`);
}

function knownLine({ area, rule, aspect, expectedFailure }: Finding, palette: Palette): string {
  return `${palette.yellow('~')} ${area}: ${rule}/${aspect} fails as expected: ${expectedFailure}`;
}

/** The table over one or several checks. */
export function summaryTable(outcomes: readonly CheckOutcome[], palette: Palette): string {
  const rows: AreaRow[] = outcomes.flatMap(({ implementation, areas }) =>
    areas.map(({ area, result, problem }) => ({
      implementation: [implementation.name, implementation.version].filter(Boolean).join(' '),
      area,
      result,
      ...(problem === undefined ? {} : { problem }),
    })),
  );
  return areaTable(rows, palette);
}

/** What went wrong beside the answers, for stderr. */
export function strayErrorLines({ implementation, strayErrors }: CheckOutcome): readonly string[] {
  return strayErrors.map((error) => `error: ${implementation.name} failed beside its answers: ${error}`);
}
