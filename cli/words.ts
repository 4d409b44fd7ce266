/**
 * 64-bit words as people have them: `0x1f`, all 16 digits without the prefix, `0x0000_0001_0000_0000`, a C
 * initialiser such as `{ 0x1ULL, 0x2ULL }`, `0xHI:0xLO` as the kernel prints entries, or a dump of memory.
 */
import { wrongUse } from './exit.ts';
import { wordsOfMemoryDump } from './memory-dump.ts';
import { plainWords } from './plain-words.ts';

const prefixed = /^0x[0-9a-f]{1,16}$/i;
const bare = /^[0-9a-f]{16}$/i;
/** Fewer digits than 16 are hex for sure when there is a letter among them. */
const lettered = /^(?=.*[a-f])[0-9a-f]{2,15}$/i;
/** Of languages: C, Rust, JavaScript, assemblers. */
const suffix = /(?:U?L{0,2}|[ui]64|n|h)$/i;
const half = /^(?:0x)?[0-9a-f]{8}$/i;

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
  const words = anyWords(texts, place, wanted);
  // In pairs the highest comes first, and what is above them was not printed.
  const isPrinted = texts.some((text) => isPair(text));
  if (words.length === wanted || (isPrinted && words.length < wanted))
    return Array.from({ length: wanted }, (_, index) => words[index] ?? 0n);
  const plural = wanted === 1 ? 'word' : 'words';
  throw wrongUse(`${place}: ${format} has ${wanted} ${plural} of 64 bits, not ${words.length}`);
}

/** As many words as there are; halves of 32 bits are put together when that makes `wanted` of them. */
export function anyWords(given: readonly string[], place: string, wanted?: number): readonly bigint[] {
  const texts = given.map(plainWords);
  const dumped = texts.flatMap((text) => (text.includes('\n') ? [wordsOfMemoryDump(text)] : []));
  if (dumped.length === texts.length && dumped.every((words) => words !== undefined)) return dumped.flat();
  const line = wordsOfMemoryDump(texts.join(' '));
  if (line !== undefined) return line;
  const tokens = texts.flatMap(tokensOf);
  refuseUnclear(tokens);
  if (tokens.length === 2 * (wanted ?? 0) && tokens.every((token) => half.test(token)))
    return Array.from({ length: tokens.length / 2 }, (_, index) => joined(tokens, index));
  return tokens.map((token, index) => {
    const digits = token.replaceAll('_', '').replace(suffix, '');
    if (prefixed.test(digits) || digits === '0') return BigInt(digits);
    if (bare.test(digits) || lettered.test(digits)) return BigInt(`0x${digits}`);
    throw wrongUse(
      `${place} ${index} "${token}": expected a 64-bit word such as 0x1f, or 16 hex digits without 0x`,
    );
  });
}

/** All digits of an entry may show its bytes as they lie in memory, as xxd -p does: then only it would be present. */
function refuseUnclear([token = '']: readonly string[]): void {
  if (!bare.test(token)) return;
  const isOdd = (digit: string | undefined): boolean => Number.parseInt(digit ?? '0', 16) % 2 === 1;
  if (isOdd(token[1]) && !isOdd(token[15]))
    throw wrongUse(
      `"${token}" may be a number or bytes in the order of memory: write 0x in front of numbers, a blank between bytes`,
    );
}

/** The low half stands first. */
function joined(tokens: readonly string[], index: number): bigint {
  const [low = '', high = ''] = tokens.slice(2 * index).map((token) => token.replace(/^0x/i, ''));
  return BigInt(`0x${high}${low}`);
}

function isPair(text: string): boolean {
  return /[0-9a-f]:(?:0x)?[0-9a-f]/i.test(text);
}

function tokensOf(text: string): readonly string[] {
  return text.split(/[\s,;{}[\]()]+/).flatMap((part) => {
    if (part === '') return [];
    const words = part.split(':').filter((word) => word !== '');
    return isPair(part) ? words.reverse() : words;
  });
}
