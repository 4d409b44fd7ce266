import { expect, test } from 'vitest';
import { columnWord, sourceIdOf } from './form.ts';

test.for([
  ['00', '00', '0', 0],
  ['ff', '1f', '7', 0xffff],
  ['03', '02', '1', 0x311],
  ['00', '20', '0', undefined],
  ['00', '00', '8', undefined],
] as const)('%s:%s.%s', ([bus, device, fn, sourceId]) => {
  expect(sourceIdOf(bus, device, fn)).toBe(sourceId);
});

test('16 digits are a word with prefix or without', () => {
  expect(columnWord('000000000000001f')).toBe(0x1fn);
  expect(columnWord('0x000000000000001f')).toBe(0x1fn);
});
