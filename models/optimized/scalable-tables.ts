/**
 * The tables of scalable mode on the way to a PASID entry (9.1, 9.3, 9.4, 9.5), for those who only want what is
 * valid: a replay, an emulator that synchronizes its PASID cache. Translation, which reports faults, is scalable.ts.
 */
import type { GuestMemory } from '../memory.ts';
import { directoryFault, pasidFault, rootHalfFault, scalableContextFault } from './entry-faults.ts';
import { pointerLow } from './tables-memory.ts';
import type { TranslationUnit } from './translation-unit.ts';

const NONE = -1;

/** Index in memory of the valid context entry of a requester, or a negative number. */
export function locateContext(
  { entries }: TranslationUnit,
  memory: GuestMemory,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
): number {
  const { halves } = memory;
  const root = memory.locate(rootHigh, rootLow + 16 * (sourceId >>> 8));
  if (root < 0) return NONE;
  const half = root + ((sourceId & 0x80) === 0 ? 0 : 2);
  if (rootHalfFault(entries, halves, half) !== 0) return NONE;
  const contextTable = pointerLow(halves, half) + 32 * (sourceId & 0x7f);
  const context = memory.locate(halves[half + 1] as number, contextTable);
  if (context < 0 || scalableContextFault(entries, halves, context) !== 0) return NONE;
  return context;
}

/** Index in memory of the valid PASID-directory entry of a PASID, or a negative number. */
export function locateDirectory(
  { entries }: TranslationUnit,
  memory: GuestMemory,
  context: number,
  pasid: number,
): number {
  const { halves } = memory;
  // Nothing aligns a directory to its size: the sum may carry into the high half.
  const address = pointerLow(halves, context) + 8 * (pasid >>> 6);
  const carry = address > 0xffff_ffff ? 1 : 0;
  const directory = memory.locate((halves[context + 1] as number) + carry, address >>> 0);
  if (directory < 0 || directoryFault(entries, halves, directory) !== 0) return NONE;
  return directory;
}

/** Index in memory of the valid entry of a PASID in the table of a PASID-directory entry, or a negative number. */
export function locatePasidEntry(
  { entries }: TranslationUnit,
  memory: GuestMemory,
  directory: number,
  pasid: number,
): number {
  const { halves } = memory;
  const table = pointerLow(halves, directory);
  const entry = memory.locate(halves[directory + 1] as number, table + 64 * (pasid & 63));
  if (entry < 0 || pasidFault(entries, halves, entry) !== 0) return NONE;
  return entry;
}
