/**
 * Which rules a successful second-stage walk shows: its page size, and that bits which hardware does not
 * look at were set on the way and did no harm (9.8).
 */
import { bit, bits } from '../../spec/bits.ts';

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

/**
 * The rules that a walk shows, the most particular first. `ignored` are the bits set on the way that hardware
 * does not look at; `leaf`, at `level`, maps the page.
 */
export function secondStageRules(ignored: bigint, leaf: bigint, level: number): readonly string[] {
  const page = pageRules[level];
  if (page === undefined) throw new RangeError(`no page at level ${level}`);
  const rules: string[] = [];
  if (ignored !== 0n) {
    for (const { rule, mask } of ignoredGroups) if ((ignored & mask) !== 0n) rules.push(rule);
  }
  if ((leaf & SNOOP) !== 0n) rules.push('translation.snoop-bit');
  rules.push(page);
  return rules;
}
