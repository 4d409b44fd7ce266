import { expect, test } from 'vitest';
import { iotlbDomain } from '../generators/invalidation-descriptors.ts';
import type { StreamAnswer } from '../spec/schema.ts';
import {
  answers,
  completed,
  read,
  register,
  store,
  stream,
  to,
  value,
} from '../suites/invalidation/streams.fixture.ts';
import { type Parts, tableOf } from '../suites/translation/hand-made.ts';
import { plain } from './palette.ts';
import { streamDrawing } from './stream-drawing.ts';

const DID = 2;
const legacy: Parts = { context: [tableOf(4) | 1n, 2n | (BigInt(DID) << 8n)] };
const change = store(tableOf(1), 0x5000_0003n);
const stale = stream(legacy, read(), change, read(), completed(iotlbDomain(DID)), read(), register('IQH'));
const drawn = (...given: readonly StreamAnswer[]): readonly string[] =>
  streamDrawing(stale, answers(...given), plain);

test('each step is drawn with what memory says, what may be stale and from where, and what was answered', () => {
  const lines = drawn(to(0x4000_0000n), to(0x4000_0000n), to(0x5000_0000n), value(0x20n));
  expect(lines.slice(0, 7)).toEqual([
    '  0  read of 0x0 from 00:00.0',
    '       memory       translated to 0x40000000',
    '       answered     translated to 0x40000000',
    '  1  store [0x11000] = 0x50000003 (64 bits)',
    '  2  read of 0x0 from 00:00.0',
    '       memory       translated to 0x50000000',
    '       may be stale translated to 0x40000000: legacy IOTLB entry of 4 KiB from before step 1',
  ]);
  expect(lines).toContain('  3  submit iotlb_inv domain DID 2');
  expect(lines).toContain(
    '       dropped      translated to 0x40000000 (invalidation.match.iotlb-domain.iotlb-second-stage)',
  );
  expect(lines.at(-1)).toBe('       answered     0x20');
});

test('the walk of a request that was answered wrongly is drawn, and nothing is said of what follows', () => {
  const lines = drawn(to(0x4000_0000n), to(0x5000_0000n), to(0x4000_0000n), value(0x20n));
  expect(lines).toContain('… 1 more steps, of which nothing is known');
  expect(lines.at(-2)).toMatch(/^└─ Second-stage .* at 0x11000: /);
});

test('where there is no answer only what is allowed is drawn', () => {
  const lines = streamDrawing(stale, null, plain);
  expect(lines.filter((line) => line.includes('answered'))).toEqual([]);
  expect(lines.filter((line) => line.includes('memory'))).toHaveLength(3);
});

test('of a long stream the last steps are drawn', () => {
  const long = stream(legacy, ...Array.from({ length: 100 }, () => change));
  expect(streamDrawing(long, answers(), plain)[0]).toBe('… 40 steps before these');
});
