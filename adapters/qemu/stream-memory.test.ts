import { expect, test } from 'vitest';
import type { StreamStep } from '../../spec/schema.ts';
import { profileOf } from './profile.ts';
import { QUEUE, read, STATUS, streamOf, WAIT } from './stream.fixture.ts';
import { layOutStream, streamPlace } from './stream-memory.ts';

const profile = profileOf('legacy', { cap: 0xd2008c22260206n, ecap: 0xf00f4an });
const STORED = 0x21_0040n;

test('lines that are stored to or loaded are owned from the start, zero where the case says nothing', () => {
  const { lines } = layOutStream(
    streamOf(profile, [
      { step: 'store', address: STORED + 8n, words: [7n] },
      {
        step: 'request',
        request: { sourceId: 0x10, address: 0n, op: 'read' },
        during: [{ address: STORED + 64n, words: [1n] }],
      },
      { step: 'load', address: STATUS },
    ]),
  );
  const zeros = new Array(8).fill(0n);
  expect([lines.get(STORED), lines.get(STORED + 64n), lines.get(STATUS)]).toEqual([zeros, zeros, zeros]);
});

test('a word that a run gives to a loaded line stays', () => {
  const testCase = streamOf(profile, [{ step: 'load', address: 0x20_0000n }]);
  expect(layOutStream(testCase).lines.get(0x20_0000n)?.[0]).toBe(0x20_1001n);
});

test('descriptors and the status of a wait are taken away after the stream', () => {
  const { lines, touched } = layOutStream(streamOf(profile, [{ step: 'submit', descriptors: [WAIT] }]));
  expect([lines.has(QUEUE), lines.has(STATUS)]).toEqual([false, false]);
  expect(touched).toEqual(expect.arrayContaining([QUEUE, STATUS, ...lines.keys()]));
});

test('what lies outside of the memory of cases is nobody’s', () => {
  const away = 0x1_8000_0000n;
  const { lines, touched } = layOutStream(
    streamOf(profile, [
      { step: 'store', address: away, words: [1n] },
      { step: 'load', address: away },
      { step: 'submit', descriptors: [[0x25n, away]] },
    ]),
  );
  expect([lines.has(away), touched.includes(away)]).toEqual([false, false]);
});

test('an entry that is stored later may lead a request too', () => {
  const stored = streamOf(profile, [read, { step: 'store', address: STORED, words: [0x50_0003n] }]);
  expect(layOutStream(stored).leaves.map(({ base }) => base)).toContain(0x50_0000n);
});

test('a full queue is in the way only of requests that could reach it', () => {
  const full: StreamStep = { step: 'submit', descriptors: [WAIT], times: 256 };
  const apart = layOutStream(streamOf(profile, [full]));
  expect(streamPlace(apart, 0n)).toBeDefined();
  const mapped: StreamStep = { step: 'store', address: STORED, words: [QUEUE | 3n] };
  expect(streamPlace(layOutStream(streamOf(profile, [full, mapped])), 0n)).toBeUndefined();
});
