import { describe, expect, it } from 'vitest';
import type { CacheKind } from './configuration.ts';
import {
  CONTEXT,
  contextInvalidation,
  everything,
  FIRST_TOP,
  HINT,
  iotlbInvalidation,
  NEW,
  OLD,
  PASID_TABLE,
  pasidInvalidation,
  pasidIotlbInvalidation,
  permissionInvalidation,
  SECOND,
  SECOND_TOP,
  Stream,
  wait,
} from './stream.fixture.ts';

const IOVA = 0x40_3000n;
/** Flags A and D of second and first stage, and rights. */
const SECOND_LEAF = 0x303n;
const FIRST_LEAF = 0x67n;
const UPPER = 0x27n;
const SECOND_UPPER = 0x103n;
/** PGTT with P; AW of 4 levels. */
const FIRST = 0x41n;
const NESTED = 0xc9n;
const PASS_THROUGH = 0x101n;
const only = (kind: CacheKind) => ({ caches: { [kind]: { sets: 1, ways: 8 } } });

const dids = { did: 5, pasid: 0n };
type Descriptor = readonly bigint[];

/** Descriptors by what they are, for an entry of domain 5 and PASID 0. */
const descriptors: Readonly<Record<string, Descriptor>> = {
  'cc g': contextInvalidation(1n),
  'pc g': pasidInvalidation(3n),
  'io g': iotlbInvalidation(1n),
  'io d': iotlbInvalidation(2n, 5),
  'io d, other domain': iotlbInvalidation(2n, 6),
  'io p': iotlbInvalidation(3n, 5, IOVA),
  'io p, hint': iotlbInvalidation(3n, 5, IOVA | HINT),
  'io p, other domain': iotlbInvalidation(3n, 6, IOVA),
  'io p, next page': iotlbInvalidation(3n, 5, IOVA + 0x1000n),
  'io p, mask 1 from the page before': iotlbInvalidation(3n, 5, (IOVA - 0x1000n) | 1n),
  'io p, far away': iotlbInvalidation(3n, 5, 0x7f_0000_0000n),
  'io p, mask beyond MAMV': iotlbInvalidation(3n, 5, 0x7f_0000_0000n | 63n),
  pio: pasidIotlbInvalidation(2n, 5, 0n),
  'pio, other PASID': pasidIotlbInvalidation(2n, 5, 1n),
  'pio, other domain': pasidIotlbInvalidation(2n, 6, 0n),
  'pio p': pasidIotlbInvalidation(3n, 5, 0n, IOVA),
  'pio p, hint': pasidIotlbInvalidation(3n, 5, 0n, IOVA | HINT),
  'pio p, other PASID': pasidIotlbInvalidation(3n, 5, 1n, IOVA),
  'pio p, next page': pasidIotlbInvalidation(3n, 5, 0n, IOVA + 0x1000n),
  'pio p, far away': pasidIotlbInvalidation(3n, 5, 0n, 0x7f_0000_0000n),
  'hpt g': permissionInvalidation(1n),
};

/** Those that make an end of what was cached: the second request sees the tables as they are now. */
function dropping(kind: CacheKind, make: () => Stream, change: (stream: Stream) => Stream): string[] {
  return Object.entries(descriptors)
    .filter(([, descriptor]) => {
      const stream = change(make().request({ address: IOVA })).request({ address: IOVA });
      stream.submit(descriptor, wait(1n)).request({ address: IOVA });
      const [first, stale, last] = stream.shown(only(kind));
      expect([first, stale]).toEqual([OLD, OLD]);
      expect([OLD, NEW]).toContain(last);
      return last === NEW;
    })
    .map(([name]) => name);
}

const secondStage = (pgtt: bigint) =>
  new Stream(everything).scalable(0n, SECOND_TOP | pgtt, BigInt(dids.did), FIRST_TOP);

describe('an IOTLB entry (Tables 23 and 24)', () => {
  const byDomain = ['io g', 'io d', 'io p, mask beyond MAMV', 'pio'];
  /** First-stage addresses are not told apart by second-stage ones: any page of the domain will do. */
  const byAnyPage = [
    'io p',
    'io p, hint',
    'io p, next page',
    'io p, far away',
    'io p, mask 1 from the page before',
  ];

  it('of second stage goes with its domain, its pages, and its PASID', () => {
    let leaf = 0n;
    const make = () => {
      const stream = secondStage(SECOND);
      leaf = stream.map(SECOND_TOP, IOVA, OLD | SECOND_LEAF, SECOND_UPPER).get(1) ?? 0n;
      return stream;
    };
    const gone = dropping('iotlb', make, (stream) => stream.store(leaf, NEW | SECOND_LEAF));
    expect(gone.sort()).toEqual(
      [...byDomain, 'io p', 'io p, hint', 'io p, mask 1 from the page before'].sort(),
    );
  });

  it('of first stage goes with any page of its domain, and with its page in its PASID', () => {
    let leaf = 0n;
    const make = () => {
      const stream = secondStage(FIRST);
      leaf = stream.map(FIRST_TOP, IOVA, OLD | FIRST_LEAF, UPPER).get(1) ?? 0n;
      return stream;
    };
    const gone = dropping('iotlb', make, (stream) => stream.store(leaf, NEW | FIRST_LEAF));
    expect(gone.sort()).toEqual([...byDomain, ...byAnyPage, 'pio p', 'pio p, hint'].sort());
  });

  it('of nesting goes like one of first stage', () => {
    let leaf = 0n;
    const make = () => {
      const stream = secondStage(NESTED);
      // Second stage is the identity for the first gigabyte.
      stream.map(SECOND_TOP, 0n, 0x383n, SECOND_UPPER, 3);
      leaf = stream.map(FIRST_TOP, IOVA, OLD | FIRST_LEAF, UPPER).get(1) ?? 0n;
      return stream;
    };
    const gone = dropping('iotlb', make, (stream) => stream.store(leaf, NEW | FIRST_LEAF));
    expect(gone.sort()).toEqual([...byDomain, ...byAnyPage, 'pio p', 'pio p, hint'].sort());
  });

  it('of pass-through goes like one of second stage', () => {
    // What was passed through is translated after the change.
    const make = () => {
      const stream = new Stream(everything).scalable(0n, SECOND_TOP | PASS_THROUGH, 5n);
      stream.map(SECOND_TOP, IOVA, NEW | SECOND_LEAF, SECOND_UPPER);
      return stream;
    };
    for (const [name, descriptor] of Object.entries(descriptors)) {
      const stream = make()
        .request({ address: IOVA })
        .store(PASID_TABLE, SECOND_TOP | SECOND, 5n);
      stream.request({ address: IOVA }).submit(descriptor, wait(1n)).request({ address: IOVA });
      const gone = stream.shown(only('iotlb'))[2] === NEW;
      const named = [...byDomain, 'io p', 'io p, hint', 'io p, mask 1 from the page before'];
      expect([name, gone]).toEqual([name, named.includes(name)]);
    }
  });

  it('for a large page goes with any 4 KiB of it, unless it was fractured', () => {
    const large = () => {
      const stream = secondStage(SECOND);
      const leaf = stream
        .map(SECOND_TOP, 0x40_0000n, 0x80_0000n | SECOND_LEAF | 0x80n, SECOND_UPPER, 2)
        .get(2);
      return stream
        .request({ address: IOVA })
        .store(leaf ?? 0n, 0xa0_0000n | SECOND_LEAF | 0x80n)
        .submit(iotlbInvalidation(3n, 5, 0x41_0000n), wait(1n))
        .request({ address: IOVA });
    };
    expect(large().shown(only('iotlb'))).toEqual([0x80_3000n, 0xa0_3000n]);
    expect(large().shown({ ...only('iotlb'), largePages: 'fractured' })).toEqual([0x80_3000n, 0x80_3000n]);
  });
});

describe('a structure-cache entry (Tables 23 and 24)', () => {
  it('of second stage goes with its domain and, without the hint, with pages below it', () => {
    for (const [level, within] of [
      [2, ['io p, next page', 'io p, mask 1 from the page before']],
      [3, ['io p, next page', 'io p, mask 1 from the page before']],
    ] as const) {
      let place = 0n;
      let table = 0n;
      const make = () => {
        const stream = secondStage(SECOND);
        place = stream.map(SECOND_TOP, IOVA, OLD | SECOND_LEAF, SECOND_UPPER).get(level) ?? 0n;
        table = 0x20_0000n;
        // Another table below the entry, which leads elsewhere.
        if (level === 3) stream.put(table + 8n * (IOVA >> 21n), 0x20_1000n | SECOND_UPPER);
        const last = level === 3 ? 0x20_1000n : table;
        return stream.put(last + 8n * ((IOVA >> 12n) & 511n), NEW | SECOND_LEAF);
      };
      const gone = dropping('secondStage', make, (stream) => stream.store(place, table | SECOND_UPPER));
      const all = ['io g', 'io d', 'io p', 'io p, mask beyond MAMV', ...within];
      expect(gone.sort()).toEqual(all.sort());
    }
  });

  it.each(['firstStage', 'combined'] as const)(
    'of first stage goes with its PASID and pages (%s)',
    (kind) => {
      let place = 0n;
      const make = () => {
        const stream = secondStage(kind === 'combined' ? NESTED : FIRST);
        if (kind === 'combined') stream.map(SECOND_TOP, 0n, 0x383n, SECOND_UPPER, 3);
        place = stream.map(FIRST_TOP, IOVA, OLD | FIRST_LEAF, UPPER).get(2) ?? 0n;
        return stream.put(0x20_0000n + 8n * ((IOVA >> 12n) & 511n), NEW | FIRST_LEAF);
      };
      const gone = dropping(kind, make, (stream) => stream.store(place, 0x20_0000n | UPPER));
      const all = Object.keys(descriptors).filter((name) => /^p?io/.test(name));
      const kept = [
        ...['io d, other domain', 'io p, other domain', 'pio, other PASID', 'pio, other domain'],
        ...['pio p, hint', 'pio p, other PASID', 'pio p, far away'],
      ];
      expect(gone.sort()).toEqual(all.filter((name) => !kept.includes(name)).sort());
    },
  );

  it('of a high first-stage address is found whatever bits above its width a descriptor has', () => {
    const address = 0xffff_ffff_ffff_f000n;
    for (const named of [address, address & 0xffff_ffff_f000n]) {
      const stream = secondStage(FIRST);
      const leaf = stream.map(FIRST_TOP, address, OLD | FIRST_LEAF, UPPER).get(1) ?? 0n;
      stream.request({ address }).store(leaf, NEW | FIRST_LEAF);
      stream.submit(pasidIotlbInvalidation(3n, 5, 0n, named), wait(1n)).request({ address });
      expect(stream.shown()).toEqual([OLD, NEW]);
    }
  });
});

describe('a context-cache entry (6.5.2.1)', () => {
  const DEVICE = 0x0bn;
  const run = (mode: 'legacy' | 'scalable', descriptor: Descriptor) => {
    const place = CONTEXT + DEVICE * (mode === 'legacy' ? 16n : 32n);
    const stream = mode === 'legacy' ? new Stream(everything).legacy(0n, 0n) : secondStage(PASS_THROUGH);
    // Pass-through, then not present.
    stream.put(place, mode === 'legacy' ? 0x9n : 0x3001n, mode === 'legacy' ? 0x502n : 0n);
    stream
      .request({ sourceId: Number(DEVICE) })
      .store(place, 0n)
      .request({ sourceId: Number(DEVICE) });
    stream.submit(descriptor, wait(1n)).request({ sourceId: Number(DEVICE) });
    const [first, stale, last] = stream.shown(only('context'));
    expect([first, stale]).toEqual([0n, 0n]);
    return last !== 0n;
  };

  it('goes in legacy mode with its domain or, in its domain, with its device', () => {
    expect(run('legacy', contextInvalidation(1n))).toBe(true);
    expect(run('legacy', contextInvalidation(2n, 5))).toBe(true);
    expect(run('legacy', contextInvalidation(2n, 6))).toBe(false);
    expect(run('legacy', contextInvalidation(3n, 5, DEVICE))).toBe(true);
    expect(run('legacy', contextInvalidation(3n, 6, DEVICE))).toBe(false);
    expect(run('legacy', contextInvalidation(3n, 5, DEVICE ^ 0x8n))).toBe(false);
    expect(run('legacy', iotlbInvalidation(1n))).toBe(false);
  });

  it('goes in scalable mode with every domain, and with its device whatever the domain', () => {
    expect(run('scalable', contextInvalidation(2n, 6))).toBe(true);
    expect(run('scalable', contextInvalidation(3n, 6, DEVICE))).toBe(true);
    expect(run('scalable', contextInvalidation(3n, 5, DEVICE ^ 0x8n))).toBe(false);
    expect(run('scalable', pasidInvalidation(3n))).toBe(false);
  });

  it('goes with the functions that the mask leaves out (Table 21)', () => {
    const masked = (flip: bigint) =>
      [0n, 1n, 2n, 3n].filter((mask) => run('legacy', contextInvalidation(3n, 5, DEVICE ^ flip, mask)));
    expect(masked(0n)).toEqual([0n, 1n, 2n, 3n]);
    expect(masked(4n)).toEqual([1n, 2n, 3n]);
    expect(masked(2n)).toEqual([2n, 3n]);
    expect(masked(6n)).toEqual([2n, 3n]);
    expect(masked(1n)).toEqual([3n]);
    expect(masked(8n)).toEqual([]);
  });
});

describe('a PASID-cache entry (6.5.2.2)', () => {
  const run = (descriptor: Descriptor, pasidInvalidation: 'drop' | 'synchronize') => {
    const stream = secondStage(PASS_THROUGH).request({ address: IOVA }).store(PASID_TABLE, 0n, 0n);
    stream.request({ address: IOVA }).submit(descriptor, wait(1n)).request({ address: IOVA });
    const [first, stale, last] = stream.shown({ ...only('pasid'), pasidInvalidation });
    expect([first, stale]).toEqual([IOVA, IOVA]);
    return last !== IOVA;
  };

  it.each(['drop', 'synchronize'] as const)(
    'goes with its domain, with its PASID in it, and with all (%s)',
    (way) => {
      expect(run(pasidInvalidation(3n), way)).toBe(true);
      expect(run(pasidInvalidation(0n, 5), way)).toBe(true);
      expect(run(pasidInvalidation(0n, 5, 9n), way)).toBe(true);
      expect(run(pasidInvalidation(0n, 6), way)).toBe(false);
      expect(run(pasidInvalidation(1n, 5, 0n), way)).toBe(true);
      expect(run(pasidInvalidation(1n, 5, 1n), way)).toBe(false);
      expect(run(pasidInvalidation(1n, 6, 0n), way)).toBe(false);
      expect(run(contextInvalidation(1n), way)).toBe(false);
      expect(run(iotlbInvalidation(1n), way)).toBe(false);
    },
  );
});
