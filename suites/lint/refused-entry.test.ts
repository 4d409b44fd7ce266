import { expect, test } from 'vitest';
import { contradictionOf } from './refused-entry.ts';

const notPresent = [
  [0x01, 'root'],
  [0x02, 'context'],
  [0x39, 'root-scalable'],
  [0x41, 'context'],
  [0x51, 'pasid-directory'],
  [0x59, 'pasid-word'],
] as const;

test.for(notPresent)('fault %i, not present, does not fit a %s entry that is', ([code, entry]) => {
  expect(contradictionOf(code, entry, true)).toMatch(/not present\. Here it is present/);
  expect(contradictionOf(code, entry, false)).toBeUndefined();
  expect(contradictionOf(code, 'paging', true)).toBeUndefined();
});

test('the first entry tells whether the tables are those of the reason', () => {
  expect(contradictionOf(0x59, 'root', true)).toMatch(/of scalable tables; these are legacy ones/);
  expect(contradictionOf(0x02, 'root-scalable', true)).toMatch(/of legacy tables; these are scalable ones/);
  expect(contradictionOf(0x02, 'root', true)).toBeUndefined();
  expect(contradictionOf(0x59, 'root-scalable', true)).toBeUndefined();
});
