/**
 * Which bits of an entry count, as masks written out by hand on 32-bit halves: half 2n is bits 31:0 of
 * word n, half 2n+1 bits 63:32. The core functions read halves at an offset and write 16 halves of mask;
 * they allocate nothing, so that the entry writer can call them on its own buffers.
 */
import type { UsedBitsCase, UsedBitsFormat, UsedBitsObservation } from '../../spec/schema.ts';
import { loadWords, takeWords } from '../word-copies.ts';

export type MaskFunction = (entry: Uint32Array, at: number, out: Uint32Array, outAt: number) => void;
export type SafeFunction = (
  current: Uint32Array,
  at: number,
  target: Uint32Array,
  targetAt: number,
  out: Uint32Array,
) => void;

const HALVES = 16;

/** VT-d PASID table entry (9.6), as reviewed: P alone unless present, then by PGTT. */
export function pasidUsed(entry: Uint32Array, at: number, out: Uint32Array, outAt: number): void {
  out.fill(0, outAt, outAt + HALVES);
  const low = entry[at]!;
  out[outAt] = 1;
  if ((low & 1) === 0) return;
  switch ((low >>> 6) & 7) {
    case 1: // first stage
      out[outAt] = 0x1dd;
      out[outAt + 2] = 0x0180_ffff;
      out[outAt + 4] = 0xffff_f00c;
      out[outAt + 5] = 0xffff_ffff;
      break;
    case 2: // second stage
      out[outAt] = 0xffff_f3df;
      out[outAt + 1] = 0xffff_ffff;
      out[outAt + 2] = 0x0180_ffff;
      break;
    case 3: // nested
      out[outAt] = 0xffff_f3df;
      out[outAt + 1] = 0xffff_ffff;
      out[outAt + 2] = 0x0180_ffff;
      out[outAt + 4] = 0xffff_f09d;
      out[outAt + 5] = 0xffff_ffff;
      break;
    case 4: // pass-through
      out[outAt] = 0x1df;
      out[outAt + 2] = 0x0180_ffff;
      break;
  }
}

const CONFIG_BYPASS = 4;
const S1DSS_BYPASS = 1;
const SHCFG = 0x3000;

/** SMMUv3 stream table entry (IHI 0070 5.2): Config bit 0 is stage 1, bit 1 stage 2. */
export function steUsed(entry: Uint32Array, at: number, out: Uint32Array, outAt: number): void {
  out.fill(0, outAt, outAt + HALVES);
  const low = entry[at]!;
  if ((low & 1) === 0) {
    out[outAt] = 1;
    return;
  }
  const config = (low >>> 1) & 7;
  let word0Low = 0xf;
  let word1Low = 0;
  let word1High = 0;
  if ((config & 1) !== 0) {
    word0Low = 0xffff_ffff;
    out[outAt + 1] = 0xf80f_ffff; // S1CDMax, S1ContextPtr 51:32
    word1Low = 0xf808_00ff; // STRW, EATS, S1STALLD, MEV, S1CSH, S1COR, S1CIR, S1DSS
    out[outAt + 4] = 0xffff; // S2VMID
    if ((entry[at + 2]! & 3) === S1DSS_BYPASS) word1High = SHCFG;
  }
  if ((config & 2) !== 0) {
    word1Low |= 0x3208_0000; // EATS, S2FWB, MEV
    word1High = SHCFG;
    out[outAt + 4] = 0xffff; // S2VMID
    out[outAt + 5] = 0x065f_ffff; // S2R, S2S, S2PTW, S2ENDI, S2AA64, S2PS to S2T0SZ
    out[outAt + 6] = 0xffff_fff0; // S2TTB 31:4
    out[outAt + 7] = 0x000f_ffff; // S2TTB 51:32
  }
  if (config === CONFIG_BYPASS) word1High = SHCFG;
  out[outAt] = word0Low;
  out[outAt + 2] = word1Low;
  out[outAt + 3] = word1High;
}

/** SMMUv3 context descriptor (IHI 0070 5.4): all of it, less what EPD0 switches off. */
export function cdUsed(entry: Uint32Array, at: number, out: Uint32Array, outAt: number): void {
  const low = entry[at]!;
  if (low < 0x8000_0000) {
    out.fill(0, outAt, outAt + HALVES);
    out[outAt] = 0x8000_0000;
    return;
  }
  out.fill(0xffff_ffff, outAt, outAt + HALVES);
  if ((low & 0x4000) !== 0) {
    out[outAt] = 0xffff_c000; // without SH0, OR0, IR0, TG0, T0SZ
    out[outAt + 2] = 0x0000_000f; // without TTB0 31:4
    out[outAt + 3] = 0xfff0_0000; // without TTB0 51:32
  }
}

/** Nothing of this format is safe to change out of order. */
export function noneSafe(
  _current: Uint32Array,
  _at: number,
  _target: Uint32Array,
  _targetAt: number,
  out: Uint32Array,
): void {
  out.fill(0);
}

/** MEV always; EATS bit 28 unless either entry has split ATS (bit 29) or stalls stage 2 (S2S). */
export function steSafe(
  current: Uint32Array,
  at: number,
  target: Uint32Array,
  targetAt: number,
  out: Uint32Array,
): void {
  out.fill(0);
  const splitAts = (current[at + 2]! | target[targetAt + 2]!) & 0x2000_0000;
  const stall = (current[at + 5]! | target[targetAt + 5]!) & 0x0200_0000;
  out[2] = (splitAts | stall) === 0 ? 0x1008_0000 : 0x0008_0000;
}

export const usedFunctions: Readonly<Record<UsedBitsFormat, MaskFunction>> = {
  'vtd-pasid': pasidUsed,
  'smmu-ste': steUsed,
  'smmu-cd': cdUsed,
};
export const safeFunctions: Readonly<Record<UsedBitsFormat, SafeFunction>> = {
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
  usedFunctions[format](halves, 0, maskHalves, 0);
  const used = takeWords(mask, WORDS);
  if (target === undefined) return { used };
  loadWords(words, target, WORDS);
  safeFunctions[format](halves, 0, halves, HALVES, maskHalves);
  return { used, safe: takeWords(mask, WORDS) };
}
