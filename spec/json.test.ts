import * as v from 'valibot';
import { expect, test } from 'vitest';
import { toJson } from './json.ts';
import { namedProfiles } from './profiles.ts';
import { u64 } from './schema/scalars.ts';
import { caseSchema } from './schema.ts';

test('64-bit values travel as hex strings and come back as bigint', () => {
  const testCase = {
    area: 'entry',
    profile: namedProfiles[0],
    format: 'pasid-table',
    words: [0xffff_ffff_ffff_ffffn, 0n, 1n, 0n, 0n, 0n, 0n, 0n],
  };
  const text = toJson(testCase);
  expect(text).toContain('"0xffffffffffffffff"');
  expect(v.parse(caseSchema, JSON.parse(text))).toEqual(testCase);
});

test.each(['0x1ffffffffffffffff', '12', '0xg', -1n, 1n << 64n, 5])('%s is no 64-bit value', (value) => {
  expect(v.safeParse(u64, value).success).toBe(false);
});
