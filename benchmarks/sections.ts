/** What can be measured: each section prints its own table, and has its place in the JSON. */
import { addAreas } from './areas.ts';
import { type Figure, figureTable, measured, tableOf } from './figures.ts';
import { growthOf, growthTable } from './growth.ts';
import { addInterleavings, interleavingsPerMinute } from './interleavings.ts';
import { addLongStreams, longStreamSeries } from './long-streams.ts';
import { addManyPasids, manyPasidsSeries } from './many-pasids.ts';
import { addManyWords, manyWordsSeries } from './many-words.ts';
import { residentMemory, residentTable } from './memory.ts';
import { nativeFigures, nativeTable } from './native.ts';
import { addedMicroseconds, addProcess } from './process.ts';
import { qemuFigures } from './qemu.ts';
import { addWalks } from './walks.ts';
import { addWideWalk } from './wide-walk.ts';
import { workersBesideOne } from './workers.ts';

export const sectionNames = ['native', 'areas', 'growth', 'process', 'qemu', 'memory', 'workers'] as const;
export type SectionName = (typeof sectionNames)[number];

interface Wish {
  /** For resident memory, per area. */
  readonly seconds: number;
  /** What was measured before in this run. */
  readonly figures: readonly Figure[];
}
/** All but `table` and `measured` is written under its own name. */
interface Outcome extends Record<string, unknown> {
  readonly table: string;
  readonly measured?: readonly Figure[];
}

export const sections: Readonly<Record<SectionName, (wish: Wish) => Promise<Outcome>>> = {
  async native() {
    const native = await nativeFigures();
    return typeof native === 'string' ? { table: native } : { table: nativeTable(native), native };
  },

  async areas() {
    let interleavings = 0n;
    const ofCases = await measured(async (bench, units) => {
      await addAreas(bench, units);
      addWideWalk(bench, units);
      interleavings = addInterleavings(bench, units);
      return undefined;
    });
    // Afterwards: they keep their tables in the memory that cases use.
    const figures = [...ofCases, ...(await measured(addWalks))];
    const perMinute = interleavingsPerMinute(figures, interleavings) ?? 0;
    const table = `${figureTable(figures)}\n${perMinute.toExponential(1)} interleavings a minute`;
    return { table, measured: figures, interleavingsPerMinute: perMinute };
  },

  async growth() {
    const figures = await measured((bench, units) => {
      addLongStreams(bench, units);
      addManyWords(bench, units);
      addManyPasids(bench, units);
      return undefined;
    });
    const series = [...longStreamSeries, manyWordsSeries, manyPasidsSeries];
    const growth = series.map((one) => growthOf(figures, one));
    return { table: `${figureTable(figures)}\n${growthTable(growth)}`, measured: figures, growth };
  },

  async process({ figures: before }) {
    const figures = await measured(addProcess);
    const added = addedMicroseconds([...before, ...figures]);
    const lines = [figures.length > 0 ? figureTable(figures) : ''];
    if (added !== undefined)
      lines.push(`the process adapter adds ${added.toFixed(1)} µs a case to the check`);
    return { table: lines.join('\n'), measured: figures, processAddedMicroseconds: added };
  },

  async qemu() {
    const { figures, shares } = await qemuFigures();
    if (figures.length === 0) return { table: 'no figures of QEMU: no qemu-system-x86_64 on PATH' };
    const rows = shares.map(({ name, processes, inQemu, times }) => [
      name,
      `${processes}`,
      inQemu === undefined ? '' : `${Math.round(100 * inQemu)} %`,
      `${times.toFixed(2)} ×`,
    ]);
    const table = tableOf(['', 'processes', 'of the CPU time in QEMU', 'translations beside one'], rows);
    return { table: `${figureTable(figures)}\n${table}`, measured: figures, qemu: shares };
  },

  async memory({ seconds }) {
    const memory = await residentMemory(seconds);
    return { table: residentTable(memory), memory };
  },

  async workers() {
    const workers = await workersBesideOne();
    if (typeof workers === 'string') return { table: workers };
    const rows = workers.map((one) => [
      `check of all areas, ${one.workers} worker${one.workers === 1 ? '' : 's'}`,
      one.seconds.toFixed(1),
      `${one.times.toFixed(2)} ×`,
    ]);
    return { table: tableOf(['', 'seconds', 'beside one'], rows), workers };
  },
};
