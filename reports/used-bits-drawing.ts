/** An entry with its used bits: what the reviewed driver table relies on, and where hardware looks besides. */
import { usedBits } from '../models/reference/used-bits.ts';
import { bits } from '../spec/bits.ts';
import type { Field } from '../spec/layouts/layout.ts';
import { readField } from '../spec/layouts/resolve.ts';
import type { UsedBitsKnowledge } from '../spec/used-bits/table.ts';
import { layoutDrawing, type NeededMasks, type PlacedField } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

export function usedBitsDrawing(
  knowledge: UsedBitsKnowledge,
  words: readonly bigint[],
  palette: Palette,
  needed?: NeededMasks,
): readonly string[] {
  const { layout, reviewed } = knowledge;
  const masks = usedBits(reviewed, words).map((mask, index) => `[${index}] 0x${mask.toString(16)}`);
  const fields = usedFields(knowledge, words);
  return [...layoutDrawing(layout, words, fields, palette, needed), '', `used bits: ${masks.join('  ')}`];
}

/** Every field of the entry, and how much of it is used. */
export function usedFields(
  { layout, reviewed, exceptions }: UsedBitsKnowledge,
  words: readonly bigint[],
): readonly PlacedField[] {
  const used = usedBits(reviewed, words);
  const besides = usedBits(exceptions, words);
  return layout.fields.map((field) => usedField(field, words, used, besides));
}

function usedField(
  field: Field,
  words: readonly bigint[],
  used: readonly bigint[],
  besides: readonly bigint[],
): PlacedField {
  const { name, word, high, low, kind } = field;
  const mask = bits(high, low);
  const counted = (used[word] ?? 0n) & mask;
  const encoding = field.encodings?.[Number(readField(field, words))];
  const meaning = encoding === undefined ? field.meaning : `${field.meaning}: ${encoding}`;
  const looked = ((besides[word] ?? 0n) & mask & ~counted) !== 0n;
  return {
    ...{ name, word, high, low },
    state: counted === mask ? 'used' : counted === 0n ? 'unused' : 'in part',
    note: looked ? `${meaning}; hardware looks here too (documented exception)` : meaning,
    wrong: kind === 'reserved' && ((words[word] ?? 0n) & mask) !== 0n,
  };
}
