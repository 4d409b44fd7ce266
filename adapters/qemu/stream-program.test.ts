import { expect, test } from 'vitest';
import type { StreamStep } from '../../spec/schema.ts';
import type { Operation } from './operations.ts';
import { profileOf } from './profile.ts';
import { DATA, QUEUE, read, STATUS, streamOf, WAIT, write } from './stream.fixture.ts';
import { buildStreams, isQueueReachable, type StreamProgram } from './stream-program.ts';

const capabilities = { cap: 0xd2008c22260206n, ecap: 0xf00f4an };
const profile = profileOf('legacy', capabilities);
const REGISTERS = 0xfed9_0000n;

const built = (...steps: StreamStep[]): StreamProgram =>
  buildStreams([streamOf(profile, steps)], { capabilities, ttm: 0n });

/** FSTS; IQH is read behind it. */
const isLook = ({ op, address }: Operation) => op === 'read32' && address === REGISTERS + 0x34n;

/** The operations of a stream between the queue's start and its end, but for looks at FSTS. */
function stepsOf({ operations }: StreamProgram): readonly Operation[] {
  const isStart = (operation: Operation) =>
    operation.op === 'write32' && operation.address === REGISTERS + 0x18n && operation.value === 0x8400_0000n;
  const start = operations.findIndex(isStart);
  const end = operations.findIndex(({ op }) => op === 'feed');
  const steps = operations.slice(start + 1, end);
  return steps.filter((operation, index) => !isLook(operation) && !isLook(steps[index - 1] ?? operation));
}

test('registers of 32 bits are accessed by 4 bytes, all others by 8', () => {
  const steps = stepsOf(
    built(
      { step: 'write', register: 'FSTS', value: 0x10n },
      { step: 'write', register: 'IQA', value: QUEUE },
      { step: 'read', register: 'ICS' },
      { step: 'read', register: 'IQH' },
      { step: 'write', register: 'IVA', value: 1n },
      { step: 'read', register: 'IOTLB' },
    ),
  );
  expect(steps.map(({ op, address }) => [op, address - REGISTERS])).toEqual([
    ['write32', 0x34n],
    ['write64', 0x90n],
    ['read32', 0x9cn],
    ['read64', 0x80n],
    ['write64', 0xf0n],
    ['read64', 0xf8n],
  ]);
});

test('a submit puts its words behind the tail, and then writes the tail', () => {
  const steps = stepsOf(built({ step: 'submit', descriptors: [WAIT], times: 2 }));
  expect(steps).toEqual([
    { op: 'words', address: QUEUE, words: [...WAIT, ...WAIT] },
    { op: 'write64', address: REGISTERS + 0x88n, value: 0x20n },
  ]);
});

test('stores during a request come before it or, every other step, after it', () => {
  const during = [{ address: 0x21_0000n, words: [1n] }];
  const request = { step: 'request', request: { sourceId: 0x10, address: 0n, op: 'read' }, during } as const;
  const positions = stepsOf(built(request, request)).flatMap(({ op }) =>
    op === 'words' || op === 'wait' ? [op] : [],
  );
  expect(positions).toEqual(['words', 'wait', 'wait', 'words']);
});

test('a store outside of the memory of cases vanishes, and what is there is not observed', () => {
  const away = 0x7f_0000_0000n;
  const program = built(
    { step: 'store', address: away, words: [1n] },
    { step: 'load', address: away },
    { step: 'read', register: 'IQERCD' },
  );
  expect(stepsOf(program)).toEqual([]);
  expect(program.answering[0]).toEqual([{ from: 'nothing' }, { from: 'nothing' }]);
});

test('FSTS and IQH are looked at after every step that can change them', () => {
  const store: StreamStep = { step: 'store', address: 0x21_0000n, words: [1n] };
  const program = built(store, read, { step: 'submit', descriptors: [WAIT] }, read);
  expect(program.operations.filter(isLook)).toHaveLength(2);
  const [first, second, third, fourth] = program.looks[0] as readonly number[];
  expect([second, fourth]).toEqual([first, third]);
  expect(third).toBeGreaterThan(first as number);
});

test('a page that was written has its marker back before the next request', () => {
  const steps = stepsOf(built(write, read));
  const marked = steps.findIndex(({ op, address }) => op === 'mark' && address >> 12n === DATA >> 12n);
  const waits = steps.flatMap(({ op }, index) => (op === 'wait' ? [index] : []));
  expect(marked).toBeGreaterThan(waits[0] as number);
  expect(marked).toBeLessThan(waits[1] as number);
});

test('after a stream every line that it may have changed has its markers back', () => {
  const { operations } = built({ step: 'submit', descriptors: [WAIT] });
  const marked = operations.flatMap(({ op, address }) => (op === 'mark' ? [address] : []));
  expect(marked).toEqual(expect.arrayContaining([QUEUE, STATUS, 0x20_0000n]));
});

test('after a stream that wrote IVA it is 0 again: page-selective invalidation of the next one takes it from there', () => {
  const { operations } = built({ step: 'write', register: 'IVA', value: 0x7000n });
  const written = operations.filter(({ op, address }) => op === 'write64' && address === REGISTERS + 0xf0n);
  expect(written.map((operation) => 'value' in operation && operation.value)).toEqual([0x7000n, 0n]);
});

test('a queue that was enabled is fed a wait and disabled; one where nothing can be put is not fed', () => {
  const ops = (program: StreamProgram) => program.operations.map(({ op }) => op);
  expect(ops(built())).toContain('feed');
  const disabled = streamOf(profile, []);
  const { iqa: _, ...withoutQueue } = disabled;
  expect(ops(buildStreams([withoutQueue], { capabilities, ttm: 0n }))).not.toContain('feed');
  const away = { ...disabled, iqa: 0x7f_0000_0000n };
  expect([isQueueReachable(disabled), isQueueReachable(away)]).toEqual([true, false]);
  expect(ops(buildStreams([away], { capabilities, ttm: 0n }))).not.toContain('feed');
});

test('the mode that a stream leaves is what SRTP latched last, or none with translation off', () => {
  const after = (...values: bigint[]) =>
    buildStreams(
      [
        streamOf(profile, [
          { step: 'write', register: 'RTADDR', value: 0x20_0400n },
          ...values.map((value) => ({ step: 'write', register: 'GCMD', value }) as const),
        ]),
        streamOf(profile, []),
      ],
      { capabilities, ttm: 0n },
    ).operations.filter(({ op, address }) => op === 'write32' && address === REGISTERS + 0x18n).length;
  const kept = after(0x8400_0000n);
  expect(after(0xc400_0000n)).toBe(kept + 2);
  expect(after(0x0400_0000n)).toBe(kept + 2);
});

test('a request for which a requester has no slot left is not made', () => {
  const program = built(...Array.from({ length: 512 }, () => read));
  expect(program.probes[0]).toHaveLength(511);
  expect(program.answering[0]?.at(-1)).toEqual({ from: 'nothing' });
});
