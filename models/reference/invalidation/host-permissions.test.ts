import { describe, expect, test } from 'vitest';
import { answers, ask, at, complete, hpt, PAGE, store, type World } from './hand-made.fixture.ts';

const HPT_DID = 9;
/** Entries for the page, from level 4 to level 1. */
const table = [0x6_0000n, 0x6_1000n, 0x6_2000n, 0x6_3000n] as const;
/** Four bits for each page of 4 KiB: R and W. */
const permission = (rights: bigint): bigint => rights << 20n;
const READ = 1n;
const READ_WRITE = 3n;

/** HPTE is set; a request with PASID 7 in mind has its table of host permissions. */
function permissions(rights: bigint): World {
  const words: Record<string, bigint> = {
    [String(at.context)]: 0x3000n | (7n << 9n) | 0x3dn,
    [String(at.pasid + 32n)]: table[0],
    [String(at.pasid + 40n)]: BigInt(HPT_DID),
    [String(table[3])]: permission(rights),
  };
  for (const [index, entry] of table.slice(0, 3).entries()) {
    words[String(entry + 8n)] = (table[index + 1] ?? 0n) | 1n;
  }
  return { type: 'second-stage', words };
}

const translated = ask({ kind: 'translated' });
const written = ask({ kind: 'translated', op: 'write' });
const drop = (granularity: 'global' | 'domain' | 'page', levels: bigint, more = {}) =>
  complete(hpt(granularity, { did: HPT_DID, address: PAGE, levels, ...more }));

describe('host permissions that were taken away', () => {
  const allowed = permissions(READ_WRITE);
  const taken = store(table[3], permission(0n), 1n);

  test('are granted until they are invalidated', () => {
    expect(answers(allowed, translated)).toEqual([PAGE]);
    expect(answers(allowed, taken, translated)).toEqual(['HPT.6', PAGE]);
    expect(answers(allowed, taken, drop('page', 0n), translated)).toEqual(['HPT.6']);
    expect(answers(allowed, taken, drop('domain', 0n), translated)).toEqual(['HPT.6']);
    expect(answers(allowed, taken, drop('global', 0n), translated)).toEqual(['HPT.6']);
  });

  test('are granted after an invalidation of another domain or page', () => {
    const stale = ['HPT.6', PAGE];
    expect(answers(allowed, taken, drop('domain', 3n, { did: 8 }), translated)).toEqual(stale);
    expect(answers(allowed, taken, drop('page', 3n, { address: 0x100_0000n }), translated)).toEqual(stale);
  });

  test('are granted by upper tables until their level is invalidated as well', () => {
    const cut = store(table[1] + 8n, 0n);
    const stale = ['HPT.6', PAGE];
    expect(answers(allowed, cut, translated)).toEqual(stale);
    expect(answers(allowed, cut, drop('page', 0n), translated)).toEqual(stale);
    expect(answers(allowed, cut, drop('page', 1n), translated)).toEqual(stale);
    expect(answers(allowed, cut, drop('page', 2n), translated)).toEqual(['HPT.6']);
  });
});

describe('host permissions that were added', () => {
  test('may be missing until they are invalidated, whatever CM says', () => {
    const readable = permissions(READ);
    const added = store(table[3], permission(READ_WRITE));
    expect(answers(readable, added, written)).toEqual([PAGE, 'HPT.5']);
    expect(answers(readable, added, drop('page', 0n), written)).toEqual([PAGE]);
  });

  test('are not missing where the entry held nothing at all', () => {
    const none = permissions(0n);
    expect(answers(none, store(table[3], permission(READ)), translated)).toEqual([PAGE]);
  });
});
