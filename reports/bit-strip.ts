/** A word as a strip of its 64 bits, and under each what it is here: the shape of an entry at a glance. */
import { bits } from '../spec/bits.ts';
import type { DrawnField } from './bit-field.ts';
import type { Palette } from './palette.ts';

const GROUP = 8;
const groups = [56, 48, 40, 32, 24, 16, 8, 0];

/** Letters of states, in the order in which the legend names them. */
const letters: readonly (readonly [letter: string, meaning: string, states: readonly string[]])[] = [
  ['u', 'used', ['used']],
  ['p', 'used in part', ['in part']],
  ['-', 'ignored', ['ignored', 'unused']],
  ['r', 'reserved', ['reserved']],
  ['?', 'open', ['open']],
];
const letterOf = new Map(letters.flatMap(([letter, , states]) => states.map((state) => [state, letter])));

/**
 * Three lines: positions, bits, states with the legend; with `marks` a fourth, carets under these bits. `fields` cover
 * the word.
 */
export function bitStrip(
  word: bigint,
  fields: readonly DrawnField[],
  palette: Palette,
  marks = 0n,
): readonly string[] {
  const fieldAt = (bit: number): DrawnField | undefined =>
    fields.find(({ high, low }) => high >= bit && bit >= low);
  const row = (cell: (bit: number) => string): string =>
    groups.map((low) => eight(low, cell).join('')).join(' ');
  const used = letters.filter(([, , states]) => fields.some(({ state }) => states.includes(state)));
  const legend = used.map(([letter, meaning]) => `${letter} ${meaning}`).join(', ');
  return [
    palette.dim(groups.map((low) => position(low)).join(' ')),
    row((bit) => shownBit(word, bit, fieldAt(bit), palette)),
    palette.dim(`${row((bit) => letterOf.get(fieldAt(bit)?.state ?? '') ?? ' ')}   ${legend}`),
    ...(marks === 0n
      ? []
      : [palette.yellow(row((bit) => ((marks & bits(bit, bit)) === 0n ? ' ' : '^')).trimEnd())]),
  ];
}

function eight(low: number, cell: (bit: number) => string): readonly string[] {
  return Array.from({ length: GROUP }, (_, index) => cell(low + GROUP - 1 - index));
}

function position(low: number): string {
  return low === 0 ? '7      0' : String(low + GROUP - 1).padEnd(GROUP);
}

function shownBit(word: bigint, bit: number, field: DrawnField | undefined, palette: Palette): string {
  const value = (word >> BigInt(bit)) & 1n;
  if (field?.wrong && value === 1n) return palette.red('1');
  const isUsed = field?.state === 'used' || field?.state === 'in part';
  if (!isUsed) return palette.dim(`${value}`);
  return value === 1n ? palette.bold(palette.cyan('1')) : '0';
}
