/** First stage, nesting and PASIDs on tables written by hand: what the manual says, both models answer. */
import { describe, expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { judgeTranslation } from './judge.ts';
import { FIRST_STAGE_PLAIN, PAGE_SIZE, PRESENT, READ, Tables, USER, WRITE } from './tables.fixture.ts';

const everything = namedProfile('everything') as Profile;
const FIRST_STAGE = 0x41n;
const NESTED_48 = 0xc9n;
const NESTED_39 = 0xc5n;
const SSADE = 0x200n;
const SNOOPED = 0x80_0000n;
const SUPERVISOR = 1n;
const FIVE_LEVELS = 4n;
const WRITE_PROTECT = 0x10n;
const ACCESSED = 0x20n;
const EXTENDED_ACCESSED = 0x80n;
const TOP = 0x8_0000n;
const DATA = 0x20_0000n;

test('a unit that keeps second-stage flags may count each access to a first-stage table as a write (3.8.1)', () => {
  const tables = new Tables(everything).scalable().pasid(0, NESTED_48 | SSADE | TOP, SNOOPED);
  const { at } = tables.map(TOP, 4, 0n, DATA | READ | WRITE, { upper: READ | WRITE });
  // The first-stage table at guest address 0 is empty, so that nothing is written.
  const testCase = tables.asCase({});
  const answer = (bits: bigint): TranslationObservation => ({
    results: [{ outcome: 'blocked', code: 0x71, record: { code: 0x71 } }],
    memory: [{ address: at.get(1) as bigint, value: DATA | READ | WRITE | bits }],
  });
  expect(judgeTranslation(testCase, answer(0x300n)).mismatches).toEqual([]);
  expect(judgeTranslation(testCase, answer(0x400n)).mismatches).toMatchObject([{ aspect: 'memory' }]);
});

test('a zero-length read that first stage lets read only may be refused by second stage as any read (3.14)', () => {
  const tables = new Tables(everything).scalable().pasid(0, NESTED_39 | TOP, SNOOPED);
  // First-stage tables at guest addresses 0 and 1000h can be read; the page, at 1 GiB, has a table that can be written.
  const { at } = tables.map(TOP, 3, 0n, 0x9000n | READ, { upper: READ });
  tables.set((at.get(1) as bigint) + 8n, 0xa000n | READ).set((at.get(3) as bigint) + 8n, WRITE);
  tables.set(0x9000n, 0x1000n | PRESENT | USER | ACCESSED);
  tables.set(0xa000n, (1n << 30n) | PAGE_SIZE | PRESENT | USER | ACCESSED);
  const testCase = tables.asCase({ op: 'zero-length-read' });
  const refused = (code: number) => ({ results: [{ outcome: 'blocked' as const, code, record: { code } }] });
  for (const code of [0x79, 0x86]) expect(judgeTranslation(testCase, refused(code)).mismatches).toEqual([]);
  expect(judgeTranslation(testCase, refused(0x85)).mismatches).toMatchObject([{ rule: 'SSS.2' }]);
});

describe.each([reference, optimized])('the $name model', ({ run }) => {
  /** The answer, which the judge has nothing against. */
  const answer = (testCase: TranslationCase): TranslationObservation => {
    const observation = run(testCase) as TranslationObservation;
    expect(judgeTranslation(testCase, observation).mismatches).toEqual([]);
    return observation;
  };
  const first = (testCase: TranslationCase) => answer(testCase).results[0];
  const firstStage = (third = 0n): Tables =>
    new Tables(everything).scalable().pasid(0, FIRST_STAGE, SNOOPED, TOP | third);

  describe('first stage', () => {
    test.each([
      [4, 1, 12],
      [4, 2, 21],
      [4, 3, 30],
      [5, 1, 12],
      [5, 2, 21],
      [5, 3, 30],
    ])('%i levels down to a page at level %i of 2^%i bytes', (levels, last, pageBits) => {
      const tables = firstStage(levels === 5 ? FIVE_LEVELS : 0n);
      const leaf = (1n << 30n) | FIRST_STAGE_PLAIN | (last > 1 ? PAGE_SIZE : 0n);
      tables.map(TOP, levels, 0x1234_5678n, leaf, { last });
      const within = 0x1234_5678n & ((1n << BigInt(pageBits)) - 1n);
      expect(first(tables.asCase({ address: 0x1234_5678n }))).toMatchObject({
        outcome: 'translated',
        address: (1n << 30n) | within,
        pageBits,
        read: true,
        write: true,
      });
    });

    test('a negative canonical address is translated, one that is not canonical is not', () => {
      const tables = firstStage();
      tables.map(TOP, 4, 0xffff_8000_0000_0000n, DATA | FIRST_STAGE_PLAIN);
      expect(first(tables.asCase({ address: 0xffff_8000_0000_0000n }))).toMatchObject({ address: DATA });
      expect(first(tables.asCase({ address: 0x8000_0000_0000n }))).toMatchObject({ code: 0x80 });
      expect(first(tables.asCase({ address: 0xfffe_8000_0000_0000n }))).toMatchObject({ code: 0x80 });
    });

    test.each([
      ['an entry that is not present', 0n, 'read', 0x71],
      ['a supervisor page', DATA | PRESENT | WRITE, 'read', 0x81],
      ['a write to a page that can be read only', DATA | PRESENT | USER, 'write', 0x85],
      ['an atomic on a page that can be read only', DATA | PRESENT | USER, 'atomic', 0x85],
    ] as const)('%s is refused', (_what, leaf, op, code) => {
      const tables = firstStage();
      tables.map(TOP, 4, 0n, leaf);
      expect(first(tables.asCase({ op }))).toMatchObject({ outcome: 'blocked', code, record: { code } });
    });

    test('a reserved bit of a large page is refused', () => {
      const tables = firstStage();
      tables.map(TOP, 4, 0n, DATA | 0x2000n | PAGE_SIZE | FIRST_STAGE_PLAIN, { last: 2 });
      expect(first(tables.asCase({}))).toMatchObject({ code: 0x72 });
    });

    test('rights are those that every level grants', () => {
      const tables = firstStage();
      const { at } = tables.map(TOP, 4, 0n, DATA | FIRST_STAGE_PLAIN);
      const place = at.get(3) as bigint;
      tables.set(place, (tables.words.get(place) as bigint) & ~WRITE);
      expect(first(tables.asCase({ op: 'write' }))).toMatchObject({ code: 0x85 });
      expect(first(tables.asCase({ op: 'read' }))).toMatchObject({ read: true, write: false });
    });

    test('tables that memory does not answer for: the top one has a code of its own', () => {
      const hole = 0x9000_0000n;
      expect(
        first(new Tables(everything).scalable().pasid(0, FIRST_STAGE, SNOOPED, hole).asCase({})),
      ).toMatchObject({
        code: 0x73,
      });
      const lower = firstStage().set(TOP, hole | FIRST_STAGE_PLAIN);
      expect(first(lower.asCase({}))).toMatchObject({ code: 0x70 });
    });

    test('flags are set on the way, D by writes only, EA with EAFE', () => {
      const tables = firstStage(EXTENDED_ACCESSED);
      const { at } = tables.map(TOP, 4, 0n, DATA | FIRST_STAGE_PLAIN);
      const flagsAfter = (op: 'read' | 'write') =>
        answer(tables.asCase({ op })).memory?.map(({ value }) => value & 0x460n);
      expect(flagsAfter('read')).toEqual([0x420n, 0x420n, 0x420n, 0x420n]);
      const leaf = at.get(1) as bigint;
      const written = answer(tables.asCase({ op: 'write' })).memory;
      expect(written?.find(({ address }) => address === leaf)?.value).toBe(DATA | FIRST_STAGE_PLAIN | 0x460n);
    });

    test('a flag that must be set where the walk is not snooped is a fault, a flag that is set is not', () => {
      const accessed = FIRST_STAGE_PLAIN | 0x20n;
      const tables = new Tables(everything).scalable().pasid(0, FIRST_STAGE, 0n, TOP);
      tables.map(TOP, 4, 0n, DATA | accessed, { upper: accessed });
      expect(first(tables.asCase({ op: 'read' }))).toMatchObject({ outcome: 'translated' });
      expect(first(tables.asCase({ op: 'write' }))).toMatchObject({ code: 0x90 });
    });

    test('a flag that the request before has set is none that must be set', () => {
      const tables = new Tables(everything)
        .scalable(8n, 1n)
        .pasid(7, FIRST_STAGE, SNOOPED, TOP)
        .pasid(9, FIRST_STAGE, 0n, TOP);
      tables.map(TOP, 4, 0n, DATA | FIRST_STAGE_PLAIN);
      expect(first(tables.asCase({ pasid: 9 }))).toMatchObject({ code: 0x90 });
      const { results } = answer(tables.asCase({ pasid: 7 }, { pasid: 9 }));
      expect(results).toMatchObject([{ address: DATA }, { address: DATA }]);
    });
  });

  describe('supervisor privilege', () => {
    const tablesOf = (third: bigint): Tables => {
      const tables = new Tables(everything).scalable(8n, 1n).pasid(7, FIRST_STAGE, SNOOPED, TOP | third);
      tables.map(TOP, 4, 0n, DATA | PRESENT);
      return tables;
    };
    test.each([
      ['without SRE a request that asks for it is refused', 0n, 'read', 0x5d],
      ['with SRE it reads supervisor pages', SUPERVISOR, 'read', undefined],
      ['without WPE it writes pages that can be read only', SUPERVISOR, 'write', undefined],
      ['with WPE it does not', SUPERVISOR | WRITE_PROTECT, 'write', 0x85],
    ] as const)('%s', (_what, third, op, code) => {
      const result = first(tablesOf(third).asCase({ op, pasid: 7, privileged: true }));
      if (code === undefined) expect(result).toMatchObject({ outcome: 'translated', address: DATA });
      else expect(result).toMatchObject({ code, record: { pasidPresent: true, pasid: 7, privileged: true } });
    });
  });

  describe('requests with PASID', () => {
    const tablesOf = (flags: bigint, requester = 1n): Tables =>
      new Tables(everything).scalable(flags, requester).pasid(7, 0x101n).pasid(0, 0x101n);
    test.each([
      ['need PASIDE', 0n, 7, 0x45],
      ['go by the entry of their PASID', 8n, 7, undefined],
      ['are refused beyond the directory', 8n, 0x2000, 0x46],
      ['are refused with the PASID of requests without', 8n, 1, 0x48],
    ] as const)('%s', (_what, flags, pasid, code) => {
      const result = first(tablesOf(flags).asCase({ pasid }));
      if (code === undefined) expect(result).toMatchObject({ outcome: 'translated' });
      else expect(result).toMatchObject({ code });
    });

    test('are refused in legacy mode', () => {
      const legacy = new Tables(everything).legacy(0x9n, 3n);
      expect(first(legacy.asCase({ pasid: 7 }))).toMatchObject({ code: 0x31 });
    });
  });

  describe('nesting', () => {
    const GUEST_TABLES = 0x4000_0000n;
    const HOST = 0x30_0000n;
    /** Guest tables at 1 GiB lie in host memory from 3 MiB, the guest page 0 at 2 MiB. */
    const nested = ({
      first = NESTED_48,
      tableRights = READ | WRITE,
      dataRights = READ | WRITE,
    } = {}): Tables => {
      const tables = new Tables(everything).scalable().pasid(0, first | TOP, SNOOPED, GUEST_TABLES);
      const levels = first === NESTED_39 ? 3 : 4;
      const upper = READ | WRITE;
      for (let page = 0n; page < 4n; page++) {
        const [guest, host] = [GUEST_TABLES + (page << 12n), HOST + (page << 12n)];
        tables.map(TOP, levels, guest, host | tableRights, { upper });
        const next = page === 3n ? 0n : guest + 0x1000n;
        tables.set(host, next | FIRST_STAGE_PLAIN);
      }
      tables.map(TOP, levels, 0n, DATA | dataRights, { upper });
      return tables;
    };

    test('goes through both stages', () => {
      expect(first(nested().asCase({ address: 0x123n, op: 'write' }))).toMatchObject({
        outcome: 'translated',
        address: DATA | 0x123n,
        pageBits: 12,
        read: true,
        write: true,
      });
    });

    test.each([
      ['a first-stage table that can not be read', { tableRights: WRITE }, 'read', 0x75],
      ['a first-stage table that is not mapped', { tableRights: 0n }, 'read', 0x79],
      ['a first-stage flag that can not be written', { tableRights: READ }, 'read', 0x77],
      ['a page that can not be written', { dataRights: READ }, 'write', 0x85],
      ['a page that can not be read', { dataRights: WRITE }, 'read', 0x86],
      ['a page that is not mapped', { dataRights: 0n }, 'read', 0x79],
    ] as const)('%s is refused', (_what, options, op, code) => {
      expect(first(nested(options).asCase({ op }))).toMatchObject({ outcome: 'blocked', code });
    });

    test('the address in a first-stage entry must be within reach of the second stage', () => {
      const tables = nested({ first: NESTED_39 });
      tables.set(HOST + 0x3000n, (1n << 40n) | FIRST_STAGE_PLAIN);
      expect(first(tables.asCase({}))).toMatchObject({ code: 0x74 });
    });

    test('second-stage flags are set for tables and page, D where something was written', () => {
      const tables = nested({ first: NESTED_48 | SSADE });
      const { memory = [] } = answer(tables.asCase({ op: 'write' }));
      const wordOf = (host: bigint) =>
        memory.find(({ value }) => (value & 0xf_ffff_ffff_f000n) === host && (value & USER) === 0n)?.value;
      expect((wordOf(DATA) ?? 0n) & 0x300n).toBe(0x300n);
      expect((wordOf(HOST) ?? 0n) & 0x300n).toBe(0x300n);
    });

    test('with second-stage flags a table that can not be written can not be read either', () => {
      const result = first(nested({ first: NESTED_48 | SSADE, tableRights: READ }).asCase({}));
      expect(result?.outcome).toBe('blocked');
    });
  });
});
