/**
 * A word drawn field by field: bit range, bits, name, value and what the field is in this entry. Bits that
 * must be zero and are not are marked.
 */
import { hex, shortHex } from './hex.ts';
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

/** `fields` of one word from the most significant down, under the word itself. */
export function wordDrawing(
  index: number,
  word: bigint,
  fields: readonly DrawnField[],
  palette: Palette,
): readonly string[] {
  const sorted = fields.toSorted((a, b) => b.high - a.high);
  return [
    `word ${index}  ${palette.bold(hex(word))}`,
    ...sorted.map((field) => fieldLine(field, word, palette)),
  ];
}

function fieldLine(field: DrawnField, word: bigint, palette: Palette): string {
  const { name, high, low, state, note, wrong } = field;
  const width = high - low + 1;
  const value = BigInt.asUintN(width, word >> BigInt(low));
  const range = (high === low ? `${high}` : `${high}:${low}`).padStart(7);
  const widest = state === 'reserved' ? WIDEST_RESERVED_IN_BITS : WIDEST_IN_BITS;
  const shown = width > widest ? shortHex(value) : value.toString(2).padStart(width, '0');
  const line = [
    range,
    shown.padEnd(18),
    name.padEnd(10),
    state.padEnd(9),
    wrong ? `${note}  <- must be 0`.trimStart() : note,
  ]
    .join('  ')
    .trimEnd();
  if (wrong) return palette.red(line);
  return state === 'used' || state === 'in part' ? line : palette.dim(line);
}
