/** What a check prints: the findings that nobody expected, known ones in a line each, and the table. */

import { type AreaRow, areaTable } from '../../reports/area-table.ts';
import { cacheProfileLines } from '../../reports/cache-profile.ts';
import { isRemark, isSurprise } from '../../reports/finding-kind.ts';
import { interleavingLines } from '../../reports/interleavings.ts';
import { notExercisedLines } from '../../reports/not-exercised.ts';
import type { Palette } from '../../reports/palette.ts';
import { recordedLines } from '../../reports/recorded-lines.ts';
import { shownLines } from '../../reports/shown.ts';
import { givenUpLines, skippedLines } from '../../reports/skipped.ts';
import type { ExpectedFailure, Finding } from '../../spec/schema.ts';
import type { CheckOutcome } from './check.ts';
import type { savedCauseLines } from './saved-findings.ts';
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
export async function findingReport(
  outcome: CheckOutcome,
  options: ReportOptions,
  palette: Palette,
): Promise<readonly string[]> {
  const results = outcome.areas.flatMap(({ result }) => (result?.claimed ? [result] : []));
  const findings = results.flatMap((result) => result.findings);
  const surprises = findings.filter(isSurprise);
  const printed = surprises.length === 0 ? [] : await shown(surprises, results, options, palette);
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

async function shown(...of: Parameters<typeof savedCauseLines>): Promise<readonly string[]> {
  return (await import('./saved-findings.ts')).savedCauseLines(...of);
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
