/** A made-up format as a compiled used-bit table. */

import type { SyntheticLayout } from '../spec/schema.ts';
import type { HalfMask, MaskSafe, MaskTable, Test } from './masks.ts';

/** Valid bit always; the mode field when valid; the mask of the mode when it has one. */
export function syntheticTable({ quantumWords, quanta, valid, mode, modes }: SyntheticLayout): MaskTable {
  const halves = quanta * quantumWords * 2;
  const isValid = fieldTests(valid.word, valid.bit, 1, 1);
  const fieldMask = ((1n << BigInt(mode.width)) - 1n) << BigInt(mode.low);
  const uses = (words: readonly bigint[]) => halfMasks(words, halves);
  const at = (word: number, mask: bigint) => uses([...Array.from({ length: word }, () => 0n), mask]);
  return {
    halves,
    rows: [
      { rule: 'valid', tests: [], uses: at(valid.word, 1n << BigInt(valid.bit)), ignores: [] },
      { rule: 'mode', tests: isValid, uses: at(valid.word, fieldMask), ignores: [] },
      ...modes.slice(0, 2 ** mode.width).map((words, value) => ({
        rule: `mode ${value}`,
        tests: [...isValid, ...fieldTests(valid.word, mode.low, mode.width, value)],
        uses: uses(words),
        ignores: [],
      })),
    ],
    ignoring: [],
  };
}

/** The bits that are safe between any two entries. */
export function syntheticSafe({ quantumWords, quanta, safe }: SyntheticLayout): MaskSafe {
  return [{ bits: halfMasks(safe, quanta * quantumWords * 2), unlessEither: [] }];
}

/** Bit by bit, because a field may cross from one half to the next. */
function fieldTests(word: number, low: number, width: number, value: number): Test[] {
  return Array.from({ length: width }, (_, index) => {
    const bit = low + index;
    return {
      half: word * 2 + (bit >> 5),
      low: bit & 31,
      mask: 1,
      accepts: ((value >> index) & 1) === 1 ? 2 : 1,
    };
  });
}

function halfMasks(words: readonly bigint[], halves: number): HalfMask[] {
  return words
    .flatMap((word) => [Number(word & 0xffff_ffffn), Number(word >> 32n)])
    .slice(0, halves)
    .map((mask, half) => ({ half, mask }))
    .filter(({ mask }) => mask !== 0);
}
