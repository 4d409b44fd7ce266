/** Correct variants of area `used-bits`: drivers with other tables, each of them sound. */
import type { UsedBitsCase, UsedBitsObservation } from '../../../spec/schema.ts';
import { usedBitsKnowledge } from '../../../spec/used-bits/formats.ts';
import { runUsedBits, safeBits } from '../../reference/used-bits.ts';
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';
import { choicesFor } from '../free-walk/choices.ts';
import { hardware, narrowest, type Table, widest } from './tables.ts';

const ALL = 2n ** 64n - 1n;

interface Driver {
  readonly used: Table;
  /** Left out: it is not told. */
  readonly safe?: (testCase: UsedBitsCase, target: readonly bigint[]) => bigint[];
}

/** A driver that claims the reviewed table has that one. */
function variant(id: string, does: string, clause: string, { used, safe }: Driver): CorrectVariant {
  const run = (testCase: UsedBitsCase): UsedBitsObservation => {
    const { format, entry, target, profile } = testCase;
    if (profile.policies.usedBits === 'reviewed') return runUsedBits(testCase);
    const answer = { used: used(usedBitsKnowledge[format], entry) };
    return target === undefined || safe === undefined ? answer : { ...answer, safe: safe(testCase, target) };
  };
  return { id, areas: ['used-bits'], does, clause, open: async () => variantOfArea(id, 'used-bits', run) };
}

const safeOfHardware: Driver['safe'] = ({ format, entry }, target) => {
  const { layout, safeAtMost } = usedBitsKnowledge[format];
  return safeBits(layout, safeAtMost, entry, target);
};

/** What one of the entries does not use may change while the other is there. */
const safeOrUnused: Driver['safe'] = (testCase, target) => {
  const known = usedBitsKnowledge[testCase.format];
  const [current, next] = [widest(known, testCase.entry), widest(known, target)];
  const safe = safeBits(known.layout, known.safe, testCase.entry, target);
  return safe.map((mask, word) => mask | (ALL & ~(current[word]! & next[word]!)));
};

const anyBetween: Table = (known, entry) => {
  const { may } = choicesFor(entry);
  const least = narrowest(known, entry);
  return widest(known, entry).map((mask, word) => {
    let used = least[word]!;
    for (let bit = 1n; bit <= mask; bit <<= 1n) if ((mask & bit) !== 0n && may()) used |= bit;
    return used;
  });
};

export const usedBitsVariants: readonly CorrectVariant[] = [
  variant(
    'used-by-hardware',
    'Uses what all hardware looks at: FPD, SRE and memory types where review left them out, no AW without a second stage.',
    'VT-d 9.6; Arm IHI 0070 5.2, 5.4; used-bits.exception.*, used-bits.not-in-hardware',
    { used: hardware, safe: safeOfHardware },
  ),
  variant(
    'used-at-least',
    'Uses no bit of the reviewed table that hardware ignores, and does not tell what is safe.',
    'used-bits.not-in-hardware; contract: what an answer leaves out is not judged',
    { used: narrowest },
  ),
  variant(
    'used-at-most',
    'Uses whatever some hardware may look at, reserved bits too, and calls all that one of the entries does not use safe.',
    'VT-d 9.6: reserved fields are checked; Arm IHI 0070 5.2, 5.4',
    { used: widest, safe: safeOrUnused },
  ),
  variant(
    'used-anything-between',
    'Has another table for each entry, with any of the bits that may be looked at.',
    'contract: any table that is sound and no wider than hardware and review',
    { used: anyBetween },
  ),
];
