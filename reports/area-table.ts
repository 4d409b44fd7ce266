/** The table that a run ends in: one line an area, and an implementation where there are several. */
import Table from 'cli-table3';
import type { AreaResult } from '../spec/schema.ts';
import { isSurprise } from './finding-kind.ts';
import type { Palette } from './palette.ts';

/** One line: what an area gave, or why it gave nothing. */
export interface AreaRow {
  readonly implementation: string;
  readonly area: string;
  /** Undefined when the area gave no result: the reason. */
  readonly result: AreaResult | undefined;
  readonly problem?: string;
}

export function areaTable(rows: readonly AreaRow[], palette: Palette): string {
  const several = new Set(rows.map(({ implementation }) => implementation)).size > 1;
  const head = ['area', 'cases', 'cases/s', 'draw/run/judge %', 'rules', 'findings', 'expected', 'verdict'];
  const right = head.map((title) => (['area', 'verdict'].includes(title) ? 'left' : 'right'));
  const table = new Table({
    head: several ? ['implementation', ...head] : head,
    colAligns: (several ? ['left', ...right] : right) as ('left' | 'right')[],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const cells = [row.area, ...figures(row.result), verdict(row, palette)];
    table.push(several ? [row.implementation, ...cells] : cells);
  }
  return table.toString();
}

function figures(result: AreaResult | undefined): readonly string[] {
  if (!result?.claimed) return ['', '', '', '', '', ''];
  const exercised = result.rules.filter((rule) => rule.exercised > 0).length;
  return [
    String(result.cases),
    String(Math.round((result.cases * 1000) / Math.max(result.durationMs, 1))),
    shares(result),
    `${exercised}/${result.rules.length}`,
    String(result.findings.filter(isSurprise).length),
    String(result.findings.filter((finding) => finding.expectedFailure !== undefined).length),
  ];
}

/**
 * Of the time, or of that of all threads: drawing cases, the implementation, the judge with the reference model; the
 * rest is left out.
 */
function shares({ spentMs, durationMs }: AreaResult): string {
  if (spentMs === undefined) return '';
  const { draw, implementation, judge } = spentMs;
  const whole = Math.max(durationMs, draw + implementation + judge, 1);
  const percent = (ms: number) => Math.round((100 * ms) / whole);
  return [draw, implementation, judge].map(percent).join('/');
}

function verdict({ result, problem }: AreaRow, palette: Palette): string {
  if (result === undefined) return palette.red(problem ?? 'did not run');
  if (!result.claimed) return palette.dim('not claimed');
  const statuses = result.rules.map(({ status }) => status);
  if (statuses.includes('fail')) return palette.red('fails');
  if (statuses.includes('unexpected-pass')) return palette.red('unexpected pass');
  if (statuses.includes('expected-failure')) return palette.yellow('fails as expected');
  // Every case was passed over: that is no pass.
  if (!result.rules.some(({ exercised }) => exercised > 0)) return palette.yellow('not exercised');
  return palette.green('conforms');
}
