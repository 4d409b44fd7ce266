/** Which rule a wrong answer of a stream is told to break, where several would do. */
import { expect, test } from 'vitest';
import { iotlbDomain } from '../../generators/invalidation-descriptors.ts';
import type { StreamAnswer } from '../../spec/schema.ts';
import { type Parts, tableOf } from '../translation/hand-made.ts';
import { breaches, DID, OLD, SECOND_STAGE } from './judge.fixture.ts';
import { completed, read, store, stream, to } from './streams.fixture.ts';

const silent: StreamAnswer = { outcome: 'blocked', record: null };
const TOP = tableOf(4);
const FPD = 1n << 1n;
/** No fault is recorded. */
const quiet: Parts = { mode: 'scalable', pasid: [SECOND_STAGE | FPD, BigInt(DID)] };
/** For a while the top entry leads to a table that holds nothing; an entry that says so is dropped. */
const detour = [store(TOP, tableOf(9) | 3n), store(TOP, tableOf(3) | 3n), completed(iotlbDomain(DID))];

test('a block without a record comes of the walk where its device had asked for nothing before', () => {
  expect(breaches(stream(quiet, ...detour, read()), silent)).toEqual([
    expect.stringMatching(/^translation\..* outcome$/),
  ]);
});

test('it comes from an entry that was to be dropped where its device had asked before', () => {
  expect(breaches(stream(quiet, read(), ...detour, read()), to(OLD), silent)).toEqual([
    'invalidation.match.iotlb-domain.second-stage outcome',
  ]);
});
