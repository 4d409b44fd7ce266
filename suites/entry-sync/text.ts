/** Words and entries as they are shown in findings. */

/** One word in hexadecimal. */
export function hex(word: bigint): string {
  return `0x${word.toString(16)}`;
}

/**
 * Which words of an entry are the old ones and which the new, of those that `counts` tells apart: what is read
 * beside the eight numbers. All as halves, `count` of them.
 */
export function sidesText(
  view: Uint32Array,
  [old, next]: readonly [Uint32Array, Uint32Array],
  counts: Uint32Array,
  count: number,
): string {
  const differs = (entry: Uint32Array, word: number) =>
    [2 * word, 2 * word + 1].some((half) => ((view[half]! ^ entry[half]!) & counts[half]!) !== 0);
  const told: string[] = [];
  for (let word = 0; 2 * word < count; word++) {
    const [isOld, isNew] = [!differs(old, word), !differs(next, word)];
    if (isOld !== isNew) told.push(`word ${word} ${isOld ? 'old' : 'new'}`);
    else if (!isOld) told.push(`word ${word} neither`);
  }
  return told.join(', ');
}

/** The first `count` halves of an entry, as words. */
export function entryText(halves: Uint32Array, count: number): string {
  const words = new BigUint64Array(halves.buffer, halves.byteOffset, count / 2);
  return Array.from(words, hex).join(' ');
}
