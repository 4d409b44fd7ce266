/** Bits of invalidations that a unit does not look at (VT-d 6.5.2, 11.4.6), and what a unit that does is blamed for. */
import { expect, test } from 'vitest';
import type { StreamStep } from '../../../spec/schema.ts';
import {
  ask,
  at,
  complete,
  DID,
  expectationAfter,
  io,
  NEW,
  OLD,
  PAGE,
  pasidEntry,
  pc,
  pio,
  short,
  store,
  type World,
} from './hand-made.fixture.ts';

/** Domain ids of 4 bits, guest addresses of 39, host addresses of 46. */
const second: World = { type: 'second-stage', capabilities: { ND: 0 } };
const first: World = { type: 'first-stage', capabilities: { ND: 0 } };
const BEYOND = DID + 0x10;
const [DOMAIN, ADDRESS] = ['invalidation.descriptor.domain-width', 'invalidation.descriptor.address-width'];

/** What may be answered, and what only dropped entries give, with the rule that dropped them. */
function outcome(world: World, ...steps: readonly StreamStep[]) {
  const expectation = expectationAfter(world, ask(), ...steps, ask());
  if (expectation.kind !== 'request') throw new RangeError(`the last step is ${expectation.kind}`);
  const gone = expectation.gone.map(({ answer, rule }) => [short(answer), rule]);
  return [expectation.options.map(({ answer }) => short(answer)), gone];
}

const leafOfSecond = store(at.second[2] as bigint, NEW | 3n);
const leafOfFirst = store(at.first[3] as bigint, NEW | 0x67n);
const table = store(at.pasid, ...pasidEntry('second-stage', { second: at.otherSecond }));

test('bits of DID above ND leave a descriptor what it is', () => {
  expect(outcome(second, leafOfSecond, complete(io('domain', { did: BEYOND })))).toEqual([
    [NEW],
    [[OLD, DOMAIN]],
  ]);
  expect(outcome(first, leafOfFirst, complete(pio('pasid', { did: BEYOND })))).toEqual([
    [NEW],
    [[OLD, DOMAIN]],
  ]);
  const [, gone] = outcome(second, table, complete(pc('domain', { did: BEYOND }), io('global')));
  expect(gone).toContainEqual([OLD, DOMAIN]);
});

test('a global invalidation does not look at DID at all', () => {
  const [, gone] = outcome(second, leafOfSecond, complete(io('global', { did: BEYOND })));
  expect(gone).toEqual([[OLD, 'invalidation.match.iotlb-global.iotlb-second-stage']]);
});

test('bits of ADDR above MGAW leave a page what it is', () => {
  const address = PAGE | (1n << 39n) | (1n << 63n);
  expect(outcome(second, leafOfSecond, complete(io('page', { address })))).toEqual([[NEW], [[OLD, ADDRESS]]]);
});
