/** Updates that may be drawn, and so may stand in a finding. */
import { entryKinds } from '../../generators/entry-kinds.ts';
import { fitsUnit } from '../../generators/pasid-on-unit.ts';
import { usedMask } from '../../models/masks.ts';
import type { EntrySyncCase, Profile } from '../../spec/schema.ts';

export type EntryUpdate = Pick<EntrySyncCase, 'format' | 'layout' | 'from' | 'to'>;

const words = new BigUint64Array(16);
const halves = new Uint32Array(words.buffer);
const used = new Uint32Array(32);

/** A target within its used bits, and entries that the unit can have. */
export function isDrawable({ profile, ...update }: EntrySyncCase): boolean {
  return isOnUnit(update, profile) && isMade(update);
}

/** Whether the unit of `profile` can have both entries. */
export function isOnUnit({ format, from, to }: EntryUpdate, profile: Profile): boolean {
  return format !== 'vtd-pasid' || (fitsUnit(from, profile) && fitsUnit(to, profile));
}

/** Whether the target sets no bit that it does not use. */
export function isMade({ format, layout, to }: EntryUpdate): boolean {
  if (format === 'amd-dte') return true;
  const { table } = entryKinds(format, layout);
  words.set(to);
  usedMask(table, halves, 0, used);
  for (let half = 0; half < table.halves; half++) if ((halves[half]! & ~used[half]!) !== 0) return false;
  return true;
}
