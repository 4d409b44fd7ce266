/** Figures of one run, and the table that they are printed as. */
import Table from 'cli-table3';
import { Bench } from 'tinybench';

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

/** Adds tasks; may return what ends the processes that they use. */
type Add = (bench: Bench, units: Map<string, Unit>) => Promise<(() => Promise<void>) | undefined> | undefined;

/** Runs the tasks that `add` adds. Throws the first error that one met. */
export async function measured(add: Add): Promise<readonly Figure[]> {
  const bench = new Bench({ time: 1000, iterations: 5, warmupTime: 300, warmupIterations: 2 });
  const units = new Map<string, Unit>();
  const close = await add(bench, units);
  try {
    await bench.run();
  } finally {
    await close?.();
  }
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

const STYLE = { head: [], border: [], compact: true };

/** One line a figure; of the steps of an area the share of its check, of the optimized model how fast it is. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, perSecond, spreadPercent }) => {
    const whole = perSecondOf(figures, `${name.split(':')[0]}: check`);
    const share = whole === undefined ? '' : `${Math.round((100 * whole) / perSecond)} %`;
    const slower = name.endsWith(OPTIMIZED) ? name.slice(0, -OPTIMIZED.length) : undefined;
    const reference = slower === undefined ? undefined : perSecondOf(figures, `${slower}: reference`);
    const times = reference === undefined ? '' : `${(perSecond / reference).toFixed(1)} ×`;
    return [name, Math.round(perSecond).toLocaleString('en'), spreadPercent.toFixed(1), share, times];
  });
  return tableOf(['', 'a second', '± %', 'of the check', 'the reference'], rows);
}

const OPTIMIZED = ': optimized';

export function perSecondOf(figures: readonly Figure[], name: string): number | undefined {
  return figures.find((figure) => figure.name === name)?.perSecond;
}

/** The first column is text, the others are numbers. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const colAligns = head.map((_, column) => (column === 0 ? 'left' : 'right') as 'left' | 'right');
  const table = new Table({ head: [...head], colAligns, style: STYLE });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
