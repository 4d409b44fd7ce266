/** The deciding entry for a terminal, in few lines: one word of it as a strip, and the fields that tell something. */
import { fieldLine, wrongBits } from './bit-field.ts';
import { bitStrip } from './bit-strip.ts';
import type { DecidingStructure } from './deciding-structure.ts';
import { hex } from './hex.ts';
import type { PlacedField } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

/** Title, word, and the four lines of a strip. */
const LINES_OF_A_WORD = 5;

/** At most `limit` lines, none where not even a strip fits. `names`: fields that the finding is about. */
export function decidingLines(
  structure: DecidingStructure,
  limit: number,
  names: ReadonlySet<string>,
  palette: Palette,
): readonly string[] {
  const { layout, where, words, fields, masks } = structure;
  const word = decidingWord(structure, names);
  const value = words[word] ?? 0n;
  const own = fields.filter((field) => field.word === word).toSorted((a, b) => b.high - a.high);
  const marks = marksOf(value, own, names, masks?.[word]);
  const strip = [
    `${palette.bold(layout.title)} (${layout.section})${where === undefined ? '' : ` ${where}`}`,
    ...(words.length === 1 ? [] : [`word ${word}  ${hex(value)}`]),
    ...bitStrip(value, own, palette, marks),
  ];
  if (strip.length < LINES_OF_A_WORD || strip.length > limit) return [];
  const telling = own.filter((field) => isTelling(field, value, marks));
  const shown = telling.toSorted((a, b) => Number(isMarked(b, marks)) - Number(isMarked(a, marks)));
  const room = shown.slice(0, limit - strip.length).toSorted((a, b) => b.high - a.high);
  return [...strip, ...room.map((field) => fieldLine(field, value, palette))];
}

/** The word with a bit that must not be set; else with a field that is named; else what is needed, or not zero. */
function decidingWord({ words, fields, masks }: DecidingStructure, names: ReadonlySet<string>): number {
  const own = (word: number) => fields.filter((field) => field.word === word);
  const all = [...words.keys()];
  return (
    all.find((word) => wrongBits(words[word] ?? 0n, own(word)) !== 0n) ??
    all.find((word) => own(word).some(({ name }) => names.has(name))) ??
    all.find((word) => (masks?.[word] ?? 0n) !== 0n) ??
    all.find((word) => words[word] !== 0n) ??
    0
  );
}

function marksOf(
  value: bigint,
  fields: readonly PlacedField[],
  names: ReadonlySet<string>,
  needed: bigint | undefined,
): bigint {
  const wrong = wrongBits(value, fields);
  if (wrong !== 0n) return wrong;
  const named = fields
    .filter(({ name }) => names.has(name))
    .reduce((mask, field) => mask | maskOf(field), 0n);
  return named === 0n ? (needed ?? 0n) & value : named;
}

function maskOf({ high, low }: PlacedField): bigint {
  return ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
}

function isMarked(field: PlacedField, marks: bigint): boolean {
  return (maskOf(field) & marks) !== 0n;
}

/** Zero bits that nobody asked for say nothing. */
function isTelling(field: PlacedField, value: bigint, marks: bigint): boolean {
  return isMarked(field, marks) || (maskOf(field) & value) !== 0n;
}
