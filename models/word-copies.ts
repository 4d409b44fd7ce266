/**
 * Words of an entry between an array of bigint and a typed array, one by one: `set` takes seven times as long for
 * eight words, a spread eight times.
 */

/** Writes `words` to `buffer` from index `at` on. */
export function loadWords(buffer: BigUint64Array, words: readonly bigint[], at = 0): void {
  for (let index = 0; index < words.length; index++) buffer[at + index] = words[index] as bigint;
}

/** The first `count` words of `buffer`. */
export function takeWords(buffer: BigUint64Array, count: number): bigint[] {
  const words = new Array<bigint>(count);
  for (let index = 0; index < count; index++) words[index] = buffer[index] as bigint;
  return words;
}
