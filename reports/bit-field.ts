/**
 * A word drawn field by field: bit range, bits, name, value and what the field is in this entry. Bits that
 * must be zero and are not are marked.
 */
import { bits } from '../spec/bits.ts';
import { bitStrip } from './bit-strip.ts';
import { hex, shortHex } from './hex.ts';
import { ANY, pattern } from './needed-pattern.ts';
import type { Palette } from './palette.ts';

export interface DrawnField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  /** What the field is here: `used`, `reserved`, `ignored`, … */
  readonly state: string;
  /** Meaning, encoding or reason, in a few words. */
  readonly note: string;
  /** True when the bits stand where they must not. */
  readonly wrong?: boolean;
}

/** Wider fields are numbers to their reader; of reserved ones each bit counts for longer. */
const WIDEST_IN_BITS = 4;
const WIDEST_RESERVED_IN_BITS = 16;
const NEEDED_WIDTH = 24;

/** The bits of a word that a shrunk case needs; `mask` is undefined where they were not tried. */
export interface Needed {
  readonly mask: bigint | undefined;
}

/** `fields` of one word from the most significant down, under the word itself; `needed` marks bits of it. */
export function wordDrawing(
  index: number,
  word: bigint,
  fields: readonly DrawnField[],
  palette: Palette,
  needed?: Needed,
): readonly string[] {
  const sorted = fields.toSorted((a, b) => b.high - a.high);
  // Of a word of zeros the fields say all.
  const strip =
    word === 0n ? [] : bitStrip(word, fields, palette, wrongBits(word, fields)).map((line) => `    ${line}`);
  return [
    `word ${index}  ${palette.bold(hex(word))}`,
    ...strip,
    ...sorted.map((field) => fieldLine(field, word, palette, needed)),
  ];
}

/** The set bits that must not be. */
export function wrongBits(word: bigint, fields: readonly DrawnField[]): bigint {
  return fields.reduce((mask, { wrong, high, low }) => (wrong ? mask | (word & bits(high, low)) : mask), 0n);
}

/** A field in one line: bits, value, name, what it is here. */
export function fieldLine(field: DrawnField, word: bigint, palette: Palette, needed?: Needed): string {
  const { name, high, low, state, note, wrong } = field;
  const width = high - low + 1;
  const value = BigInt.asUintN(width, word >> BigInt(low));
  const range = (high === low ? `${high}` : `${high}:${low}`).padStart(7);
  const widest = state === 'reserved' ? WIDEST_RESERVED_IN_BITS : WIDEST_IN_BITS;
  const shown = width > widest ? shortHex(value) : value.toString(2).padStart(width, '0');
  const line = [
    range,
    shown.padEnd(18),
    ...(needed === undefined ? [] : [neededBits(field, word, needed.mask).padEnd(NEEDED_WIDTH)]),
    name.padEnd(10),
    state.padEnd(9),
    wrong ? `${note}  <- must be 0`.trimStart() : note,
  ]
    .join('  ')
    .trimEnd();
  if (wrong) return palette.red(line);
  return state === 'used' || state === 'in part' ? line : palette.dim(line);
}

/** Which bits of the field are needed: each as 0, 1 or any, or of a wide field those that are. */
function neededBits({ high, low }: DrawnField, word: bigint, needed: bigint | undefined): string {
  if (needed === undefined) return '';
  const mine = needed & bits(high, low);
  if (mine === 0n) return 'any';
  const text = pattern(word, mine, high, low);
  if (high - low < WIDEST_RESERVED_IN_BITS) return `needs ${text}`;
  const first = text.search(/[01]/);
  const last = text.length - 1 - [...text].reverse().findIndex((bit) => bit !== ANY);
  const part = text.slice(first, last + 1);
  return `needs ${high - first}:${high - last}=${part}`.slice(0, NEEDED_WIDTH);
}
