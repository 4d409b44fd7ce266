import { expect, test } from 'vitest';
import { namedFields } from './named-fields.ts';

const named = (rule: string, expected = '', observed = '') => [...namedFields({ rule, expected, observed })];

test('fields are named by the texts, by the sentence of the rule, and by its condition', () => {
  expect(named('SPT.6', 'used', 'PGSNP is not in the answer')).toEqual(['PGSNP', 'SRE']);
  expect(named('LCT.4.1')).toContain('AW');
});

test('words that sentences have for other reasons name none', () => {
  // "A present PASID table entry has a reserved bit set."
  expect(named('SPT.3', 'fault 0x5a (SPT.3)', 'valid')).toEqual(['SPT.3']);
});
