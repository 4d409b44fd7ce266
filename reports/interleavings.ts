/** What the exhaustive mode went through, in a line. */
import type { AreaResult } from '../spec/schema.ts';
import { plural } from './plural.ts';

/** Numbers of more digits are told by their power of ten. */
const DIGITS = 12;

export function interleavingLines({ area, interleavings, durationMs }: AreaResult): readonly string[] {
  if (interleavings === undefined) return [];
  const { programs, count, states, cut } = interleavings;
  const aMinute = (BigInt(count) * 60_000n) / BigInt(Math.max(Math.round(durationMs), 1));
  return [
    `${area}: ${plural(programs, 'program')} in ${shortCount(count)} interleavings through ${plural(states, 'state')}, ${shortCount(String(aMinute))} interleavings a minute`,
    ...(cut === 0
      ? []
      : [`${area}: ${plural(cut, 'program')} of more states than can be gone through, broken off`]),
  ];
}

function shortCount(digits: string): string {
  if (digits.length <= DIGITS) return Number(digits).toLocaleString('en');
  return `${digits[0]}.${digits.slice(1, 3)} × 10^${digits.length - 1}`;
}
