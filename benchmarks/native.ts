/**
 * The hot paths of the optimized model beside the same paths of the C example built with -O2: same inputs, same run.
 * The fastest of many short rounds: whatever else the machine does can only make one slower.
 */
import { Bench } from 'tinybench';
import { tableOf } from './figures.ts';
import { heapBytes } from './native/heap.ts';
import { drawInputs } from './native/inputs.ts';
import { type NativePath, nativePaths } from './native/paths.ts';
import { buildProgram, NativeProgram } from './native/program.ts';

export interface NativeFigure {
  readonly path: string;
  readonly nanoseconds: number;
  readonly cNanoseconds: number;
  readonly ratio: number;
  /** How much slower the median round of either side was, in percent. */
  readonly spreadPercent: number;
  readonly heapBytesPerOperation: number;
}

/** Of a round in C: shorter than what a scheduler gives to one of several processes. */
const ROUND_MS = 0.5;
const ROUNDS = 300;
/** For the engine to have compiled what it will. */
const WARM_UP_ROUNDS = 3000;

/** The figures, or why there are none. Throws when both sides do not come to the same results. */
export async function nativeFigures(): Promise<readonly NativeFigure[] | string> {
  const reason = buildProgram();
  if (reason !== undefined) return `no figures beside C: ${reason}`;
  const inputs = drawInputs();
  const program = new NativeProgram(inputs);
  try {
    const figures: NativeFigure[] = [];
    for (const path of nativePaths(inputs)) figures.push(await figureOf(path, program));
    return figures;
  } finally {
    program.close();
  }
}

export function nativeTable(figures: readonly NativeFigure[]): string {
  const rows = figures.map((figure) => [
    figure.path,
    figure.nanoseconds.toFixed(1),
    figure.cNanoseconds.toFixed(1),
    `${figure.ratio.toFixed(2)} ×`,
    figure.spreadPercent.toFixed(1),
    figure.heapBytesPerOperation.toFixed(2),
  ]);
  const ratios = figures.map(({ ratio }) => ratio).toSorted((a, b) => a - b);
  const half = ratios.length / 2;
  const median = ((ratios[Math.ceil(half) - 1] ?? 0) + (ratios[Math.floor(half)] ?? 0)) / 2;
  rows.push(['median', '', '', `${median.toFixed(2)} ×`, '', '']);
  return tableOf(['fastest round', 'TS ns', 'C ns', 'ratio', 'median + %', 'heap bytes'], rows);
}

async function figureOf(
  { name, operations, pass }: NativePath,
  program: NativeProgram,
): Promise<NativeFigure> {
  const { checksum, milliseconds } = await program.round(name, 1);
  if (pass(pass(0)) >>> 0 !== checksum) throw new Error(`${name}: C comes to other results`);
  const passes = Math.ceil(ROUND_MS / milliseconds);
  const bench = new Bench({ time: 0, iterations: ROUNDS, warmupTime: 0, warmupIterations: WARM_UP_ROUNDS });
  bench.add('optimized', () => {
    let sum = 0;
    for (let count = 0; count < passes; count++) sum = pass(sum);
    if (sum !== Math.trunc(sum)) throw new RangeError('a checksum is no integer');
  });
  await bench.run();
  const native = new Bench({ time: 0, iterations: ROUNDS, warmup: false });
  native.add('C', async () => ({ overriddenDuration: (await program.round(name, passes)).milliseconds }));
  await native.run();
  const [own, other] = [bench, native].map(({ tasks: [task] }) => {
    if (task?.result.state !== 'completed') throw new Error(`${name} did not complete`);
    const { min, p50 } = task.result.latency;
    return { nanoseconds: (min * 1e6) / passes / operations, spread: 100 * (p50 / min - 1) };
  }) as [Timed, Timed];
  return {
    path: name,
    nanoseconds: own.nanoseconds,
    cNanoseconds: other.nanoseconds,
    ratio: own.nanoseconds / other.nanoseconds,
    spreadPercent: Math.max(own.spread, other.spread),
    heapBytesPerOperation: heapBytes(pass, operations),
  };
}

interface Timed {
  readonly nanoseconds: number;
  readonly spread: number;
}
