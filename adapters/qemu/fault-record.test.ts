import { expect, test } from 'vitest';
import { decodeFaultRecord } from './fault-record.ts';

const F = 1n << 63n;
const T1 = 1n << 62n;
const PP = 1n << 31n;
const T2 = 1n << 28n;

test('a register without F holds no record, whatever its other bits say', () => {
  expect(decodeFaultRecord(0xffff_f000n, ~F & 0xffff_ffff_ffff_ffffn)).toBeNull();
});

test('code, source id, page and operation are where 11.4.7.6 puts them', () => {
  expect(decodeFaultRecord(0x1234_5000n, F | T1 | (0x79n << 32n) | 0x80f8n)).toEqual({
    code: 0x79,
    sourceId: 0x80f8,
    address: 0x1234_5000n,
    op: 'read',
    pasidPresent: false,
  });
  expect(decodeFaultRecord(0xfffn, F | PP | (5n << 32n))).toEqual({
    code: 5,
    sourceId: 0,
    address: 0n,
    op: 'write',
    pasidPresent: true,
  });
});

test('T1 and T2 together tell the four types apart', () => {
  const types = [0n, T2, T1, T1 | T2].map((type) => decodeFaultRecord(0n, F | type)?.op);
  expect(types).toEqual(['write', 'page-request', 'read', 'atomic']);
});
