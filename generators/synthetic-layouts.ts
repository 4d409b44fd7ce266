/**
 * Made-up entry formats: a pool of a fixed number, the simplest first. Together they have every size from
 * 2 to 5 quanta, the valid bit in the first, a middle and the last quantum, modes that use different words,
 * and safe bits in some.
 */
import seedrandom from 'seedrandom';
import { ALL_64, bit, bits } from '../spec/bits.ts';
import type { SyntheticLayout } from '../spec/schema.ts';

const POOL = 64;
const sizes = [2, 3, 4, 5] as const;

function drawLayout(index: number): SyntheticLayout {
  const random = seedrandom(`synthetic layout ${index}`);
  const below = (limit: number) => Math.floor(random() * limit);
  const quanta = sizes[index % sizes.length]!;
  const quantumWords = index % 8 < 4 ? 1 : 2;
  const words = quanta * quantumWords;
  const width = below(3) + 1;
  // The mode field may cross the middle of the word; the valid bit lies outside of it.
  const low = [0, 3, 30, 31, 40, 64 - width][below(6)]!;
  const anywhere = low > 0 && below(2) === 0 ? below(low) : Math.min(low + width + below(20), 63);
  // The sign of a number of 32 or 64 bits.
  const validBit = index % 6 === 5 ? [31, 63][Math.floor(index / 6) % 2]! : anywhere;
  const valid = { word: below(words), bit: validBit >= low && validBit < low + width ? low - 1 : validBit };
  const mask = () => [0n, ALL_64, ALL_64, bits(31, 0), bits(63, 32), bit(below(64)), bits(40, 8)][below(7)]!;
  const modes = Array.from({ length: below(2 ** width) + 1 }, () => Array.from({ length: words }, mask));
  const control = bit(valid.bit) | bits(low + width - 1, low);
  const safe = Array.from({ length: words }, (_, word) => {
    const drawn = index % 3 === 2 && below(2) === 0 ? bits(12, 8) | bit(below(64)) : 0n;
    return word === valid.word ? drawn & ~control : drawn;
  });
  return { quantumWords, quanta, valid, mode: { low, width }, modes, safe };
}

const simplest: SyntheticLayout = {
  quantumWords: 1,
  quanta: 2,
  valid: { word: 0, bit: 0 },
  mode: { low: 1, width: 1 },
  modes: [
    [0n, 0n],
    [0n, ALL_64],
  ],
  safe: [0n, 0n],
};

/** The layouts that are drawn; index 0 is the simplest. */
export const syntheticLayouts: readonly SyntheticLayout[] = [
  simplest,
  ...Array.from({ length: POOL - 1 }, (_, index) => drawLayout(index)),
];
