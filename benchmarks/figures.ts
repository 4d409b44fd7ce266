/** Figures of one run, and the table that they are printed as. */
import Table from 'cli-table3';
import type { Bench } from 'tinybench';

/** What one round of a task does. */
export interface Unit {
  /** Cases, or translations, in a round. */
  readonly perRound: number;
}

export interface Figure {
  readonly name: string;
  readonly perSecond: number;
  /** Half width of the 95 % confidence interval, in percent of the mean. */
  readonly spreadPercent: number;
  readonly rounds: number;
}

/** The completed tasks of `bench`. Throws the first error that a task met. */
export function figuresOf(bench: Bench, units: ReadonlyMap<string, Unit>): readonly Figure[] {
  return bench.tasks.map(({ name, result }) => {
    if (result.state === 'errored') throw result.error;
    if (result.state !== 'completed') throw new Error(`${name} did not complete`);
    const { latency } = result;
    const perRound = units.get(name)?.perRound ?? 1;
    return {
      name,
      perSecond: (perRound * 1000) / latency.mean,
      spreadPercent: latency.rme,
      rounds: latency.samplesCount,
    };
  });
}

/** One line a figure; steps of an area as the share that they take of its whole check. */
export function figureTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['', 'a second', '± %', 'of the check'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, perSecond, spreadPercent } of figures) {
    const whole = figures.find((figure) => figure.name === `${name.split(':')[0]}: check`);
    const share = whole === undefined ? '' : `${Math.round((100 * whole.perSecond) / perSecond)} %`;
    table.push([name, Math.round(perSecond).toLocaleString('en'), spreadPercent.toFixed(1), share]);
  }
  return table.toString();
}
