/** On an emulator a request reaches data, and neither tables nor a hole, whatever may be cached. */
import { expect, test } from 'vitest';
import { iotlbDomain } from '../../generators/invalidation-descriptors.ts';
import type { Profile, StreamStep } from '../../spec/schema.ts';
import { tableOf, units } from '../translation/hand-made.ts';
import { isFitForHardware } from './fit-for-hardware.ts';
import { completed, QUEUE, read, STATUS, store, stream } from './streams.fixture.ts';

const emulated: Profile = { ...units.legacy, sourceIds: [0], backed: [{ start: 0n, end: 0x4100_0000n }] };
const isFit = (leaf: bigint, ...steps: readonly StreamStep[]): boolean =>
  isFitForHardware(stream({ profile: emulated, leaf: leaf | 3n }, ...steps));
const DATA = 0x4000_0000n;
const HOLE = 0x5000_0000n;

test('a page of data is reached, and no page of tables, queue or status words', () => {
  expect(isFit(DATA, read())).toBe(true);
  expect(isFit(tableOf(1), read())).toBe(false);
  expect(isFit(QUEUE, read())).toBe(false);
  expect(isFit(STATUS, read())).toBe(true);
  expect(isFit(STATUS, read(), completed(iotlbDomain(0)))).toBe(false);
  expect(isFit(HOLE, read())).toBe(false);
});

test('what may be stale counts as much as what memory says', () => {
  const change = store(tableOf(1), DATA | 3n);
  expect(isFit(HOLE, change, completed(iotlbDomain(0)), read())).toBe(true);
  expect(isFit(HOLE, change, read())).toBe(false);
});

test('a unit that is no machine may be asked anything', () => {
  expect(isFitForHardware(stream({ leaf: HOLE | 3n }, read()))).toBe(true);
});
