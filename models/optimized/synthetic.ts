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
  const modeMasks = modes.map((words) => toHalves(words, size));
  const safeBits = toHalves(safe, size);
  const validHalf = valid.word * 2 + (valid.bit >> 5);
  const validMask = (1 << (valid.bit & 31)) >>> 0;
  // The mode field may cross from the low half to the high one.
  const modeMask = ((1n << BigInt(mode.width)) - 1n) << BigInt(mode.low);
  const modeHalves = toHalves([modeMask], 2);
  const control = valid.word * 2;
  return {
    halves: size,
    quantumHalves: quantumWords * 2,
    validQuantum: Math.floor(valid.word / quantumWords),
    used(entry, at, out, outAt) {
      out.fill(0, outAt, outAt + size);
      if ((entry[at + validHalf]! & validMask) !== 0) {
        const masks = modeMasks[modeOf(entry[at + control]!, entry[at + control + 1]!, mode)];
        if (masks !== undefined) out.set(masks, outAt);
        out[outAt + control]! |= modeHalves[0]!;
        out[outAt + control + 1]! |= modeHalves[1]!;
      }
      out[outAt + validHalf]! |= validMask;
    },
    safe: (_current, _at, _target, _targetAt, out) => out.set(safeBits),
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
