/** The bits that a shrunk case needs, in a few words for its lines, and as masks for drawings. */
import { bits } from '../spec/bits.ts';
import type { Field } from '../spec/layouts/layout.ts';
import type { Case, Finding } from '../spec/schema.ts';
import { pattern } from './needed-pattern.ts';
import { plural } from './plural.ts';
import { type LaidOut, wordLayouts } from './word-layouts.ts';

type WordBits = NonNullable<Finding['bits']>[number];

/** Wider fields are numbers to their reader. */
const WIDEST_IN_BITS = 8;
const MOST_SET = 4;

/** `lines` of `testCase`, each with what is needed of the word that it shows. */
export function withNeededBits(
  lines: readonly string[],
  testCase: Case,
  needed: Finding['bits'],
): readonly string[] {
  if (needed === undefined) return lines;
  const laidOut = wordLayouts(testCase);
  return lines.map((line) => {
    const words = needed.find(({ place }) => line.trimStart().startsWith(`${place} `));
    return words === undefined ? line : `${line}  needs ${neededBits(words, laidOut.get(words.place))}`;
  });
}

/** Such as `SSPTPTR PGTT=01· P=1`; without a layout `12=1 10=1, 62 bits 0`. */
function neededBits(word: WordBits, laidOut: LaidOut | undefined): string {
  if (laidOut === undefined) return numbered(word);
  const fields = laidOut.layout.fields
    .filter((field) => field.word === laidOut.word)
    .toSorted((a, b) => b.high - a.high)
    .flatMap((field) => inField(word, field));
  return fields.length === 0 ? 'nothing that is set' : fields.join(' ');
}

/** Of what must be zero only that it is not; of a wide field only that its value is needed. */
function inField({ value, matters }: WordBits, { name, high, low, kind, mask }: Field): readonly string[] {
  const set = matters & value & mask;
  if ((matters & mask) === 0n || (set === 0n && kind === 'reserved')) return [];
  if (high - low < WIDEST_IN_BITS) return [`${name}=${pattern(value, matters, high, low)}`];
  const isWhole = (matters & mask) === mask;
  return set !== 0n || isWhole ? [name] : [];
}

function numbered({ value, matters }: WordBits): string {
  const set = bitsOf(matters & value);
  const clear = bitsOf(matters & ~value).length;
  const shown = set.length > MOST_SET ? `${set.length} bits 1` : set.map((bit) => `${bit}=1`).join(' ');
  return (
    [...(set.length > 0 ? [shown] : []), ...(clear > 0 ? [`${plural(clear, 'bit')} 0`] : [])].join(', ') ||
    'no bit'
  );
}

function bitsOf(mask: bigint): readonly number[] {
  return Array.from({ length: 64 }, (_, index) => 63 - index).filter((bit) => (mask & bits(bit, bit)) !== 0n);
}

/** The masks of the words of a structure whose places are `places`; undefined when none was tried. */
export function masksAt(
  needed: Finding['bits'],
  places: readonly string[],
): readonly (bigint | undefined)[] | undefined {
  const masks = places.map((place) => needed?.find((word) => word.place === place)?.matters);
  return masks.some((mask) => mask !== undefined) ? masks : undefined;
}
