/** Updates that may be drawn, and so may stand in a finding. */
import { entryKinds } from '../../generators/entry-kinds.ts';
import { usedMask } from '../../models/masks.ts';
import { extract } from '../../spec/bits.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';

const words = new BigUint64Array(16);
const halves = new Uint32Array(words.buffer);
const used = new Uint32Array(32);

/** A target within its used bits, and no present PASID entry of a reserved type. */
export function isDrawable({
  format,
  layout,
  from,
  to,
}: Pick<EntrySyncCase, 'format' | 'layout' | 'from' | 'to'>): boolean {
  if (format === 'amd-dte') return true;
  if (format === 'vtd-pasid' && [from, to].some(hasReservedType)) return false;
  const { table } = entryKinds(format, layout);
  words.set(to);
  usedMask(table, halves, 0, used);
  for (let half = 0; half < table.halves; half++) if ((halves[half]! & ~used[half]!) !== 0) return false;
  return true;
}

function hasReservedType([control = 0n]: readonly bigint[]): boolean {
  const type = extract(control, 8, 6);
  return extract(control, 0, 0) === 1n && (type === 0n || type > 4n);
}
