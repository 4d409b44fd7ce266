/** Made-up formats as mask functions on 32-bit halves; a layout is unpacked once. */
import type { SyntheticLayout } from '../../spec/schema.ts';
import type { WriterShape } from './writer-shape.ts';

const unpacked = new WeakMap<SyntheticLayout, WriterShape>();

/** The shape of `layout`. */
export function syntheticShape(layout: SyntheticLayout): WriterShape {
  const known = unpacked.get(layout);
  if (known !== undefined) return known;
  const shape = unpack(layout);
  unpacked.set(layout, shape);
  return shape;
}

function unpack({ quantumWords, quanta, valid, mode, modes, safe }: SyntheticLayout): WriterShape {
  const size = quanta * quantumWords * 2;
  // The mode field may cross from the low half to the high one.
  const modeBits = ((1n << BigInt(mode.width)) - 1n) << BigInt(mode.low);
  const validBit = 1n << BigInt(valid.bit);
  const maskOf = (words: readonly bigint[], control: bigint) =>
    toHalves(words.with(valid.word, (words[valid.word] ?? 0n) | control), size);
  const none = Array.from({ length: size / 2 }, () => 0n);
  const masks = new Uint32Array(size * (modes.length + 2));
  masks.set(maskOf(none, validBit));
  // A valid entry of a mode that there is not uses no more than the two fields.
  masks.set(maskOf(none, validBit | modeBits), size);
  for (const [index, words] of modes.entries())
    masks.set(maskOf(words, validBit | modeBits), size * (index + 2));
  const validHalf = valid.word * 2 + (valid.bit >> 5);
  const validMask = (1 << (valid.bit & 31)) >>> 0;
  const control = valid.word * 2;
  return {
    quanta,
    quantumHalves: quantumWords * 2,
    validQuantum: Math.floor(valid.word / quantumWords),
    used: {
      masks,
      rowOf(entry, at) {
        if ((entry[at + validHalf]! & validMask) === 0) return 0;
        const index = modeOf(entry[at + control]!, entry[at + control + 1]!, mode);
        return index < modes.length ? size * (index + 2) : size;
      },
    },
    safe: { masks: toHalves(safe, size), rowOf: () => 0 },
  };
}

function modeOf(low: number, high: number, { low: shift, width }: SyntheticLayout['mode']): number {
  const field =
    shift >= 32 ? high >>> (shift - 32) : shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
  return field & (2 ** width - 1);
}

function toHalves(words: readonly bigint[], size: number): Uint32Array {
  const packed = new BigUint64Array(size / 2);
  packed.set(words.slice(0, size / 2));
  return new Uint32Array(packed.buffer);
}
