import { expect, test } from 'vitest';
import { iotlbDomain } from '../../generators/invalidation-descriptors.ts';
import type { Profile, StreamStep } from '../../spec/schema.ts';
import { units } from '../translation/hand-made.ts';
import { judgeInvalidation } from './judge.ts';
import { answers, completed, read, register, store, stream, to, value } from './streams.fixture.ts';
import { untilBreach } from './until.ts';

const LEAF = 0x11000n;
const staleRead = [read(), store(LEAF, 0x5000_0003n), completed(iotlbDomain(0)), read()];
const rule = 'invalidation.match.iotlb-domain.iotlb-second-stage';

test('a stream is cut after the step that decided, with the answers and what was seen of the queue', () => {
  const testCase = stream({}, ...staleRead, register('IQH'), store(LEAF, 0n), read());
  const given = answers(to(0x4000_0000n), to(0x4000_0000n), value(0x20n), to(0n));
  const queue = testCase.steps.map((_step, index) => ({ faultStatus: 0, head: index < 2 ? 0n : 0x20n }));
  const decided = untilBreach(testCase, { ...given, queue }, { rule, aspect: 'address' });
  expect(decided?.step).toBe(3);
  expect(decided?.testCase.steps).toEqual(staleRead);
  expect(decided?.observation.answers).toEqual(given.answers.slice(0, 2));
  expect(decided?.observation.queue).toHaveLength(4);
});

test('what no step decides is not cut', () => {
  const testCase = stream({}, read());
  expect(untilBreach(testCase, answers(), { rule: 'invalidation.answers', aspect: 'count' })).toBeUndefined();
  const right = answers(to(0x4000_0000n));
  expect(untilBreach(testCase, right, { rule, aspect: 'address' })).toBeUndefined();
});

test('what an answer comes from is known after a long past too', () => {
  const past = Array.from(
    { length: 1000 },
    (_, index): StreamStep => store(LEAF + 8n * BigInt(1 + (index % 5)), BigInt(index) << 12n),
  );
  const stale = answers(to(0x4000_0000n), to(0x4000_0000n));
  const { mismatches } = judgeInvalidation(stream({}, ...past, ...staleRead), stale);
  expect(mismatches).toMatchObject([{ rule, aspect: 'address' }]);
  // Nothing was asked before, so that nothing is held: the word was written before all that is told apart.
  const profile: Profile = { ...units.legacy, policies: { cacheFills: 'requests' } };
  const rewritten = stream(
    { profile },
    store(LEAF, 0x6000_0003n),
    ...past,
    store(LEAF, 0x5000_0003n),
    read(),
  );
  expect(judgeInvalidation(rewritten, answers(to(0x6000_0000n))).mismatches).toMatchObject([
    { rule: 'invalidation.fresh', observed: 'translated to 0x60000000, as before step 1001' },
  ]);
});

test('a unit that reports every fault wrongly is blamed for the first ones, and followed on', () => {
  const faults = Array.from({ length: 100 }, () => read({ address: 0x3000n }));
  const wrong = faults.map(() => ({ outcome: 'blocked' as const, code: 0x2a }));
  const testCase = stream({}, ...faults, ...staleRead);
  const given = answers(...wrong, to(0x4000_0000n), to(0x4000_0000n));
  const { mismatches } = judgeInvalidation(testCase, given);
  expect(mismatches.filter(({ aspect }) => aspect === 'code')).toHaveLength(32);
  expect(mismatches.at(-1)).toMatchObject({ rule, aspect: 'address' });
});
