/** What became of the findings of earlier runs. */
import type { AreaResult } from '../spec/schema.ts';
import type { Palette } from './palette.ts';

/** Nothing when there were none; else how many of each kind, and each file that is of no use any more. */
export function recordedLines(results: readonly AreaResult[], palette: Palette): readonly string[] {
  const recorded = results.flatMap((result) => result.recorded ?? []);
  if (recorded.length === 0) return [];
  const of = (...states: readonly string[]) => recorded.filter(({ state }) => states.includes(state));
  const counts = [
    [of('fails').length, 'still fail'],
    [of('fails-otherwise').length, 'fail in another way'],
    [of('fixed').length, 'fixed'],
    [of('passes').length, 'of other implementations pass'],
    [of('skipped').length, 'skipped by the implementation'],
    [of('not-offered').length, 'of a profile that it does not offer'],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [
    `recorded findings, tried first: ${told.join(', ')}`,
    ...of('fails-otherwise').map(({ file, id }) => `  fails otherwise: ${id}, ${file}`),
    ...of('fixed').map(({ file, id }) => `  ${palette.green('fixed')}: ${id}, ${file} can be deleted`),
  ];
}
