/** Tables of used bits that a driver may have in place of the reviewed one: between what all hardware looks at of it, and what some may. */

import type { UsedBitsKnowledge } from '../../../spec/used-bits/table.ts';
import { usedBits, type Words } from '../../reference/used-bits.ts';

export type Table = (known: UsedBitsKnowledge, entry: Words) => bigint[];

const reviewed: Table = (known, entry) => usedBits(known.reviewed, entry);

/** What all hardware looks at, whether review knows of it or not. */
export const hardware: Table = (known, entry) => usedBits(known.certain, entry);

/** Bits of the reviewed table that all hardware looks at. */
export const narrowest: Table = (known, entry) => {
  const certain = hardware(known, entry);
  return reviewed(known, entry).map((mask, word) => mask & certain[word]!);
};

/** What is reviewed and what some hardware may look at, reserved bits included. */
export const widest: Table = (known, entry) => {
  const permitted = usedBits(known.permitted, entry);
  return reviewed(known, entry).map((mask, word) => mask | permitted[word]!);
};
