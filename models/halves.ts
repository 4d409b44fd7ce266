/**
 * 64-bit words as numbers and back, over bytes that both share: `BigInt` and `Number` take four times as long for
 * a number of more than 31 bits. Every function here uses the same bytes and leaves nothing in them.
 */
import { endianness } from 'node:os';

/** The bytes as one word. */
export const whole = new BigUint64Array(1);
/** The same bytes; the low half stands at LOW. */
export const halves = new Uint32Array(whole.buffer);

export const SWAPPED = endianness() === 'BE';
export const LOW = SWAPPED ? 1 : 0;
export const HIGH = 1 - LOW;

const TWO_32 = 0x1_0000_0000;

/** `value`, an integer from 0 to 2^53, as a word. */
export function wordOf(value: number): bigint {
  halves[LOW] = value;
  halves[HIGH] = value / TWO_32;
  return whole[0] as bigint;
}

/** `word`, below 2^53, as a number. */
export function numberOf(word: bigint): number {
  whole[0] = word;
  return (halves[HIGH] as number) * TWO_32 + (halves[LOW] as number);
}

/** `words` as halves, the low one of each first. */
export function toHalves(words: readonly bigint[]): Uint32Array {
  const packed = new Uint32Array(2 * words.length);
  for (const [index, word] of words.entries()) {
    whole[0] = word;
    packed[2 * index] = halves[LOW] as number;
    packed[2 * index + 1] = halves[HIGH] as number;
  }
  return packed;
}
