/**
 * Translations and streams a second of each real QEMU binary that is found, every case set up anew; how much of the
 * processor time is spent in QEMU itself; and what several processes do at once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { findQemuBinaries } from '../adapters/qemu/binaries.ts';
import { openQemu } from '../adapters/qemu/open-qemu.ts';
import { drawCases } from '../generators/drawing.ts';
import type { Implementation } from '../spec/implementation.ts';
import type { Case, Profile } from '../spec/schema.ts';
import { invalidationSuite } from '../suites/invalidation/suite.ts';
import { translationSuite } from '../suites/translation/suite.ts';
import { SEED } from './areas.ts';
import { type Figure, measured, perSecondOf } from './figures.ts';

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

export async function qemuFigures(): Promise<QemuFigures> {
  const figures: Figure[] = [];
  const shares: QemuShare[] = [];
  for (const binary of await findQemuBinaries()) {
    let single: number | undefined;
    for (let processes = 1; processes <= availableParallelism(); processes *= 2) {
      const opened = await Promise.all(
        Array.from({ length: processes }, () => openQemu({ binary: binary.path })),
      );
      try {
        const found = await figuresOf(opened);
        const perSecond = perSecondOf(found, found[0]?.name ?? '') ?? 0;
        single ??= perSecond;
        figures.push(...found);
        const inQemu = await shareOf(opened);
        const name = opened[0]?.name ?? '';
        shares.push({ name, processes, ...(inQemu !== undefined && { inQemu }), times: perSecond / single });
      } finally {
        for (const implementation of opened) await implementation.close?.();
      }
    }
  }
  return { figures, shares };
}

/** Every process is asked the same at once. */
function figuresOf(opened: readonly Implementation[]): Promise<readonly Figure[]> {
  const several = opened.length > 1 ? `, ${opened.length} processes` : '';
  return measured((bench, units) => {
    const add = (what: string, cases: readonly Case[], perRound: number) => {
      const task = `${opened[0]?.name}: ${what}${several}`;
      units.set(task, { perRound: perRound * opened.length });
      bench.add(task, () => askAll(opened, cases));
    };
    const cases = translationsFor(opened[0]);
    add(
      'translations',
      cases,
      cases.reduce((sum, { requests }) => sum + requests.length, 0),
    );
    if (opened.length === 1) {
      const streams = invalidationSuite.arbitrary(opened[0]?.profile as readonly Profile[]);
      add('streams', drawCases(streams, SEED, CASES), CASES);
    }
    return undefined;
  });
}

function translationsFor(implementation: Implementation | undefined) {
  return drawCases(translationSuite.arbitrary(implementation?.profile as readonly Profile[]), SEED, CASES);
}

async function askAll(opened: readonly Implementation[], cases: readonly Case[]): Promise<void> {
  await Promise.all(opened.map((implementation) => implementation.runBatch?.(cases)));
}

async function shareOf(opened: readonly Implementation[]): Promise<number | undefined> {
  const cases = translationsFor(opened[0]);
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
