import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rules } from '../../../spec/rules/invalidation.ts';
import { readableRegisters, writableRegisters } from '../../../spec/schema.ts';
import { Bench, contextGlobal, FENCE, LEGACY, QUEUE, SCALABLE, WIDE, wait } from './queue.fixture.ts';

const TE = 0x8000_0000n;
const SRTP = 0x4000_0000n;
const QIE = 0x400_0000n;
const ROOT = 0x5000n;

describe('GCMD', () => {
  test('SRTP makes the root table count; with ESRTPS it empties the caches', () => {
    const bench = new Bench({ values: { ESRTPS: 1 } }).write('RTADDR', ROOT);
    expect(bench.state.latchedRtaddr).toBe(0n);
    bench.write('GCMD', TE | QIE | SRTP);
    expect(bench.effects).toEqual([{ effect: 'root', rtaddr: ROOT, rule: 'invalidation.event.srtp' }]);
    const plain = new Bench().write('RTADDR', ROOT).write('GCMD', TE | QIE | SRTP);
    expect(plain.effects).toEqual([{ effect: 'root', rtaddr: ROOT, rule: undefined }]);
    expect(plain.values('GSTS')).toEqual([TE | QIE | SRTP]);
  });

  test('clearing TE empties the caches of a unit that has scalable mode', () => {
    expect(new Bench({ values: { SMTS: 1 } }).write('GCMD', QIE).effects).toEqual([
      { effect: 'translation', enabled: false, rule: 'invalidation.event.translation-off' },
    ]);
    expect(new Bench().write('GCMD', QIE).effects).toEqual([
      { effect: 'translation', enabled: false, rule: undefined },
    ]);
  });

  test('TE is set again only after SRTP', () => {
    const off = new Bench().write('GCMD', QIE);
    expect(off.values('GSTS')).toEqual([QIE | SRTP]);
    expect(off.outcomes('GCMD', QIE | TE)).toBe('undefined');
    expect(
      off
        .write('GCMD', QIE | SRTP)
        .write('GCMD', QIE | TE)
        .values('GSTS'),
    ).toEqual([TE | QIE | SRTP]);
  });

  test('changes one field at a time', () => {
    expect(new Bench().outcomes('GCMD', 0n)).toBe('undefined');
    expect(new Bench().outcomes('GCMD', SRTP | QIE)).toBe('undefined');
    expect(new Bench().write('GCMD', TE | QIE).effects).toEqual([]);
  });

  test('the mode changes under translation only with ESRTPS; the table may always', () => {
    expect(new Bench().outcomes('RTADDR', SCALABLE)).toBe('undefined');
    expect(new Bench().outcomes('RTADDR', ROOT)).not.toBe('undefined');
    expect(new Bench({ values: { ESRTPS: 1 } }).outcomes('RTADDR', SCALABLE)).not.toBe('undefined');
    expect(new Bench({ translationEnabled: false }).outcomes('RTADDR', SCALABLE)).not.toBe('undefined');
  });

  test('SSIRWE of RTADDR is a bit only with SSIRWS', () => {
    expect(new Bench().outcomes('RTADDR', 0x80n)).not.toBe('undefined');
    expect(new Bench({ values: { SSIRWS: 1 } }).outcomes('RTADDR', 0x80n)).toBe('undefined');
    expect(new Bench().mask('RTADDR')).toBe(0xff_ffff_fc00n);
    expect(new Bench({ values: { SSIRWS: 1 } }).mask('RTADDR')).toBe(0xff_ffff_fc80n);
  });

  test('QIE is cleared when the queue is empty and a wait came last; the head goes to 0, the tail stays', () => {
    expect(new Bench().outcomes('GCMD', TE)).toBe('undefined');
    expect(new Bench().submit(contextGlobal).outcomes('GCMD', TE)).toBe('undefined');
    const bench = new Bench().submit(contextGlobal, wait(FENCE)).write('GCMD', TE);
    expect(bench.values('IQH')).toEqual([0n]);
    expect(bench.values('IQT')).toEqual([0x20n]);
    expect(bench.values('GSTS')).toEqual([TE | SRTP]);
    expect(bench.outcomes('GCMD', TE | QIE)).toBe('undefined');
    bench
      .write('IQT', 0n)
      .write('IQA', QUEUE + 0x1000n)
      .write('GCMD', TE | QIE);
    expect(bench.submit(contextGlobal).values('IQH')).toEqual([0x10n]);
  });

  test('QIE is nothing without QI', () => {
    expect(new Bench({ values: { QI: 0 }, iqa: null }).outcomes('GCMD', TE | QIE)).toBe('undefined');
  });
});

describe('IQA', () => {
  test('reads as written, and is not changed while the queue is on', () => {
    const bench = new Bench({ iqa: null }).write('IQA', 0x1_2345_6805n | WIDE);
    expect(bench.values('IQA')).toEqual([0x1_2345_6805n]);
    expect(new Bench().outcomes('IQA', QUEUE | 1n)).toBe('undefined');
    expect(new Bench().outcomes('IQA', QUEUE)).not.toBe('undefined');
  });

  test('with bits above the host address width leaves the fetch undefined', () => {
    const bench = new Bench({ iqa: QUEUE | (1n << 50n) });
    expect(bench.outcomes('IQT', 0x10n)).toBe('undefined');
    expect(bench.mask('IQA')).toBe(0xff_ffff_f807n);
  });
});

describe('invalidation by registers', () => {
  const ICC = 1n << 63n;
  const bench = () => new Bench({ iqa: null });

  test('CCMD invalidates at the asked granularity or reports a coarser one, or refuses', () => {
    const outcomes = bench().outcomes('CCMD', ICC | (3n << 61n) | (2n << 32n) | (0x1234n << 16n) | 7n);
    if (outcomes === 'undefined') throw new RangeError('defined');
    expect(outcomes.map(({ effects }) => effects)).toEqual([
      [
        {
          effect: 'accepted',
          invalidation: { kind: 'context', granularity: 'device', did: 7, sourceId: 0x1234, functionMask: 2 },
        },
        { effect: 'completed' },
      ],
      [],
    ]);
    const beyond = bench().write('CCMD', ICC | (2n << 61n) | 0xf007n, 0);
    expect(beyond.effects[0]).toMatchObject({
      invalidation: { did: 7, ignoring: 'invalidation.descriptor.domain-width' },
    });
    const done = bench().write('CCMD', ICC | (3n << 61n), 0);
    expect(done.values('CCMD')).toEqual([1n, 2n, 3n].map((value) => value << 59n));
    expect(
      bench()
        .write('CCMD', ICC | (3n << 61n), 1)
        .values('CCMD'),
    ).toEqual([0n]);
    expect(
      bench()
        .write('CCMD', ICC | (1n << 61n), 0)
        .values('CCMD'),
    ).toEqual([1n << 59n]);
  });

  test('a unit that takes requests takes the next one too', () => {
    expect(
      bench()
        .write('CCMD', ICC | (1n << 61n), 0)
        .outcomes('IOTLB', ICC | (1n << 60n)),
    ).toHaveLength(1);
    expect(
      bench()
        .write('CCMD', ICC | (1n << 61n), 1)
        .outcomes('IOTLB', ICC | (1n << 60n)),
    ).toHaveLength(1);
  });

  test('the reserved granularity is refused', () => {
    expect(bench().write('CCMD', ICC).values('CCMD')).toEqual([0n]);
    expect(bench().write('IOTLB', ICC).values('IOTLB')).toEqual([0n]);
  });

  test('IOTLB takes address, mask and hint from IVA', () => {
    const done = bench().write('IVA', 0xffff_ffff_ffff_f043n);
    done.write('IOTLB', ICC | (3n << 60n) | (7n << 32n), 0);
    expect(done.effects[0]).toEqual({
      effect: 'accepted',
      invalidation: {
        kind: 'iotlb',
        granularity: 'page',
        did: 7,
        address: 0x7f_ffff_f000n,
        addressMask: 3,
        hint: true,
        ignoring: 'invalidation.descriptor.address-width',
      },
    });
    expect(done.values('IOTLB')).toEqual([1n, 2n, 3n].map((value) => value << 57n));
  });

  test('AM above MAMV is refused or done, also by a unit that takes other requests', () => {
    const taker = bench()
      .write('CCMD', ICC | (1n << 61n), 0)
      .write('IVA', 10n);
    expect(taker.outcomes('IOTLB', ICC | (3n << 60n))).toHaveLength(2);
    expect(taker.write('IVA', 9n).outcomes('IOTLB', ICC | (3n << 60n))).toHaveLength(1);
  });

  test('does nothing before ICC or IVT is set', () => {
    expect(bench().write('CCMD', 1n << 61n).effects).toEqual([]);
    expect(bench().write('IOTLB', 1n << 60n).effects).toEqual([]);
  });

  test('is refused outside of legacy mode, and undefined while the queue is on', () => {
    const scalable = new Bench({ iqa: null, rtaddr: SCALABLE });
    expect(scalable.write('CCMD', ICC | (1n << 61n)).values('CCMD')).toEqual([0n]);
    expect(new Bench().outcomes('CCMD', ICC | (1n << 61n))).toBe('undefined');
    expect(new Bench({ rtaddr: LEGACY }).outcomes('IOTLB', ICC | (1n << 60n))).toBe('undefined');
  });
});

describe('nothing is compared that is not defined', () => {
  test('registers of the queue without QI', () => {
    const bench = new Bench({ values: { QI: 0 }, iqa: null });
    for (const register of ['FSTS', 'IQH', 'IQT', 'IQA', 'ICS', 'IECTL', 'IQERCD'] as const)
      expect(bench.mask(register)).toBe(0n);
  });

  test('IQERCD while IQE is clear', () => {
    expect(new Bench().mask('IQERCD')).toBe(0n);
  });

  test('ICE and ITE without DT, and after a Device-TLB invalidation', () => {
    expect(new Bench().mask('FSTS')).toBe(0x10n);
    const bench = new Bench({ values: { DT: 1 } });
    expect(bench.mask('FSTS')).toBe(0x70n);
    expect(bench.submit([3n, 0n]).mask('FSTS')).toBe(0x10n);
  });
});

const known = new Set(rules.map(({ id }) => id));

test('any values in any registers, any bytes as descriptors: an outcome or nothing, never an exception', () => {
  const word = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: 0n, max: 0xfffn }));
  const step = fc.oneof(
    fc.record({ register: fc.constantFrom(...writableRegisters), value: word }),
    fc.record({ words: fc.array(word, { minLength: 2, maxLength: 4 }) }),
  );
  const setup = fc.record({
    values: fc.dictionary(
      fc.constantFrom('SMTS', 'ADMS', 'DT', 'DIT', 'PRS', 'PDS', 'HPTS', 'ESRTPS', 'QI', 'PSI'),
      fc.nat(1),
      { noNullPrototype: true },
    ),
    rtaddr: word,
    iqa: fc.oneof(fc.constant(null), word, fc.constantFrom(QUEUE, QUEUE | WIDE, 0xf_f001n)),
    translationEnabled: fc.boolean(),
    steps: fc.array(step, { maxLength: 8 }),
    way: fc.nat(3),
  });
  const result = fc.check(
    fc.property(setup, ({ steps, way, ...form }) => {
      const bench = new Bench(form);
      for (const drawn of steps) {
        const [register, value] =
          'register' in drawn
            ? ([drawn.register, drawn.value] as const)
            : (['IQT', bench.place([drawn.words])] as const);
        const outcomes = bench.outcomes(register, value);
        if (outcomes === 'undefined') return;
        expect(outcomes.length).toBeGreaterThan(0);
        bench.state = outcomes[way % outcomes.length]!.state;
        const unread = readableRegisters.filter((readable) => bench.values(readable).length === 0);
        const unknown = readableRegisters
          .flatMap((readable) => bench.rules(readable))
          .filter((rule) => !known.has(rule));
        expect([unread, unknown]).toEqual([[], []]);
      }
    }),
    { numRuns: 1000, seed: 4 },
  );
  expect(result.errorInstance).toBeNull();
});
