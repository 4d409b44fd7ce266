/** What the judge lets pass and what it does not: answers to small streams, one of them wrong. */
import { describe, expect, test } from 'vitest';
import {
  contextDevice,
  iotlbDomain,
  iotlbPage,
  pasidOne,
} from '../../generators/invalidation-descriptors.ts';
import type { InvalidationCase, StreamAnswer, StreamStep } from '../../spec/schema.ts';
import { at, tableOf, units } from '../translation/hand-made.ts';
import {
  breaches,
  change,
  DID,
  exercised,
  LEAF,
  legacy,
  NEW,
  OLD,
  OTHER,
  SECOND_STAGE,
  scalable,
} from './judge.fixture.ts';
import { completed, read, register, STATUS, store, stream, submitted, to, value } from './streams.fixture.ts';

const load: StreamStep = { step: 'load', address: STATUS };
const unseen: StreamAnswer = { outcome: 'unobserved' };

describe.each([
  ['legacy', legacy],
  ['scalable', scalable],
] as const)('in %s mode', (_, parts) => {
  test('after a change without invalidation the old and the new page are right, and no other', () => {
    const testCase = stream(parts, read(), change, read());
    expect(breaches(testCase, to(OLD), to(OLD))).toEqual([]);
    expect(breaches(testCase, to(OLD), to(NEW))).toEqual([]);
    expect(breaches(testCase, to(OLD), to(OTHER))).toHaveLength(1);
    expect(breaches(testCase, to(OLD), to(OTHER))[0]).toMatch(/^translation\..* address$/);
  });

  test('after the invalidation and its wait only the new page is, and the cell of its table is to blame', () => {
    const broken = 'invalidation.match.iotlb-domain.iotlb-second-stage';
    const testCase = stream(parts, read(), change, completed(iotlbDomain(DID)), read());
    expect(breaches(testCase, to(OLD), to(NEW))).toEqual([]);
    expect(exercised(testCase, to(OLD), to(NEW))).toContain(broken);
    expect(breaches(testCase, to(OLD), to(OLD))).toEqual([`${broken} address`]);
  });

  test('an invalidation that no wait completes, or of another domain or page, proves nothing', () => {
    for (const useless of [
      submitted(iotlbDomain(DID)),
      completed(iotlbDomain(DID ^ 1)),
      completed(iotlbPage(DID, 1)),
      completed(contextDevice(DID, 0)),
    ]) {
      const testCase = stream(parts, read(), change, useless, read());
      expect(breaches(testCase, to(OLD), to(OLD))).toEqual([]);
      expect(breaches(testCase, to(OLD), to(NEW))).toEqual([]);
    }
  });

  test('what has been seen new is not old again', () => {
    const testCase = stream(parts, change, completed(iotlbDomain(DID)), read(), read());
    expect(breaches(testCase, to(NEW), to(OLD))).toHaveLength(1);
  });

  test('after a fault that is only reported wrongly the stream is followed on', () => {
    const testCase = stream(parts, store(LEAF, 0n), read(), change, completed(iotlbDomain(DID)), read());
    const record = { code: 0x2f, sourceId: 0, address: 0n, op: 'read', pasidPresent: false } as const;
    const wrongCode: StreamAnswer = { outcome: 'blocked', record };
    expect(breaches(testCase, wrongCode, to(NEW)).map((breach) => breach.split(' ')[1])).toEqual(['code']);
    const both = breaches(testCase, wrongCode, to(OTHER)).map((breach) => breach.split(' ')[1]);
    expect(both).toEqual(['code', 'address']);
  });

  test('only the first wrong answer is reported', () => {
    const testCase = stream(parts, completed(), load, load);
    expect(breaches(testCase, value(7n), value(8n))).toEqual(['invalidation.wait.status memory']);
    expect(breaches(testCase, value(1n), value(8n))).toEqual(['invalidation.wait.status memory']);
  });

  test('of two waits either may complete last, unless the first one is a fence', () => {
    const wait = (data: bigint, fence = 0n) => [(data << 32n) | fence | 0x25n, STATUS];
    const waits = (...descriptors: bigint[][]): StreamStep => ({ step: 'submit', descriptors });
    const free = stream(parts, waits(wait(1n), wait(2n)), load);
    expect(breaches(free, value(1n))).toEqual([]);
    expect(breaches(free, value(2n))).toEqual([]);
    expect(breaches(free, value(3n))).toEqual(['invalidation.wait.status memory']);
    const fenced = stream(parts, waits(wait(1n, 0x40n), wait(2n)), load);
    expect(breaches(fenced, value(1n))).toEqual(['invalidation.wait.order memory']);
    const apart = stream(parts, waits(wait(1n)), waits(wait(2n)), load);
    expect(breaches(apart, value(1n))).toEqual(['invalidation.wait.order memory']);
  });

  test('what was not observed is right anywhere, and what follows is still judged', () => {
    const testCase = stream(parts, read(), completed(), load, register('IQH'));
    expect(breaches(testCase, unseen, unseen, unseen)).toEqual([]);
    expect(breaches(testCase, unseen, value(1n), value(0n))).toEqual([
      'invalidation.descriptor.wait outcome',
    ]);
  });

  test('each step that asks has one answer, of its kind', () => {
    const testCase = stream(parts, read(), completed(), load);
    expect(breaches(testCase, to(OLD))).toEqual(['invalidation.answers count']);
    expect(breaches(testCase, to(OLD), to(OLD))).toEqual(['invalidation.answers outcome']);
    expect(breaches(testCase, value(1n), value(1n))).toEqual(['invalidation.answers outcome']);
  });
});

test('what no cache can have held is not fresh, or never was the answer', () => {
  const profile = { ...units.legacy, policies: { cacheFills: 'requests' } } as const;
  const testCase = stream({ ...legacy, profile }, change, read());
  expect(breaches(testCase, to(NEW))).toEqual([]);
  expect(breaches(testCase, to(OLD))).toEqual(['invalidation.fresh address']);
  expect(breaches(testCase, to(OTHER))).toEqual(['translation.second-stage.4k address']);
  expect(breaches(stream(legacy, change, read()), to(OLD))).toEqual([]);
});

test('a PASID entry stays until it is dropped, with what was found by it', () => {
  const elsewhere = tableOf(8);
  const moved = store(at.pasidTable, (SECOND_STAGE & 0xfffn) | elsewhere, BigInt(DID));
  const testCase = (...steps: readonly StreamStep[]): InvalidationCase => {
    const made = stream(scalable, read(), moved, ...steps, read());
    return { ...made, memory: [...made.memory, { address: elsewhere, words: [tableOf(3) | 3n] }] };
  };
  const unmapped = (...steps: readonly StreamStep[]): InvalidationCase => {
    const made = testCase(...steps);
    return { ...made, memory: made.memory.filter(({ address }) => address !== elsewhere) };
  };
  const blocked: StreamAnswer = { outcome: 'blocked' };
  expect(breaches(unmapped(), to(OLD), to(OLD))).toEqual([]);
  expect(breaches(unmapped(completed(pasidOne(DID, 0))), to(OLD), to(OLD))).toEqual([]);
  const dropped = unmapped(completed(pasidOne(DID, 0), iotlbDomain(DID)));
  expect(breaches(dropped, to(OLD), blocked)).toEqual([]);
  expect(breaches(dropped, to(OLD), to(OLD))).toHaveLength(1);
  expect(breaches(testCase(), to(OLD), to(OLD))).toEqual([]);
});

test('of the ways that a doubt leaves open the one that was seen goes on', () => {
  const emptyWait: StreamStep = { step: 'submit', descriptors: [[5n, 0n]] };
  const testCase = stream(legacy, emptyWait, register('FSTS'), register('IQH'));
  const [error, slot] = [value(0x10n), value(0x10n)];
  expect(breaches(testCase, value(0n), slot)).toEqual([]);
  expect(breaches(testCase, error, value(0n))).toEqual([]);
  expect(breaches(testCase, value(0n), value(0n))).toHaveLength(1);
  expect(breaches(testCase, error, slot)).toHaveLength(1);
});

test('of more context entries than are followed nothing is said', () => {
  const changes = (count: number): InvalidationCase => {
    const context = (_: unknown, index: number) =>
      store(at.context, tableOf(4) | 1n, 2n | (BigInt(DID + 1 + index) << 8n));
    return stream(legacy, ...Array.from({ length: count }, context), read());
  };
  expect(breaches(changes(60), to(OTHER))).toHaveLength(1);
  expect(breaches(changes(70), to(OTHER))).toEqual([]);
});

test('what software may not do ends the judgement', () => {
  const meddling: StreamStep = { step: 'write', register: 'IQA', value: 0x9000n };
  const testCase = stream(legacy, meddling, read(), register('IQA'));
  expect(breaches(testCase, to(OTHER), value(5n))).toEqual([]);
});

describe('a change during a request', () => {
  const RENAMED = 7n;
  const during: StreamStep = {
    ...(read() as Extract<StreamStep, { step: 'request' }>),
    during: [{ address: at.pasidTable, words: [SECOND_STAGE & ~1n, RENAMED] }],
  };
  test('is seen or not', () => {
    const testCase = stream(scalable, during);
    expect(breaches(testCase, to(OLD))).toEqual([]);
    expect(breaches(testCase, { outcome: 'blocked' })).toEqual([]);
    expect(breaches(testCase, to(OTHER))).toHaveLength(1);
    expect(exercised(testCase, to(OLD))).toContain('invalidation.torn');
  });

  test('is never seen in halves of 128 bits', () => {
    // From tables of legacy mode that do not exist to a wider page: neither half alone is a whole.
    const context = { address: at.context, words: [at.tables | 0x2_0000n | 1n, 1n | (BigInt(DID) << 8n)] };
    const other = tableOf(3) + 0x2_0000n - 0x3000n;
    const made = stream(legacy, { ...during, during: [context] });
    const three = { address: other, words: [tableOf(2) | 3n] };
    const whole = { ...made, memory: [...made.memory, three] };
    expect(breaches(whole, to(OLD))).toEqual([]);
    expect(breaches(whole, { outcome: 'blocked' })).toEqual(['invalidation.torn outcome']);
  });
});
