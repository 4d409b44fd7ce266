import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { bitStrip } from './bit-strip.ts';
import { plain } from './palette.ts';

const field = (high: number, low: number, state: string, wrong = false) => ({
  ...{ name: 'x', high, low, state, note: '', wrong },
});
const fields = [
  field(63, 12, 'used'),
  field(11, 2, 'reserved', true),
  field(1, 1, 'ignored'),
  field(0, 0, 'used'),
];

test('every bit stands under its position, with what it is and a caret where it is marked', () => {
  expect(bitStrip((1n << 63n) | 0x405n, fields, plain, 0x404n)).toEqual([
    '63       55       47       39       31       23       15       7      0',
    '10000000 00000000 00000000 00000000 00000000 00000000 00000100 00000101',
    'uuuuuuuu uuuuuuuu uuuuuuuu uuuuuuuu uuuuuuuu uuuuuuuu uuuurrrr rrrrrr-u   u used, - ignored, r reserved',
    '                                                           ^        ^',
  ]);
});

test('with colours the text is the same, and what must not be set stands out', () => {
  const colours = picocolors.createColors(true);
  const coloured = bitStrip(0x404n, fields, colours, 0x404n);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
  const stripped = coloured.map((line) => line.replaceAll(/\x1b\[\d+m/g, ''));
  expect(stripped).toEqual(bitStrip(0x404n, fields, plain, 0x404n));
  expect(coloured[1]).toContain(colours.red('1'));
});
