/** Words and entries as they are shown in findings. */

/** One word in hexadecimal. */
export function hex(word: bigint): string {
  return `0x${word.toString(16)}`;
}

/** The first `count` halves of an entry, as words. */
export function entryText(halves: Uint32Array, count: number): string {
  const words = new BigUint64Array(halves.buffer, halves.byteOffset, count / 2);
  return Array.from(words, hex).join(' ');
}
