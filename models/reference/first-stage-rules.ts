/**
 * Which rules a successful first-stage walk shows: its page size, and that bits which hardware does not look
 * at were set on the way and did no harm (9.7).
 */
import { bit, bits } from '../../spec/bits.ts';
import { firstStageMasks } from './first-stage-masks.ts';
import type { Unit } from './unit.ts';

const pageRules: Readonly<Record<number, string>> = {
  1: 'translation.first-stage.4k',
  2: 'translation.first-stage.2m',
  3: 'translation.first-stage.1g',
};

const EXECUTE_DISABLE = bit(63);
const SOFTWARE = bits(62, 52) | bit(11) | bits(9, 8);

/** The rules that `entries` (top first, the page at `level` last) show, the most particular first. */
export function firstStageRules(entries: readonly bigint[], level: number, unit: Unit): readonly string[] {
  let ignored = 0n;
  for (const [index, entry] of entries.entries()) {
    ignored |= entry & firstStageMasks(unit, level + entries.length - 1 - index, entry).ignored;
  }
  const page = pageRules[level];
  if (page === undefined) throw new RangeError(`no page at level ${level}`);
  return [
    ...((ignored & EXECUTE_DISABLE) !== 0n ? ['translation.ignored.execute-disable'] : []),
    ...((ignored & SOFTWARE) !== 0n ? ['translation.ignored.first-stage-software'] : []),
    page,
  ];
}
