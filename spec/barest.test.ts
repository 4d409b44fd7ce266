import { expect, test } from 'vitest';
import { barest } from './barest.ts';
import { observationSchemas } from './schema.ts';

test('of an answer only what must be told is left', () => {
  expect(barest(observationSchemas.entry, { fault: null, fpd: true, fields: { P: 1n } })).toEqual({
    fault: null,
  });
});

test('lists keep their length, and each of their items its outcome', () => {
  const blocked = { outcome: 'blocked', status: 'UR', code: 3, record: { code: 3 } };
  const translated = { outcome: 'translated', address: 0x1000n, pageBits: 12, read: true, write: true };
  const observation = { results: [blocked, translated], memory: [] };
  expect(barest(observationSchemas.translation, observation)).toEqual({
    results: [{ outcome: 'blocked' }, { outcome: 'translated' }],
  });
});

test('what must be told stays as it is, at any depth', () => {
  const call = { event: 'map', iova: 0n, size: 4096n, target: 8192n, read: true, write: false };
  const walk = { events: [call], result: { outcome: 'refused', code: 4 }, entriesRead: 3 };
  expect(barest(observationSchemas['page-walk'], walk)).toEqual({
    events: [call],
    result: { outcome: 'refused' },
  });
  const used = [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
  expect(barest(observationSchemas['used-bits'], { used, safe: used })).toEqual({ used });
});
