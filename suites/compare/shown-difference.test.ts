import { expect, test } from 'vitest';
import { saidAt, shownDifference } from './shown-difference.ts';

test('what one of two answers leaves out is no difference', () => {
  expect(shownDifference({ fault: null, fpd: true }, { fault: null })).toBeUndefined();
  expect(shownDifference({ fault: null }, { fault: null, fields: { DID: 1n } })).toBeUndefined();
  const blocked = { outcome: 'blocked', record: { code: 1, address: 0n } };
  expect(shownDifference({ results: [blocked] }, { results: [{ outcome: 'unobserved' }] })).toBeUndefined();
});

test('a difference has its path and its aspect', () => {
  expect(shownDifference({ fault: 0x59 }, { fault: 0x5a })).toEqual({ path: 'fault', aspect: 'code' });
  const recorded = (record: unknown) => ({ results: [{ outcome: 'blocked', record }] });
  expect(shownDifference(recorded(null), recorded({ code: 1 }))).toEqual({
    path: 'results.0.record',
    aspect: 'record',
  });
  expect(shownDifference(recorded({ address: 0n }), recorded({ address: 4096n }))).toEqual({
    path: 'results.0.record.address',
    aspect: 'record',
  });
  expect(shownDifference({ trace: [1] }, { trace: [1, 2] })).toEqual({
    path: 'trace.length',
    aspect: 'order',
  });
});

test('the kind of an answer comes before what depends on it', () => {
  const translated = { address: 0n, outcome: 'translated' };
  expect(shownDifference(translated, { address: 1n, outcome: 'blocked' })?.path).toBe('outcome');
});

test('what an answer says at a path is found, or undefined', () => {
  expect(saidAt({ results: [{ record: null }] }, 'results.0.record')).toBeNull();
  expect(saidAt({ results: [{ record: null }] }, 'results.0.record.code')).toBeUndefined();
  expect(saidAt({ events: [1, 2] }, 'events.length')).toBe(2);
});
