/**
 * Translations and streams a second of each real QEMU binary that is found, every case set up anew; how much of the
 * processor time is spent in QEMU itself; and what several processes do at once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { findQemuBinaries } from '../adapters/qemu/binaries.ts';
import { openQemu } from '../adapters/qemu/open-qemu.ts';
import { drawCases } from '../generators/drawing.ts';
import { plural } from '../reports/plural.ts';
import type { Implementation } from '../spec/implementation.ts';
import type { Case, Profile, TranslationCase } from '../spec/schema.ts';
import { invalidationSuite } from '../suites/invalidation/suite.ts';
import { translationSuite } from '../suites/translation/suite.ts';
import { SEED } from './areas.ts';
import { type Figure, measured } from './figures.ts';

/** Of processor time, while translations were asked for. */
export interface QemuShare {
  readonly name: string;
  readonly processes: number;
  /** 0 to 1, in QEMU's processes; the rest is ours. Left out where /proc does not tell. */
  readonly inQemu?: number;
  /** Translations a second, beside one process. */
  readonly times: number;
}

const SECONDS = 1;
/** Of a round, each of them some requests. */
const CASES = 128;

export interface QemuFigures {
  readonly figures: readonly Figure[];
  readonly shares: readonly QemuShare[];
}

/** Each binary as it is used, with a process a configuration at work; then one process, two, four … of one. */
export async function qemuFigures(): Promise<QemuFigures> {
  const figures: Figure[] = [];
  const shares: QemuShare[] = [];
  for (const binary of await findQemuBinaries()) {
    const opened = await Promise.all(
      Array.from({ length: availableParallelism() }, () => openQemu({ binary: binary.path })),
    );
    try {
      const [one] = opened;
      if (one === undefined || one.profile === 'any') continue;
      figures.push(...(await asUsed(one, one.profile)));
      const [configuration] = one.profile;
      const cases = translationsUnder([configuration as Profile]);
      let single: number | undefined;
      for (let processes = 1; processes <= opened.length; processes *= 2) {
        const asked = opened.slice(0, processes);
        const figure = await figureOf(asked, cases);
        single ??= figure.perSecond;
        figures.push(figure);
        const inQemu = await shareOf(asked, cases);
        const times = figure.perSecond / single;
        shares.push({ name: one.name, processes, ...(inQemu !== undefined && { inQemu }), times });
      }
    } finally {
      for (const implementation of opened) await implementation.close?.();
    }
  }
  return { figures, shares };
}

function asUsed(one: Implementation, profiles: readonly Profile[]): Promise<readonly Figure[]> {
  return measured((bench, units) => {
    const translations = translationsUnder(profiles);
    units.set(`${one.name}: translations`, { perRound: requestsIn(translations) });
    bench.add(`${one.name}: translations`, () => askAll([one], translations));
    const streams = drawCases(invalidationSuite.arbitrary(profiles), SEED, CASES);
    units.set(`${one.name}: streams`, { perRound: CASES });
    bench.add(`${one.name}: streams`, () => askAll([one], streams));
    return undefined;
  });
}

/** Translations of `cases`; every process is asked the same at once. */
async function figureOf(
  asked: readonly Implementation[],
  cases: readonly TranslationCase[],
): Promise<Figure> {
  const [figure] = await measured((bench, units) => {
    const task = `${asked[0]?.name}: translations, ${plural(asked.length, 'process', 'processes')}`;
    units.set(task, { perRound: requestsIn(cases) * asked.length });
    bench.add(task, () => askAll(asked, cases));
    return undefined;
  });
  return figure as Figure;
}

function translationsUnder(profiles: readonly Profile[]): readonly TranslationCase[] {
  return drawCases(translationSuite.arbitrary(profiles), SEED, CASES);
}

function requestsIn(cases: readonly TranslationCase[]): number {
  return cases.reduce((sum, { requests }) => sum + requests.length, 0);
}

async function askAll(opened: readonly Implementation[], cases: readonly Case[]): Promise<void> {
  await Promise.all(opened.map((implementation) => implementation.runBatch?.(cases)));
}

async function shareOf(
  opened: readonly Implementation[],
  cases: readonly Case[],
): Promise<number | undefined> {
  const before = qemuTicks();
  const own = process.cpuUsage();
  const begin = performance.now();
  do await askAll(opened, cases);
  while (performance.now() - begin < SECONDS * 1000);
  const { user, system } = process.cpuUsage(own);
  const after = qemuTicks();
  if (before === undefined || after === undefined) return undefined;
  const inQemu = (after - before) / TICKS_PER_SECOND;
  return inQemu / (inQemu + (user + system) / 1e6);
}

/** USER_HZ of every Linux that there is. */
const TICKS_PER_SECOND = 100;

/** Processor time of our children that are QEMU; undefined where there is no /proc. */
function qemuTicks(): number | undefined {
  try {
    const threads = readdirSync('/proc/self/task');
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return children.map(ticksOf).reduce((sum, ticks) => sum + ticks, 0);
  } catch {
    return undefined;
  }
}

/** utime and stime, behind the name in parentheses (proc_pid_stat(5)); 0 of what is no QEMU. */
function ticksOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  if (!stat.includes('(qemu')) return 0;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
