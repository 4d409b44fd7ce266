/**
 * The masks of one case, in buffers that the next case uses again: what reviewed table and hardware make of the
 * entry, and of its target. In 32-bit halves.
 */
import { pasidOnUnit } from '../../generators/pasid-on-unit.ts';
import { safeMask, usedMask } from '../../models/masks.ts';
import { loadWords } from '../../models/word-copies.ts';
import type { Profile, UsedBitsCase } from '../../spec/schema.ts';
import { type CompiledKnowledge, compiled } from './compiled.ts';

export const HALVES = 16;
export const newMask = () => new Uint32Array(HALVES);

const words = new BigUint64Array(HALVES);
/** The entry, then the target. */
export const halves = new Uint32Array(words.buffer);
export const ENTRY = 0;
const TARGET = HALVES;

/** Of the entry: what the reviewed driver uses, what all hardware looks at, what some may look at. */
export const reviewed = newMask();
export const certain = newMask();
export const permitted = newMask();
/** Bits that entry and target both use, by any table, and of them those to be called safe at least and at most. */
export const both = newMask();
export const safe = newMask();
export const safeAtMost = newMask();
const targetReviewed = newMask();
const targetCertain = newMask();

/** Fills the masks of the entry. */
export function loadEntry({ format, entry, profile }: UsedBitsCase): CompiledKnowledge {
  const known = compiled[format];
  loadWords(words, entry, ENTRY / 2);
  usedMask(known.reviewed, halves, ENTRY, reviewed);
  usedMask(known.certain, halves, ENTRY, certain);
  usedMask(known.permitted, halves, ENTRY, permitted);
  // What the unit lacks, such as the pointer of a stage, is a fault when set (SPT.3), and no field of its (9.6).
  if (format === 'vtd-pasid' && (halves[ENTRY]! & 1) === 1) {
    const { checked } = pasidOnUnit(profile);
    for (let half = 0; half < HALVES; half++) {
      permitted[half]! |= checked[half]!;
      certain[half]! &= ~checked[half]!;
    }
  }
  return known;
}

/** Fills the masks of entry and target; `loadEntry` comes first. */
export function loadTarget(known: CompiledKnowledge, target: readonly bigint[], { policies }: Profile): void {
  const asReviewed = policies.usedBits === 'reviewed';
  const most = asReviewed ? known.safe : known.safeAtMost;
  loadWords(words, target, TARGET / 2);
  usedMask(known.reviewed, halves, TARGET, targetReviewed);
  safeMask(known.safe, halves, ENTRY, halves, TARGET, safe, HALVES);
  safeMask(most, halves, ENTRY, halves, TARGET, safeAtMost, HALVES);
  for (let half = 0; half < HALVES; half++) both[half] = reviewed[half]! & targetReviewed[half]!;
  // What a sound table leaves out is masked away, as EATS and MEV of a reserved Config, which blocks (5.2).
  if (asReviewed) return;
  usedMask(known.certain, halves, TARGET, targetCertain);
  for (let half = 0; half < HALVES; half++) both[half]! &= certain[half]! & targetCertain[half]!;
}
