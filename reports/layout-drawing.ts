/** An entry drawn word by word from its layout, where a caller says what each field is in this entry. */
import type { Layout } from '../spec/layouts/layout.ts';
import { readField } from '../spec/layouts/resolve.ts';
import { type DrawnField, wordDrawing } from './bit-field.ts';
import type { Palette } from './palette.ts';

/** A field, or a part of one, and the word that it stands in. */
export interface PlacedField extends DrawnField {
  readonly word: number;
}

/** By word: the bits that a shrunk case needs; undefined for a word that was not tried. */
export type NeededMasks = readonly (bigint | undefined)[] | undefined;

/** With `needed` each field shows which of its bits the case needs as they are. */
export function layoutDrawing(
  layout: Layout,
  words: readonly bigint[],
  fields: readonly PlacedField[],
  palette: Palette,
  needed?: NeededMasks,
): readonly string[] {
  return [
    `${palette.bold(layout.title)} (${layout.section}), ${layout.words * 64} bits`,
    ...words.flatMap((word, index) =>
      wordDrawing(
        index,
        word,
        fields.filter((field) => field.word === index),
        palette,
        needed && { mask: needed[index] },
      ),
    ),
  ];
}

/** The fields of a structure that looks alike on every unit. */
export function fixedFields(layout: Layout, words: readonly bigint[]): readonly PlacedField[] {
  return layout.fields.map((field) => {
    const { name, word, high, low, kind, meaning } = field;
    const found = readField(field, words);
    const encoding = field.encodings?.[Number(found)];
    return {
      ...{ name, word, high, low },
      state: kind === 'reserved' ? 'reserved' : 'used',
      note: encoding === undefined ? meaning : `${meaning}: ${encoding}`,
      wrong: kind === 'reserved' && found !== 0n,
    };
  });
}
