/** An entry as a picture: a strip of 64 bits for each word, and below it the fields that are set, with names and values. */
import { type ComponentChild, h } from 'preact';
import type { DecidingStructure } from '../deciding-structure.ts';
import { hex, shortHex } from '../hex.ts';
import type { PlacedField } from '../layout-drawing.ts';

/** A bit is so wide, in units of the drawing; a character of its text takes about seven. */
const BIT = 16;
const CHARACTER = 7;
const HEIGHT = 40;
/** Values of fields up to this width are told bit by bit. */
const WIDEST_IN_BITS = 4;

/** The words of an entry that are not zero, with a strip of bits and the fields that are set, or among `names`. */
export function entryPicture(
  { layout, where, words, fields }: DecidingStructure,
  names: ReadonlySet<string> = new Set(),
): ComponentChild {
  const place = where === undefined ? '' : ` ${where}`;
  const title = h('p', { class: 'entry-title' }, h('b', null, layout.title), ` (${layout.section})${place}`);
  return h('div', { class: 'entry' }, title, wordPictures(words, fields, strip, names));
}

/** The same in less room: without title and strips. */
export function fieldTables(words: readonly bigint[], fields: readonly PlacedField[]): ComponentChild {
  return wordPictures(words, fields, () => null);
}

type Strip = (index: number, word: bigint, fields: readonly PlacedField[]) => ComponentChild;

function wordPictures(
  words: readonly bigint[],
  fields: readonly PlacedField[],
  drawn: Strip,
  names: ReadonlySet<string> = new Set(),
): ComponentChild {
  const isNamed = (index: number) => fields.some(({ word, name }) => word === index && names.has(name));
  const zero = words.flatMap((word, index) => (word === 0n && !isNamed(index) ? [index] : []));
  return [
    words.map((word, index) => {
      if (zero.includes(index)) return null;
      const own = fields.filter((field) => field.word === index).toSorted((a, b) => b.high - a.high);
      return wordPicture(index, word, own, drawn, names);
    }),
    zero.length === 0 ? null : h('p', { class: 'dim' }, `${listed(zero)} zero.`),
  ];
}

function listed(indexes: readonly number[]): string {
  const [only] = indexes;
  return indexes.length === 1 ? `Word ${only} is` : `Words ${indexes.join(', ')} are`;
}

function wordPicture(
  index: number,
  word: bigint,
  fields: readonly PlacedField[],
  drawn: Strip,
  names: ReadonlySet<string>,
): ComponentChild {
  const telling = fields.filter((field) => names.has(field.name) || isTelling(field, word));
  return h(
    'figure',
    { class: 'word' },
    h('figcaption', null, `word ${index} `, h('code', null, hex(word))),
    drawn(index, word, fields),
    h(
      'table',
      { class: 'fields' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          titles.map((title) => h('th', { scope: 'col' }, title)),
        ),
      ),
      h(
        'tbody',
        null,
        telling.map((field) => fieldRow(field, word, names.has(field.name))),
      ),
    ),
  );
}

const titles = ['bits', 'value', 'field', 'here', 'meaning'];

/** Zero bits that nobody looks at say nothing. */
function isTelling(field: PlacedField, word: bigint): boolean {
  return field.wrong === true || fieldValue(field, word) !== 0n;
}

function fieldRow(field: PlacedField, word: bigint, isNamed: boolean): ComponentChild {
  const { name, state, note, wrong } = field;
  return h(
    'tr',
    isNamed && !wrong ? null : rowClass(field),
    h('td', { class: 'number' }, rangeOf(field)),
    h('td', { class: 'number' }, h('code', null, shownValue(field, word))),
    h('td', null, isNamed ? h('mark', null, name) : name),
    h('td', null, state),
    h('td', null, wrong ? mustBeZero(field, word) : note),
  );
}

/** The bits that are to blame. */
function mustBeZero(field: PlacedField, word: bigint): string {
  const bits = setBits(field, word);
  const named = `${bits.length === 1 ? 'bit' : 'bits'} ${bits.join(', ')} must be 0`;
  return field.note === '' ? named : `${field.note}; ${named}`;
}

function setBits({ high, low }: PlacedField, word: bigint): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, index) => high - index).filter(
    (bit) => ((word >> BigInt(bit)) & 1n) === 1n,
  );
}

function rowClass({ wrong, state }: PlacedField): { readonly class: string } | null {
  if (wrong) return { class: 'wrong' };
  return isUsed(state) ? null : { class: 'dim' };
}

function isUsed(state: string): boolean {
  return state === 'used' || state === 'in part';
}

function strip(index: number, word: bigint, fields: readonly PlacedField[]): ComponentChild {
  return h(
    'svg',
    {
      class: 'strip',
      viewBox: `0 0 ${64 * BIT} ${HEIGHT}`,
      role: 'img',
      'aria-label': `The bits of word ${index}; the table below names those that are set.`,
    },
    fields.map((field) => fieldBox(field, word)),
  );
}

function fieldBox(field: PlacedField, word: bigint): ComponentChild {
  const { name, high, low, wrong, state } = field;
  const [x, width] = [(63 - high) * BIT, (high - low + 1) * BIT];
  const value = shownValue(field, word);
  const kind = isUsed(state) ? 'used' : 'unused';
  const fits = (text: string) => text.length * CHARACTER <= width;
  return h(
    'g',
    { class: fieldValue(field, word) === 0n ? kind : `${kind} set` },
    h('rect', { x, y: 0, width, height: HEIGHT }),
    wrong ? setBits(field, word).map(wrongBit) : null,
    fits(name) ? h('text', { x: x + width / 2, y: 15 }, name) : null,
    wrong || !fits(value) ? null : h('text', { x: x + width / 2, y: 33, class: 'value' }, value),
  );
}

function wrongBit(bit: number): ComponentChild {
  const x = (63 - bit) * BIT;
  return h(
    'g',
    { class: 'wrong' },
    h('rect', { x, y: HEIGHT / 2, width: BIT, height: HEIGHT / 2 }),
    h('text', { x: x + BIT / 2, y: 33 }, '1'),
  );
}

function rangeOf({ high, low }: PlacedField): string {
  return high === low ? `${high}` : `${high}:${low}`;
}

function fieldValue({ high, low }: PlacedField, word: bigint): bigint {
  return BigInt.asUintN(high - low + 1, word >> BigInt(low));
}

function shownValue(field: PlacedField, word: bigint): string {
  const bits = field.high - field.low + 1;
  const value = fieldValue(field, word);
  return bits > WIDEST_IN_BITS ? shortHex(value) : value.toString(2).padStart(bits, '0');
}
