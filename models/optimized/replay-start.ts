/**
 * The second stage of a device, for a replay: its top table from root, context and PASID entries (9.1 to
 * 9.6) on 32-bit halves. Pass-through, first stage and nesting are not modelled: nothing is replayed.
 */
import type { Replay } from '../../spec/schema.ts';
import type { GuestMemory } from '../memory.ts';
import { contextFault, rootFault } from './entry-faults.ts';
import { locateContext, locateDirectory, locatePasidEntry } from './scalable-tables.ts';
import { pointerLow } from './tables-memory.ts';
import type { TranslationUnit } from './translation-unit.ts';

const NONE = 0;
const SECOND_STAGE = 2;

/** The top table that was found last. */
export const top = { high: 0, low: 0 };

/** Levels of the tables of the device, with `top` set; 0 when no valid entry leads to any. */
export function findTables(unit: TranslationUnit, memory: GuestMemory, replay: Replay): number {
  const rootLow = Number(replay.rtaddr & 0xffff_ffffn);
  const rootHigh = Number(replay.rtaddr >> 32n);
  const mode = (rootLow >>> 10) & 3;
  const table = (rootLow & 0xffff_f000) >>> 0;
  if (mode === 0) return legacy(unit, memory, rootHigh, table, replay.sourceId);
  return mode === 1 && unit.scalable ? scalable(unit, memory, rootHigh, table, replay.sourceId) : NONE;
}

function legacy(
  { entries }: TranslationUnit,
  memory: GuestMemory,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
): number {
  const { halves } = memory;
  const root = memory.locate(rootHigh, rootLow + 16 * (sourceId >>> 8));
  if (root < 0 || rootFault(entries, halves, root) !== 0) return NONE;
  const table = pointerLow(halves, root);
  const context = memory.locate(halves[root + 1] as number, table + 16 * (sourceId & 0xff));
  if (context < 0 || contextFault(entries, halves, context) !== 0) return NONE;
  if (((halves[context] as number) & 0x8) !== 0) return NONE;
  return found(halves, context, 2 + ((halves[context + 2] as number) & 7));
}

function scalable(
  unit: TranslationUnit,
  memory: GuestMemory,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
): number {
  const { halves } = memory;
  const context = locateContext(unit, memory, rootHigh, rootLow, sourceId);
  if (context < 0) return NONE;
  // RID_PASID; without RPS it is reserved, and zero in a valid entry (9.4).
  const pasid = (halves[context + 2] as number) & 0xf_ffff;
  const directory = locateDirectory(unit, memory, context, pasid);
  if (directory < 0) return NONE;
  const entry = locatePasidEntry(unit, memory, directory, pasid);
  if (entry < 0) return NONE;
  const low = halves[entry] as number;
  return ((low >>> 6) & 7) === SECOND_STAGE ? found(halves, entry, 2 + ((low >>> 2) & 7)) : NONE;
}

function found(halves: Uint32Array, at: number, levels: number): number {
  top.high = halves[at + 1] as number;
  top.low = pointerLow(halves, at);
  return levels;
}
