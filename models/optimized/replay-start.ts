/**
 * The second stage of a device, for a replay: its top table from root, context and PASID entries (9.1 to
 * 9.6) on 32-bit halves. Pass-through, first stage and nesting are not modelled: nothing is replayed.
 */
import type { Replay } from '../../spec/schema.ts';
import { type GuestMemory, READ_ERROR } from '../memory.ts';
import {
  contextFault,
  directoryFault,
  pasidFault,
  rootFault,
  rootHalfFault,
  scalableContextFault,
  VALID,
} from './entry-faults.ts';
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
  if (root === READ_ERROR || rootFault(entries, halves, root) !== VALID) return NONE;
  const table = pointerLow(halves, root);
  const context = memory.locate(halves[root + 1] as number, table + 16 * (sourceId & 0xff));
  if (context === READ_ERROR || contextFault(entries, halves, context) !== VALID) return NONE;
  if (((halves[context] as number) & 0x8) !== 0) return NONE;
  return found(halves, context, 2 + ((halves[context + 2] as number) & 7));
}

function scalable(
  { entries }: TranslationUnit,
  memory: GuestMemory,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
): number {
  const { halves } = memory;
  const root = memory.locate(rootHigh, rootLow + 16 * (sourceId >>> 8));
  if (root === READ_ERROR) return NONE;
  const half = root + ((sourceId & 0x80) === 0 ? 0 : 2);
  if (rootHalfFault(entries, halves, half) !== VALID) return NONE;
  const contextTable = pointerLow(halves, half);
  const context = memory.locate(halves[half + 1] as number, contextTable + 32 * (sourceId & 0x7f));
  if (context === READ_ERROR || scalableContextFault(entries, halves, context) !== VALID) return NONE;

  // RID_PASID; without RPS it is reserved, and zero in a valid entry (9.4).
  const pasid = (halves[context + 2] as number) & 0xf_ffff;
  const directoryTable = pointerLow(halves, context) + 8 * (pasid >>> 6);
  const carry = Math.floor(directoryTable / 0x1_0000_0000);
  const directory = memory.locate((halves[context + 1] as number) + carry, directoryTable >>> 0);
  if (directory === READ_ERROR || directoryFault(entries, halves, directory) !== VALID) return NONE;
  const pasidTable = pointerLow(halves, directory);
  const entry = memory.locate(halves[directory + 1] as number, pasidTable + 64 * (pasid & 63));
  if (entry === READ_ERROR || pasidFault(entries, halves, entry) !== VALID) return NONE;
  const low = halves[entry] as number;
  return ((low >>> 6) & 7) === SECOND_STAGE ? found(halves, entry, 2 + ((low >>> 2) & 7)) : NONE;
}

function found(halves: Uint32Array, at: number, levels: number): number {
  top.high = halves[at + 1] as number;
  top.low = pointerLow(halves, at);
  return levels;
}

/** Bits 31:12 of the pointer at `at`. */
function pointerLow(halves: Uint32Array, at: number): number {
  return ((halves[at] as number) & 0xffff_f000) >>> 0;
}
