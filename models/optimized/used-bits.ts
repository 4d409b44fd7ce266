/**
 * Which bits of an entry count, as masks written out by hand on 32-bit halves: half 2n is bits 31:0 of word n,
 * half 2n+1 bits 63:32. All masks of a format stand in rows, and an entry only chooses its row: nothing is written
 * or allocated.
 */
import type { UsedBitsCase, UsedBitsFormat, UsedBitsObservation } from '../../spec/schema.ts';
import { loadWords, takeWords } from '../word-copies.ts';

export interface UsedBits {
  readonly masks: Uint32Array;
  /** Where in `masks` the mask of the entry at `at` begins. */
  rowOf(entry: Uint32Array, at: number): number;
}
export interface SafeBits {
  readonly masks: Uint32Array;
  /** Where in `masks` the bits begin that may change at any moment between the two. */
  rowOf(current: Uint32Array, at: number, target: Uint32Array, targetAt: number): number;
}

const HALVES = 16;

/** Rows of masks; halves that are left out are zero. */
function rowsOf(...rows: readonly (readonly number[])[]): Uint32Array {
  const masks = new Uint32Array(rows.length * HALVES);
  for (const [index, row] of rows.entries()) masks.set(row, index * HALVES);
  return masks;
}

// A class each, though there is one object of it: a method is inlined where objects tell by their shape whose it is.

/** VT-d PASID table entry (9.6), as reviewed: P alone unless present, then by PGTT. */
const pasidUsed: UsedBits = new (class implements UsedBits {
  readonly masks = rowsOf(
    [1], // not present
    [1],
    [0x1dd, 0, 0x0180_ffff, 0, 0xffff_f00c, 0xffff_ffff], // first stage
    [0xffff_f3df, 0xffff_ffff, 0x0180_ffff], // second stage
    [0xffff_f3df, 0xffff_ffff, 0x0180_ffff, 0, 0xffff_f09d, 0xffff_ffff], // nested
    [0x1df, 0, 0x0180_ffff], // pass-through
    ...[[1], [1], [1]],
  );

  rowOf(entry: Uint32Array, at: number): number {
    const low = entry[at]!;
    return (low & 1) === 0 ? 0 : HALVES * (1 + ((low >>> 6) & 7));
  }
})();

const CONFIG_BYPASS = 4;
const S1DSS_BYPASS = 1;
const SHCFG = 0x3000;

/** Config bit 0 is stage 1, bit 1 stage 2. With `bypass`, traffic without SubstreamID bypasses stage 1. */
function steMask(config: number, bypass: boolean): readonly number[] {
  let [word0Low, word0High, word1Low, word1High] = [0xf, 0, 0, 0];
  let [word2Low, word2High, word3Low, word3High] = [0, 0, 0, 0];
  if ((config & 1) !== 0) {
    word0Low = 0xffff_ffff;
    word0High = 0xf80f_ffff; // S1CDMax, S1ContextPtr 51:32
    word1Low = 0xf808_00ff; // STRW, EATS, S1STALLD, MEV, S1CSH, S1COR, S1CIR, S1DSS
    word2Low = 0xffff; // S2VMID
    if (bypass) word1High = SHCFG;
  }
  if ((config & 2) !== 0) {
    word1Low |= 0x3208_0000; // EATS, S2FWB, MEV
    word1High = SHCFG;
    word2Low = 0xffff; // S2VMID
    word2High = 0x065f_ffff; // S2R, S2S, S2PTW, S2ENDI, S2AA64, S2PS to S2T0SZ
    word3Low = 0xffff_fff0; // S2TTB 31:4
    word3High = 0x000f_ffff; // S2TTB 51:32
  }
  if (config === CONFIG_BYPASS) word1High = SHCFG;
  return [word0Low, word0High, word1Low, word1High, word2Low, word2High, word3Low, word3High];
}

/** SMMUv3 stream table entry (IHI 0070 5.2): V alone unless valid, then by Config and S1DSS. */
const steUsed: UsedBits = new (class implements UsedBits {
  readonly masks = rowsOf(
    [1],
    ...[0, 1, 2, 3, 4, 5, 6, 7].flatMap((config) => [steMask(config, false), steMask(config, true)]),
  );

  rowOf(entry: Uint32Array, at: number): number {
    const low = entry[at]!;
    if ((low & 1) === 0) return 0;
    const bypass = (entry[at + 2]! & 3) === S1DSS_BYPASS ? HALVES : 0;
    return HALVES * (1 + (low & 0xe)) + bypass;
  }
})();

const everything = Array.from({ length: HALVES }, () => 0xffff_ffff);

/** SMMUv3 context descriptor (IHI 0070 5.4): all of it, less what EPD0 switches off. */
const cdUsed: UsedBits = new (class implements UsedBits {
  readonly masks = rowsOf(
    [0x8000_0000],
    everything,
    // Without SH0, OR0, IR0, TG0, T0SZ; without TTB0 51:4.
    [0xffff_c000, 0xffff_ffff, 0x0000_000f, 0xfff0_0000, ...everything.slice(4)],
  );

  rowOf(entry: Uint32Array, at: number): number {
    const low = entry[at]!;
    if (low < 0x8000_0000) return 0;
    return (low & 0x4000) === 0 ? HALVES : 2 * HALVES;
  }
})();

/** Nothing of these formats is safe to change out of order. */
const noneSafe: SafeBits = { masks: rowsOf([]), rowOf: () => 0 };

/** MEV always; EATS bit 28 unless either entry has split ATS (bit 29) or stalls stage 2 (S2S). */
const steSafe: SafeBits = {
  masks: rowsOf([0, 0, 0x1008_0000], [0, 0, 0x0008_0000]),
  rowOf(current, at, target, targetAt) {
    const splitAts = (current[at + 2]! | target[targetAt + 2]!) & 0x2000_0000;
    const stall = (current[at + 5]! | target[targetAt + 5]!) & 0x0200_0000;
    return (splitAts | stall) === 0 ? 0 : HALVES;
  },
};

export const usedBits: Readonly<Record<UsedBitsFormat, UsedBits>> = {
  'vtd-pasid': pasidUsed,
  'smmu-ste': steUsed,
  'smmu-cd': cdUsed,
};
export const safeBits: Readonly<Record<UsedBitsFormat, SafeBits>> = {
  'vtd-pasid': noneSafe,
  'smmu-ste': steSafe,
  'smmu-cd': noneSafe,
};

const WORDS = HALVES / 2;
const words = new BigUint64Array(2 * WORDS);
const halves = new Uint32Array(words.buffer);
const mask = new BigUint64Array(WORDS);
const maskHalves = new Uint32Array(mask.buffer);

/** Answers a case of area used-bits. */
export function runUsedBits({ format, entry, target }: UsedBitsCase): UsedBitsObservation {
  loadWords(words, entry);
  const bits = usedBits[format];
  const used = wordsAt(bits.masks, bits.rowOf(halves, 0));
  if (target === undefined) return { used };
  loadWords(words, target, WORDS);
  const unordered = safeBits[format];
  return { used, safe: wordsAt(unordered.masks, unordered.rowOf(halves, 0, halves, HALVES)) };
}

function wordsAt(masks: Uint32Array, row: number): bigint[] {
  for (let half = 0; half < HALVES; half++) maskHalves[half] = masks[row + half]!;
  return takeWords(mask, WORDS);
}
