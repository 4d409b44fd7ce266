/** The memory that all walks of the optimized translation read, what they tell, and how pointers are read. */
import { GuestMemory } from '../memory.ts';

/** Reused for every case. */
export const memory = new GuestMemory();

/** Fault processing disable of the entries that the request has met. */
export const faultProcessing = { disabled: 0 };

const FPD = 2;

/** Takes FPD of an entry into account, present or not (7.1.3). */
export function meetEntry(low: number): void {
  faultProcessing.disabled |= low & FPD;
}

/** Bits 31:12 of the pointer at `at`. */
export function pointerLow(halves: Uint32Array, at: number): number {
  return ((halves[at] as number) & 0xffff_f000) >>> 0;
}

/** Not a fault code: the architecture does not say enough of the request. */
export const UNMODELLED = -1;
/** Not a fault code: a translation request in the interrupt range (S.1, S.2). */
export const INTERRUPT_COMPLETION = -2;
/** Not a fault code: blocked before the unit sees the request. */
export const REFUSED = -3;
/** Not a fault code: an untranslated request without PASID in the interrupt range (3.15). */
export const INTERRUPT_REQUEST = -4;
