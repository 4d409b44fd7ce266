/** 64-bit words as a user types them: `0x1f`, all 16 hex digits without the prefix, or plain `0`. */
import { wrongUse } from './exit.ts';

const prefixed = /^0x[0-9a-f]{1,16}$/i;
const bare = /^[0-9a-f]{16}$/i;

/**
 * The words of one entry. `place` names where they stand in an error, such as `--from`.
 * Refuses a word that is no 64-bit value and a number of words that is not `wanted`.
 */
export function parseWords(
  texts: readonly string[],
  wanted: number,
  format: string,
  place: string,
): readonly bigint[] {
  const words = texts.map((text, index) => {
    if (prefixed.test(text) || text === '0') return BigInt(text);
    if (bare.test(text)) return BigInt(`0x${text}`);
    throw wrongUse(
      `${place} ${index} "${text}": expected a 64-bit word such as 0x1f, or 16 hex digits without 0x`,
    );
  });
  if (words.length === wanted) return words;
  const plural = wanted === 1 ? 'word' : 'words';
  throw wrongUse(`${place}: ${format} has ${wanted} ${plural} of 64 bits, not ${words.length}`);
}
