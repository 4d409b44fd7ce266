/** Simpler streams hold less, or the same of lower values, so that shrinking ends. */
import { expect, test } from 'vitest';
import { encode, iotlbDomain, iotlbPage, pasidOne } from '../../generators/invalidation-descriptors.ts';
import type { InvalidationCase, Request, StreamStep } from '../../spec/schema.ts';
import { at, tableOf, unit } from '../translation/hand-made.ts';
import { simplerStreams } from './simpler.ts';
import { doesMore } from './stream-size.ts';
import { completed, QUEUE, read, STATUS, store, stream, submitted } from './streams.fixture.ts';

const long = stream(
  { mode: 'scalable', profile: unit('everything'), sourceId: 0x118, address: 0x7000n },
  read({ sourceId: 0x118, address: 0x7000n, op: 'atomic', pasid: 3, privileged: true }),
  store(at.pasidTable + 0x40n, 0x81n, 5n),
  {
    step: 'submit',
    descriptors: [
      [0x2_0022n, 0n],
      [0x5_2800_0014n, 0n],
    ],
    times: 5,
  },
  submitted(iotlbPage(6, 7, 9, 1), pasidOne(6, 3)),
  completed(iotlbDomain(6)),
  { step: 'submit', descriptors: [[0x15n, 0n]] },
  {
    step: 'request',
    request: { sourceId: 0x118, address: 0x7000n, op: 'write', kind: 'untranslated' },
    during: [{ address: tableOf(1), words: [1n, 2n] }],
  },
  { step: 'load', address: STATUS },
  { step: 'write', register: 'IQA', value: QUEUE },
  { step: 'write', register: 'GCMD', value: 0x8400_0000n },
);

const opRank: Readonly<Record<Request['op'], number>> = {
  read: 0,
  write: 1,
  atomic: 2,
  'zero-length-read': 2,
};

/** How much a stream holds, and the sum of what it holds. */
function measure(testCase: InvalidationCase): readonly [number, bigint] {
  const { rtaddr, iqa, memory, steps, translationEnabled } = testCase;
  let [things, sum] = [(iqa === undefined ? 0 : 1) + (translationEnabled ? 1 : 0), rtaddr + (iqa ?? 0n)];
  const hold = (...values: readonly bigint[]): void => {
    for (const value of values) sum += value;
    things += values.filter((value) => value !== 0n).length;
  };
  for (const { address, words } of memory) {
    sum += address;
    hold(...words);
  }
  const count = (step: StreamStep): void => {
    // A step less weighs more than all that the others hold.
    things += 100_000;
    if (step.step === 'read' && step.register !== 'FSTS') things++;
    if (step.step === 'write') sum += step.value;
    // A tail is more than a submission of a descriptor that is all zeros.
    if (step.step === 'write' && step.register === 'IQT' && step.value > 0n) things += 300;
    if (step.step === 'load') sum += step.address;
    if (step.step === 'submit') {
      // Two descriptors many times are more than one of them twice as often.
      things += (step.times ?? 0) + 100 * step.descriptors.flat().length;
      things += step.descriptors.filter(([low = 0n]) => doesMore(low)).length;
      sum += step.descriptors.flat().reduce((all, word) => all + word, 0n);
    }
    const stores = step.step === 'store' ? [step] : step.step === 'request' ? (step.during ?? []) : [];
    for (const { address, words } of stores) {
      things += words.length;
      sum += address + words.reduce((all, word) => all + word, 0n);
    }
    if (step.step === 'request') {
      const { request } = step;
      things += Object.keys(request).length + opRank[request.op];
      hold(request.address, BigInt(request.sourceId), BigInt(request.pasid ?? 0));
    }
  };
  for (const step of steps) count(step);
  return [things, sum];
}

const isSimpler = (one: InvalidationCase, other: InvalidationCase): boolean => {
  const [[things, sum], [before, sumBefore]] = [measure(one), measure(other)];
  return things < before || (things === before && sum < sumBefore);
};

test('each candidate holds less, or the same of lower values', () => {
  const candidates = [...simplerStreams(long)];
  expect(candidates.length).toBeGreaterThan(100);
  expect(candidates.filter((candidate) => !isSimpler(candidate, long))).toEqual([]);
});

test('whatever candidate is taken, the chain ends', () => {
  for (const stride of [1, 7, 31]) {
    let current = long;
    for (let taken = 0; ; taken++) {
      const candidates = [...simplerStreams(current)];
      if (candidates.length === 0) break;
      const next = candidates[Math.max(0, candidates.length - 1 - taken * stride)] as InvalidationCase;
      expect(isSimpler(next, current)).toBe(true);
      current = next;
    }
    expect(current.steps).toEqual([]);
  }
});

test('each step, each descriptor and each table word is tried to be left out alone', () => {
  const candidates = [...simplerStreams(long)];
  for (const index of long.steps.keys()) {
    expect(candidates).toContainEqual({ ...long, steps: long.steps.toSpliced(index, 1) });
  }
  const [, , , two] = long.steps;
  if (two?.step !== 'submit') throw new RangeError('not a submit');
  for (const index of two.descriptors.keys()) {
    const fewer = { ...two, descriptors: two.descriptors.toSpliced(index, 1) };
    expect(candidates).toContainEqual({ ...long, steps: long.steps.with(3, fewer) });
  }
  const words = wordsOf(long);
  const tried = candidates.map((candidate) => wordsOf(candidate).join());
  for (const index of words.keys()) expect(tried).toContain(words.toSpliced(index, 1).join());
});

/** The words of the tables that are not zero, each with its place. */
function wordsOf({ memory }: InvalidationCase): readonly string[] {
  return memory.flatMap(({ address, words }) =>
    words.flatMap((word, at) => (word === 0n ? [] : [`${address + BigInt(8 * at)}: ${word}`])),
  );
}

const onlyQueue = (...steps: readonly StreamStep[]): InvalidationCase => ({
  ...{
    area: 'invalidation',
    profile: unit('everything'),
    rtaddr: 0n,
    translationEnabled: false,
    iqa: 0x1000n,
  },
  ...{ memory: [], steps: [...steps] },
});
const submits = (...descriptors: bigint[][]): StreamStep => ({ step: 'submit', descriptors });
const status: StreamStep = { step: 'read', register: 'FSTS' };

test('a descriptor goes, and what is stored to the queue behind it lies a slot lower', () => {
  const words = [
    [0x11n, 0n],
    [0n, 0n],
  ];
  const candidates = [...simplerStreams(onlyQueue(submits(...words), store(0x1010n, 5n), status))];
  expect(candidates).toContainEqual(onlyQueue(submits([0n, 0n]), store(0x1000n, 5n), status));
});

test('the first of two submissions that go round the queue keeps one wait', () => {
  const waits = (times: number): StreamStep => ({ step: 'submit', descriptors: [[0x45n, 0n]], times });
  const candidates = [...simplerStreams(onlyQueue(waits(4), waits(252), status))];
  expect(candidates).toContainEqual(onlyQueue(submits([0x45n, 0n]), waits(255), status));
});

test('a descriptor of a lower type or of none, a tail of 0, an earlier submission and a lower status are tried', () => {
  const mask: StreamStep = { step: 'write', register: 'IECTL', value: 0n };
  const candidates = [...simplerStreams(onlyQueue(mask, submits([0x27n, 0n]), status))];
  expect(candidates).toContainEqual(onlyQueue(mask, submits([6n, 0n]), status));
  const tail = (value: bigint): StreamStep => ({ step: 'write', register: 'IQT', value });
  expect(candidates).toContainEqual(onlyQueue(mask, submits([0n, 0n]), status));
  expect(candidates).toContainEqual(onlyQueue(mask, tail(0n), status));
  expect([...simplerStreams(onlyQueue(tail(0x10n), status))]).toContainEqual(
    onlyQueue(submits([0n, 0n]), status),
  );
  expect(candidates).toContainEqual(onlyQueue(submits([0x27n, 0n]), mask, status));
  const high = [...simplerStreams(onlyQueue(submits([0x4_0000_0025n, 0x2000n])))];
  expect(high).toContainEqual(onlyQueue(submits([0x1_0000_0025n, 0x2000n])));
});

test('a queue that is set up again is there from the beginning, and lies at 0 where no table is read', () => {
  const write = (register: 'IQA' | 'GCMD', value: bigint): StreamStep => ({ step: 'write', register, value });
  const on = write('GCMD', 0x8400_0000n);
  const again = onlyQueue(submits([0x11n, 0n]), write('IQA', 0x8000n), on, submits([0x45n, 0n]), status);
  expect([...simplerStreams(again)]).toContainEqual({
    ...onlyQueue(submits([0x45n, 0n]), status),
    iqa: 0x8000n,
  });
  const enabled = { ...onlyQueue(on, store(0x1010n, 1n), status), translationEnabled: true };
  const candidates = [...simplerStreams(enabled)];
  expect(candidates).toContainEqual({ ...enabled, iqa: 0n, steps: [on, store(0x10n, 1n), status] });
  expect(candidates).toContainEqual(onlyQueue(write('GCMD', 0x400_0000n), store(0x1010n, 1n), status));
});

test('a store during a request takes its place, and addresses and function masks fall by a place', () => {
  const request: Request = { sourceId: 0, address: 0n, op: 'read' };
  const during = [{ address: 8n, words: [1n] }];
  const candidates = [...simplerStreams(onlyQueue({ step: 'request', request, during }))];
  expect(candidates).toContainEqual(onlyQueue(store(8n, 1n)));
  const [page, device] = [encode(iotlbPage(1, 2, 8)), [0x2_0002_0000_0031n, 0n]];
  const others = [...simplerStreams(onlyQueue(submits(page, device)))];
  expect(others).toContainEqual(onlyQueue(submits(encode(iotlbPage(1, 1, 8)), device)));
  expect(others).toContainEqual(onlyQueue(submits(encode(iotlbPage(1, 2, 4)), device)));
  expect(others).toContainEqual(onlyQueue(submits(page, [0x1_0004_0000_0031n, 0n])));
});
