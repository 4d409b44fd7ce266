/**
 * Which rules a successful second-stage walk shows: its page size, and that bits which hardware does not
 * look at were set on the way and did no harm (9.8).
 */
import { bit, bits } from '../../spec/bits.ts';
import { secondStageMasks } from './second-stage-masks.ts';
import type { Unit } from './unit.ts';

const pageRules: Readonly<Record<number, string>> = {
  1: 'translation.second-stage.4k',
  2: 'translation.second-stage.2m',
  3: 'translation.second-stage.1g',
};

const ignoredGroups = [
  { rule: 'translation.ignored.page-size-bit', mask: bit(7) },
  { rule: 'translation.ignored.accessed-dirty', mask: bits(9, 8) },
  { rule: 'translation.ignored.memory-type', mask: bits(6, 3) },
  { rule: 'translation.ignored.io-read', mask: bit(61) },
  { rule: 'translation.ignored.software', mask: bit(63) | bits(60, 52) | bit(10) | bit(2) },
] as const;

const SNOOP = bit(11);

/** The rules that `entries` (top first, the page at `level` last) show, the most particular first. */
export function secondStageRules(
  entries: readonly bigint[],
  level: number,
  unit: Unit,
  accessedDirty: boolean,
): readonly string[] {
  let ignored = 0n;
  for (const [index, entry] of entries.entries()) {
    const above = entries.length - 1 - index;
    ignored |= entry & secondStageMasks(unit, level + above, entry, accessedDirty).ignored;
  }
  const rules: string[] = ignoredGroups.filter(({ mask }) => (ignored & mask) !== 0n).map(({ rule }) => rule);
  if (((entries.at(-1) ?? 0n) & SNOOP) !== 0n) rules.push('translation.snoop-bit');
  const page = pageRules[level];
  if (page === undefined) throw new RangeError(`no page at level ${level}`);
  return [...rules, page];
}
