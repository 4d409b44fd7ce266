import { describe, expect, test } from 'vitest';
import {
  Bench,
  contextGlobal,
  EVERY_FORMAT,
  FENCE,
  INTERRUPT,
  iotlbGlobal,
  QUEUE,
  statusWait,
  WIDE,
  wait,
  wideBench,
} from './queue.fixture.ts';
import { unitOf, writeRegister } from './queue.ts';

const pasidGlobal = [0x37n, 0n, 0n, 0n];
const IQE = 0x10n;
/** Ways of a tail with bit 4 set where slots are wide: the bit stays, or is gone. */
const [KEPT, DROPPED] = [0, 1];

describe('the head', () => {
  test('moves over each valid descriptor, and ends at the tail', () => {
    const bench = new Bench().submit(contextGlobal, iotlbGlobal);
    expect(bench.values('IQH')).toEqual([0x20n]);
    expect(bench.effects.map(({ effect }) => effect)).toEqual(['accepted', 'accepted']);
    expect(bench.rules('IQH')).toContain('invalidation.descriptor.context');
  });

  test('moves by 32 bytes where slots are wide', () => {
    expect(wideBench().submit(pasidGlobal, iotlbGlobal).values('IQH')).toEqual([0x40n]);
  });

  test('goes on at 0 after the last slot', () => {
    const bench = new Bench();
    bench.write('IQT', bench.place([contextGlobal], 255));
    bench.submit(contextGlobal, iotlbGlobal);
    expect(bench.values('IQH')).toEqual([0x10n]);
    expect(bench.rules('IQH')).toContain('invalidation.queue.wrap');
    expect(bench.memory.get(QUEUE)).toBe(0x12n);
  });

  test('does not move when as many descriptors come as the queue has slots: head and tail are equal', () => {
    const bench = new Bench();
    bench.write('IQT', bench.place([contextGlobal], 256));
    expect(bench.values('IQH')).toEqual([0n]);
    expect(bench.effects).toEqual([]);
    expect(bench.rules('IQH')).toContain('invalidation.queue.empty');
  });

  test('takes 255 descriptors of a queue of 256 slots', () => {
    const bench = new Bench();
    bench.write('IQT', bench.place([contextGlobal], 255));
    expect(bench.effects).toHaveLength(255);
  });

  test.each([
    [0n, 256],
    [1n, 512],
    [7n, 32768],
    [WIDE, 128],
    [WIDE | 2n, 512],
  ])('wraps at the size that QS and DW give: %i', (form, slots) => {
    const wide = (form & WIDE) !== 0n;
    const bench = new Bench({ values: EVERY_FORMAT, iqa: QUEUE | form });
    const slot = wide ? 32n : 16n;
    const last = BigInt(slots - 1) * slot;
    bench.state = { ...bench.state, head: last, tail: last };
    bench.submit(contextGlobal, contextGlobal);
    expect(bench.values('IQH')).toEqual([slot]);
  });

  test('stays while the queue is off', () => {
    const bench = new Bench({ iqa: null }).write('IQA', QUEUE).submit(contextGlobal);
    expect(bench.values('IQH')).toEqual([0n]);
    expect(bench.effects).toEqual([]);
    expect(bench.values('IQT')).toEqual([0x10n]);
  });
});

describe('an error of the queue', () => {
  test('keeps the head at the bad descriptor; what came before is done, what comes after is not', () => {
    const bench = new Bench().submit(contextGlobal, [0xfn, 0n], iotlbGlobal);
    expect(bench.values('IQH')).toEqual([0x10n]);
    expect(bench.values('FSTS')).toEqual([IQE]);
    expect(bench.values('IQERCD')).toEqual([0n, 3n]);
    expect(bench.effects).toHaveLength(1);
  });

  test('stops fetching until it is cleared, whatever is written to the tail', () => {
    const bench = new Bench().submit([0xfn, 0n]).submit(contextGlobal);
    expect(bench.effects).toEqual([]);
    expect(bench.values('IQH')).toEqual([0n]);
    expect(bench.rules('IQH')).toContain('invalidation.queue.no-fetch-while-error');
  });

  test('is cleared by writing 1 only, and fetching goes on at the head', () => {
    const bench = new Bench().submit([0xfn, 0n], iotlbGlobal);
    bench.write('FSTS', 0n);
    expect(bench.values('FSTS')).toEqual([IQE]);
    bench.memory.set(QUEUE, 0x11n);
    bench.write('FSTS', IQE);
    expect(bench.values('FSTS')).toEqual([0n]);
    expect(bench.values('IQH')).toEqual([0x20n]);
    expect(bench.rules('IQH')).toContain('invalidation.queue.recovery');
  });

  test('comes back at once when it was cleared and nothing was mended', () => {
    expect(new Bench().submit([0xfn, 0n]).write('FSTS', IQE).values('FSTS')).toEqual([IQE]);
  });

  test('is 1 for a tail beyond the queue', () => {
    const bench = new Bench();
    bench.place([contextGlobal]);
    bench.write('IQT', 0x1000n);
    expect(bench.values('IQERCD')).toEqual([0n, 1n]);
    expect(bench.values('IQH')).toEqual([0n]);
    expect(bench.values('IQT')).toEqual([0x1000n]);
  });

  test('is none for the last slot of the queue as tail', () => {
    const bench = new Bench();
    bench.state = { ...bench.state, head: 0xfe0n, tail: 0xfe0n };
    expect(bench.submit(contextGlobal).values('FSTS')).toEqual([0n]);
    expect(bench.values('IQT')).toEqual([0xff0n]);
  });

  test('is 6 for bit 4 of the tail where slots are wide, and none where they are not', () => {
    const bench = wideBench();
    bench.place([contextGlobal]);
    bench.write('IQT', 0x10n, KEPT);
    expect(bench.values('FSTS')).toEqual([IQE]);
    expect(bench.values('IQERCD')).toContain(6n);
    expect(bench.values('IQH')).toEqual([0n]);
    expect(new Bench().submit(contextGlobal).values('FSTS')).toEqual([0n]);
  });

  test('is told of a tail that lost its reserved bit 4, and is over once it is cleared', () => {
    const kept = wideBench().write('IQT', 0x30n, KEPT);
    const dropped = wideBench().write('IQT', 0x30n, DROPPED);
    expect([kept, dropped].map((bench) => bench.values('IQT'))).toEqual([[0x30n], [0x20n]]);
    expect(dropped.values('FSTS')).toEqual([IQE]);
    expect(dropped.values('IQERCD')).toContain(6n);
    dropped.memory.set(QUEUE, 0x11n);
    expect(dropped.write('FSTS', IQE).values('FSTS')).toEqual([0n]);
    expect(dropped.values('IQH')).toEqual([0x20n]);
    expect(kept.write('FSTS', IQE).values('FSTS')).toEqual([IQE]);
  });

  test('is not foretold where the queue is off and the tail does not fit its slots', () => {
    const off = new Bench({ values: EVERY_FORMAT, iqa: null }).write('IQA', QUEUE | WIDE);
    expect(off.outcomes('IQT', 0x10n)).toBe('undefined');
    expect(off.write('IQT', 0x20n).values('IQT')).toEqual([0x20n]);
  });

  test('is 2 for a queue in memory that does not answer', () => {
    const bench = new Bench({ iqa: 0x10_0000n }).submit(contextGlobal);
    expect(bench.values('IQERCD')).toEqual([0n, 2n]);
  });

  test('is 2 for the slot where memory ends, after those before it', () => {
    const bench = new Bench({ iqa: 0xf_f000n | 1n });
    bench.state = { ...bench.state, head: 0xff0n, tail: 0xff0n };
    bench.submit(contextGlobal, contextGlobal);
    expect(bench.values('IQH')).toEqual([0x1000n]);
    expect(bench.values('IQERCD')).toEqual([0n, 2n]);
  });

  test('is 5 for wide slots on a unit without scalable and abort mode', () => {
    const bench = new Bench({ iqa: QUEUE | WIDE }).submit(contextGlobal);
    expect(bench.values('IQERCD')).toEqual([0n, 5n]);
  });

  test('may be seen early, before there is a descriptor, where none can be valid', () => {
    expect(new Bench({ iqa: QUEUE | WIDE }).mask('FSTS') & IQE).toBe(0n);
    expect(new Bench().mask('FSTS') & IQE).toBe(IQE);
  });

  test('is none for what lies behind the tail', () => {
    const bench = new Bench();
    bench.memory.set(QUEUE + 0x10n, 0xfn);
    expect(bench.submit(contextGlobal).values('FSTS')).toEqual([0n]);
  });
});

describe('a wait', () => {
  test('writes its 32-bit status, and all before it is done', () => {
    const bench = new Bench().submit(iotlbGlobal, statusWait(0xdead_beefn, 0x104n));
    expect(bench.effects).toEqual([
      expect.objectContaining({ effect: 'accepted' }),
      { effect: 'completed' },
      { effect: 'status', address: 0x104n, data: 0xdead_beefn, isBeyond: false, isFence: false },
    ]);
  });

  test('writes to no address above the host address width', () => {
    const bench = new Bench().submit(statusWait(1n, 0xffff_ff00_0000_0200n));
    expect([...bench.state.status]).toMatchObject([[0x200n, { data: 1n, again: false, isBeyond: true }]]);
  });

  test('without SW writes nothing', () => {
    expect(new Bench().submit(wait(FENCE, 0x100n)).state.status.size).toBe(0);
  });

  test.each([
    ['the interrupt range', 0xfee0_0000n],
    ['memory that does not answer', 0x10_0000n],
    ['a slot that is still to be fetched', QUEUE + 0x10n],
  ])('whose status goes to %s leaves everything undefined', (_, address) => {
    const bench = new Bench();
    expect(bench.outcomes('IQT', bench.place([statusWait(1n, address), contextGlobal]))).toBe('undefined');
  });

  test('whose status goes to the interrupt range leaves everything undefined though memory answers', () => {
    const bench = new Bench();
    const tail = bench.place([statusWait(1n, 0xfeef_fff8n)]);
    const read = (address: bigint) => bench.memory.get(address) ?? 0n;
    expect(writeRegister(unitOf(bench.profile), bench.state, 'IQT', tail, read)).toBe('undefined');
  });

  test('may write its status to the slot at the tail, which is not fetched', () => {
    expect(new Bench().submit(statusWait(7n, QUEUE + 0x20n), contextGlobal).values('FSTS')).toEqual([0n]);
  });

  test('may write its status over slots that were fetched', () => {
    const bench = new Bench().submit(contextGlobal, statusWait(7n, QUEUE));
    expect(bench.values('FSTS')).toEqual([0n]);
  });

  test('with IF sets IWC, and the event stays pending while it is masked', () => {
    const bench = new Bench().submit(wait(INTERRUPT));
    expect(bench.values('ICS')).toEqual([1n]);
    expect(bench.values('IECTL')).toEqual([0xc000_0000n]);
    expect(bench.write('IECTL', 0n).values('IECTL')).toEqual([0n]);
    expect(bench.values('ICS')).toEqual([1n]);
  });

  test('with IF sends the event at once where it is not masked', () => {
    const bench = new Bench().write('IECTL', 0n).submit(wait(INTERRUPT));
    expect([...bench.values('ICS'), ...bench.values('IECTL')]).toEqual([1n, 0n]);
  });

  test('makes no second event while IWC is set', () => {
    const bench = new Bench().write('IECTL', 0n).submit(wait(INTERRUPT)).write('IECTL', 0x8000_0000n);
    expect(bench.submit(wait(INTERRUPT)).values('IECTL')).toEqual([0x8000_0000n]);
    bench.write('ICS', 1n).submit(wait(INTERRUPT));
    expect(bench.values('IECTL')).toEqual([0xc000_0000n]);
  });

  test('leaves no event pending once IWC is cleared, and 0 clears nothing', () => {
    const bench = new Bench().submit(wait(INTERRUPT)).write('ICS', 0n);
    expect(bench.values('ICS')).toEqual([1n]);
    bench.write('ICS', 1n);
    expect([...bench.values('ICS'), ...bench.values('IECTL')]).toEqual([0n, 0x8000_0000n]);
  });

  test('without IF leaves IWC clear', () => {
    expect(new Bench().submit(statusWait(1n, 0n)).values('ICS')).toEqual([0n]);
  });

  test('that asks for nothing is taken or refused, and then always so', () => {
    const bench = new Bench();
    const tail = bench.place([wait(), contextGlobal, wait()]);
    const outcomes = bench.outcomes('IQT', tail);
    if (outcomes === 'undefined') throw new RangeError('defined');
    expect(outcomes.map(({ state }) => state.head).sort()).toEqual([0n, 0x30n]);
    const refuser = outcomes.findIndex(({ state }) => state.head === 0n);
    bench.write('IQT', tail, refuser);
    expect(bench.values('IQERCD')).toEqual([0n, 3n, 4n]);
    expect(bench.outcomes('FSTS', IQE)).toHaveLength(1);
  });

  test('that only fences is taken', () => {
    expect(new Bench().submit(wait(FENCE)).values('IQH')).toEqual([0x10n]);
  });
});

test('a status of a later wait stays, or one of a wait without fence before it', () => {
  const bench = new Bench().submit(statusWait(1n, 0x100n), statusWait(2n, 0x100n));
  expect(bench.state.status.get(0x100n)).toMatchObject({ data: 2n, again: true, late: [1n], open: [] });
});
