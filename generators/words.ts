/** Entries put together field by field, cheaply: words and 32-bit halves over the same bytes. */
import { fieldOf, type Layout } from '../spec/layouts/layout.ts';

/** An entry that is being put together: the same bytes as words and as 32-bit halves. */
export interface Draft {
  readonly words: BigUint64Array;
  readonly halves: Uint32Array;
}

/** A draft of up to 16 words, to be used again and again. */
export function newDraft(): Draft {
  const words = new BigUint64Array(16);
  return { words, halves: new Uint32Array(words.buffer) };
}

/** Writes one field of up to 32 bits that lies in one half. */
export type FieldWriter = (draft: Draft, value: number) => void;

/** A writer for the low bits of the field called `name`; of a longer field, for those in its lowest half. */
export function fieldWriter(layout: Layout, name: string): FieldWriter {
  const { half, shift, ones } = fieldPlace(layout, name);
  const mask = ones << shift;
  return ({ halves }, value) => {
    halves[half] = (halves[half]! & ~mask) | ((value << shift) & mask);
  };
}

/** A reader for what `fieldWriter` writes. */
export function fieldReader(layout: Layout, name: string): (draft: Draft) => number {
  const { half, shift, ones } = fieldPlace(layout, name);
  return ({ halves }) => ((halves[half]! >>> shift) & ones) >>> 0;
}

function fieldPlace(layout: Layout, name: string): { half: number; shift: number; ones: number } {
  const { word, high, low } = fieldOf(layout, name);
  const width = Math.min(high, low | 31) - low + 1;
  return { half: word * 2 + (low >> 5), shift: low & 31, ones: width === 32 ? 0xffff_ffff : 2 ** width - 1 };
}
