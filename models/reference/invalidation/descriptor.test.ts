import { describe, expect, test } from 'vitest';
import type { CapabilityName } from '../../../spec/capabilities.ts';
import type { DescriptorName } from '../../../spec/invalidation/descriptors.ts';
import type { Profile } from '../../../spec/schema.ts';
import { Bench, EVERY_FORMAT, wideBench } from './queue.fixture.ts';

type Values = Readonly<Partial<Record<CapabilityName, number>>>;

/** IQEI codes that a slot may be refused with; empty when it is taken. */
function codes(slot: readonly bigint[], values?: Values, specRev?: Profile['specRev']): readonly number[] {
  const bench = wideBench(values, specRev).submit(slot);
  return bench.state.error === undefined ? [] : bench.values('IQERCD').map(Number);
}

/** One valid descriptor of each format. */
const valid: Readonly<Record<DescriptorName, readonly bigint[]>> = {
  context: [0x11n, 0n, 0n, 0n],
  iotlb: [0x12n, 0n, 0n, 0n],
  'device-tlb': [0x3n, 0n, 0n, 0n],
  'interrupt-entry': [0x4n, 0n, 0n, 0n],
  wait: [0x45n, 0n, 0n, 0n],
  'pasid-iotlb': [0x26n, 0n, 0n, 0n],
  pasid: [0x7n, 0n, 0n, 0n],
  'pasid-device-tlb': [0x8n, 0n, 0n, 0n],
  'page-group-response': [0x9n, 0n, 0n, 0n],
  'host-permission': [0x1an, 0n, 0n, 0n],
};

const setBit = (slot: readonly bigint[], index: number): readonly bigint[] =>
  slot.map((word, at) => (at === index >> 6 ? word | (1n << BigInt(index & 63)) : word));

describe.each(Object.entries(valid))('%s descriptor', (name, slot) => {
  test('is taken', () => {
    expect(codes(slot)).toEqual([]);
  });

  test('is refused with code 3 when a bit of 11:9 is set: it is another type', () => {
    for (const bit of [9, 10, 11]) expect(codes(setBit(slot, bit))).toEqual([0, 3]);
  });

  test('is refused with code 4 or as a wrong upper half when a bit of 255:128 is set', () => {
    const wideFormat = ['pasid-iotlb', 'pasid', 'pasid-device-tlb', 'page-group-response', 'host-permission'];
    for (let bit = 128; bit < 256; bit++)
      expect(codes(setBit(slot, bit))).toEqual(wideFormat.includes(name) ? [0, 4] : [0, 3, 4]);
  });
});

/** Values of G that are not reserved (6.5.2). */
const granularities: Readonly<Partial<Record<DescriptorName, readonly number[]>>> = {
  context: [1, 2, 3],
  iotlb: [1, 2, 3],
  'pasid-iotlb': [2, 3],
  pasid: [0, 1, 3],
  'host-permission': [1, 2, 3],
};

/** Reserved bits below 128, by hand from the figures of 6.5.2 and 7.6.1. */
const reserved: readonly (readonly [DescriptorName, readonly (readonly [high: number, low: number])[]])[] = [
  [
    'context',
    [
      [8, 6],
      [15, 12],
      [127, 50],
    ],
  ],
  [
    'iotlb',
    [
      [8, 8],
      [15, 12],
      [63, 32],
      [75, 71],
    ],
  ],
  [
    'device-tlb',
    [
      [8, 4],
      [31, 21],
      [51, 48],
      [75, 65],
    ],
  ],
  [
    'interrupt-entry',
    [
      [8, 5],
      [26, 12],
      [127, 48],
    ],
  ],
  [
    'wait',
    [
      [8, 8],
      [31, 12],
      [65, 64],
    ],
  ],
  [
    'pasid-iotlb',
    [
      [8, 6],
      [15, 12],
      [63, 52],
      [75, 71],
    ],
  ],
  [
    'pasid',
    [
      [8, 6],
      [15, 12],
      [127, 52],
    ],
  ],
  ['pasid-device-tlb', [[74, 65]]],
  [
    'page-group-response',
    [
      [8, 5],
      [63, 52],
      [65, 64],
      [127, 76],
    ],
  ],
  [
    'host-permission',
    [
      [8, 6],
      [15, 12],
      [63, 32],
      [75, 72],
    ],
  ],
];

test.each(reserved)(
  'every reserved bit of a %s descriptor is refused with code 4, every other is not',
  (name, ranges) => {
    const refused = Array.from({ length: 128 }, (_, bit) => bit).filter((bit) => {
      const isType = bit < 4 || (bit >= 9 && bit <= 11);
      const isGranularity = name in granularities && (bit === 4 || bit === 5);
      // AM, IM and RC have values of which it is not said what comes of them.
      const isDoubtful =
        (name === 'iotlb' && bit >= 64 && bit < 70) ||
        (name === 'page-group-response' && bit >= 12 && bit < 16);
      if (isType || isGranularity || isDoubtful || (name === 'interrupt-entry' && bit === 31)) return false;
      return codes(setBit(valid[name], bit)).includes(4);
    });
    const named = ranges.flatMap(([high, low]) =>
      Array.from({ length: high - low + 1 }, (_, at) => low + at),
    );
    expect(refused).toEqual(named);
  },
);

test.each(Object.entries(granularities))('a %s descriptor is taken with G one of %j only', (name, good) => {
  const word = (valid[name as DescriptorName][0] ?? 0n) & ~0x30n;
  for (let granularity = 0; granularity < 4; granularity++) {
    const slot = [word | BigInt(granularity << 4), 0n, 0n, 0n];
    expect(codes(slot)).toEqual(good.includes(granularity) ? [] : [0, 3, 4]);
  }
});

describe('a unit that lacks a capability refuses', () => {
  test.each([
    ['Device-TLB invalidation', 'device-tlb', { DT: 0 }, [0, 3]],
    ['PASID-based Device-TLB invalidation', 'pasid-device-tlb', { DT: 0 }, [0, 3]],
    ['page group responses', 'page-group-response', { PRS: 0 }, [0, 3, 4]],
    ['HPT invalidation', 'host-permission', { HPTS: 0 }, [0, 3]],
  ] as const)('%s', (_, name, values, expected) => {
    expect(codes(valid[name], { ...EVERY_FORMAT, ...values })).toEqual(expected);
  });

  test('page-selective IOTLB invalidation without PSI, and takes the others', () => {
    const values = { ...EVERY_FORMAT, PSI: 0, MAMV: 0 };
    expect(codes([0x32n, 0n], values)).toEqual([0, 3, 4]);
    expect(codes([0x22n, 0n], values)).toEqual([]);
    expect(codes([0x36n, 0n, 0n, 0n], values)).toEqual([]);
  });

  test('PD of a wait without PDS', () => {
    expect(codes([0xc5n, 0n], { ...EVERY_FORMAT, PDS: 0 })).toEqual([0, 4]);
    expect(codes([0xc5n, 0n])).toEqual([]);
  });

  test('PFSID without DIT', () => {
    expect(codes([0x1003n, 0n], { ...EVERY_FORMAT, DIT: 0 })).toEqual([0, 4]);
    expect(codes([0x1003n, 0n])).toEqual([]);
  });
});

describe('what is not stated is taken or refused', () => {
  const ways = (
    slot: readonly bigint[],
    specRev?: Profile['specRev'],
    values: typeof EVERY_FORMAT = { ...EVERY_FORMAT, MHMV: 3 },
  ): number => {
    const bench = wideBench(values, specRev);
    const outcomes = bench.outcomes('IQT', bench.place([slot]));
    return outcomes === 'undefined' ? 0 : outcomes.length;
  };
  test('AM above MAMV', () => {
    expect(ways([0x32n, 9n])).toBe(1);
    expect(ways([0x32n, 10n])).toBe(2);
    expect(ways([0x36n, 63n, 0n, 0n])).toBe(1);
    expect(ways([0x3an, 63n, 0n, 0n])).toBe(1);
  });
  test('IM above MHMV', () => {
    expect(ways([0x1800_0014n, 0n])).toBe(1);
    expect(ways([0x2000_0014n, 0n])).toBe(2);
  });
  test('interrupt entry cache invalidation by a unit without interrupt remapping', () => {
    const values = { ...EVERY_FORMAT, IR: 0, MHMV: 0 };
    expect(ways([4n, 0n], '5.10', values)).toBe(2);
    expect(codes([0x24n, 0n], values)).toEqual([0, 3, 4]);
    expect(codes([0x24n, 0n])).toEqual([0, 4]);
  });
  test('response codes without a name', () => {
    expect([0n, 1n, 2n, 15n].map((code) => ways([0x9n | (code << 12n), 0n, 0n, 0n]))).toEqual([1, 1, 2, 1]);
  });
  test('a legacy context-cache invalidation by a domain id wider than ND is not followed', () => {
    const legacy = new Bench();
    expect(legacy.outcomes('IQT', legacy.place([[0x100_0021n, 0n]]))).toBe('undefined');
    expect(legacy.outcomes('IQT', legacy.place([[0x100_0011n, 0n]]))).not.toBe('undefined');
    expect(ways([0x100_0021n, 0n])).toBe(1);
  });
  test('bit 66 of a page group response before revision 5.10', () => {
    expect(ways([9n, 4n, 0n, 0n])).toBe(1);
    expect(ways([9n, 4n, 0n, 0n], '5.0')).toBe(2);
  });
});
