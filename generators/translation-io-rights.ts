/** Second-stage entries under SSIRWE (9.8): rights go to bits 62:61, and what bits 1:0 hold does not matter. */
import { bits, extract, insert } from '../spec/bits.ts';
import type { Choices } from './choices.ts';
import type { TableEntry } from './tables.ts';

/** Most entries keep their rights in both places; which of the others differ is for `choices`. */
export function giveIoRights(entries: readonly TableEntry[], choices: Choices): void {
  const keepsBoth = choices.oneIn(2);
  for (const entry of entries) {
    if (entry.structure !== 'second-stage') continue;
    const [word = 0n] = entry.words;
    const rights = extract(word, 1, 0);
    const unused = keepsBoth || !choices.oneIn(3) ? rights : BigInt(choices.pick(4));
    entry.words = [(insert(word & ~bits(62, 61), 62, 61, rights) & ~3n) | unused];
  }
}
