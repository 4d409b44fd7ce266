import { describe, expect, it } from 'vitest';
import type { CacheKind } from './configuration.ts';
import { iotlbInvalidation, permissionInvalidation, profileOf, Stream, wait } from './stream.fixture.ts';

const everything = profileOf('everything');
const PASS_THROUGH = 0x101n;
const only = (kind: CacheKind) => ({ caches: { [kind]: { sets: 1, ways: 8 } } });
type Descriptor = readonly bigint[];

describe('an HPT cache entry (6.5.2.7)', () => {
  const HPT = 0x30_0000n;
  const HOST = 0x1_2340_5000n;
  const DENIED = 0xa4n;
  /** DTE and HPTE; HPTSZ 3 reaches as far as the table; HPTDID 7. */
  const make = () => {
    const stream = new Stream(everything).scalable(0x24n, PASS_THROUGH, 5n, 0n, 0n, HPT | 3n, 7n);
    stream.put(HPT + 16n * (HOST >> 41n), 0n, 0x30_1001n);
    stream.put(0x30_1000n + 16n * ((HOST >> 33n) & 0xffn), 0n, 0x30_2001n);
    return stream.put(0x30_2000n + 16n * ((HOST >> 25n) & 0xffn), 0n, 0x30_3001n);
  };
  const request = { kind: 'translated', address: HOST, op: 'write' } as const;
  /** The permission of the page is in the entry of `level`; it is lost, or at level 4 its table is. */
  const run = (kind: CacheKind, level: number, descriptor: Descriptor) => {
    const places = [0n, 0x30_3000n, 0x30_2000n, 0x30_1000n, HPT];
    const shift = BigInt(9 + 8 * level);
    const place = (places[level] ?? 0n) + 16n * ((HOST >> shift) & 0xffn);
    const index = level === 1 ? (HOST >> 12n) & 31n : level === 2 ? (HOST >> 21n) & 15n : (HOST >> 30n) & 7n;
    const permission = 3n << (4n * (index & 15n));
    const words = index < 16n ? [permission, 0n] : [0n, permission];
    const stream = make();
    if (level === 4) {
      const leaf = 0x30_3000n + 16n * ((HOST >> 17n) & 0xffn);
      stream.put(leaf, 3n << (4n * ((HOST >> 12n) & 31n)), 0n).put(place, 0n, 0x30_1001n);
    } else stream.put(place, ...words);
    stream.request(request).store(place, 0n, 0n).request(request);
    stream.submit(descriptor, wait(1n)).request(request);
    const [first, stale, last] = stream.shown(only(kind));
    expect([first, stale]).toEqual([HOST, HOST]);
    expect([HOST, DENIED]).toContain(last);
    return last === DENIED;
  };
  const ih = (levels: bigint) => levels << 6n;

  it.each(['hostPermissionLeaf', 'hostPermission'] as const)(
    'goes with its domain down from the level that IH names (%s)',
    (kind) => {
      for (const level of [1, 2, 3]) {
        const gone = [0n, 1n, 2n, 3n].filter((hint) =>
          run(kind, level, permissionInvalidation(2n, 7, ih(hint))),
        );
        expect(gone).toEqual([0n, 1n, 2n, 3n].filter((hint) => Number(hint) + 1 >= level));
        expect(run(kind, level, permissionInvalidation(1n))).toBe(true);
        expect(run(kind, level, permissionInvalidation(2n, 6, ih(3n)))).toBe(false);
        expect(run(kind, level, permissionInvalidation(3n, 7, ih(3n) | HOST))).toBe(true);
        expect(run(kind, level, permissionInvalidation(3n, 7, ih(3n) | 0x7f_0000_0000n))).toBe(false);
        expect(run(kind, level, iotlbInvalidation(1n))).toBe(false);
      }
    },
  );
});
