/** Translation requests, translated requests and page requests on tables written by hand (4.2, Table 30). */
import { describe, expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile, Request, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { judgeTranslation } from './judge.ts';
import { FIRST_STAGE_PLAIN, PAGE_SIZE, PRESENT, READ, Tables, WRITE } from './tables.fixture.ts';

const everything = namedProfile('everything') as Profile;
/** ECAP: translated requests may have a PASID. */
const PTRS = 1n << 56n;
const DEVICE_TLB = 4n;
const PASIDS = 8n;
const PAGE_REQUESTS = 0x10n;
const PERMISSIONS = 0x20n;
const TRANSLATED_PASIDS = 0x40n;
const FIRST_STAGE = 0x41n;
const SECOND_STAGE = 0x89n;
const PASS_THROUGH = 0x101n;
const SNOOPED = 0x80_0000n;
const FORCED_SNOOP = 0x100_0000n;
const TOP = 0x8_0000n;
const DATA = 0x20_0000n;
const INTERRUPT = 0xfee0_0000n;

test.each([
  ['legacy', 0n],
  ['scalable', 0x400n],
  ['reserved', 0x800n],
  ['abort-DMA', 0xc00n],
])(
  'in %s mode a translated request with PASID is not recorded where the root complex blocks it',
  (_mode, rtaddr) => {
    const profile = { ...everything, ecap: everything.ecap & ~PTRS };
    const testCase = { ...new Tables(profile).asCase({ kind: 'translated', pasid: 7 }), rtaddr };
    const blocked = (record: null | { code: number }) =>
      judgeTranslation(testCase, { results: [{ outcome: 'blocked', status: 'UR', record }] }).mismatches;
    expect(blocked(null)).toEqual([]);
    expect(blocked({ code: 0x49 })).toEqual([]);
    const passed = judgeTranslation(testCase, { results: [{ outcome: 'translated', address: 0n }] });
    expect(passed.mismatches).toMatchObject([{ rule: 'translation.translated-request.pasid' }]);
  },
);

test('a translated request beyond the host address width may be refused before any table behind HPTE is read', () => {
  const profile = { ...everything, haw: 46 };
  // FPD of an entry that is not present: nobody has seen it by then.
  const tables = new Tables(profile).scalable(DEVICE_TLB | PERMISSIONS).pasid(0, 2n);
  const testCase = tables.asCase({ kind: 'translated', address: 1n << 46n });
  const refused = { outcome: 'blocked', status: 'UR', code: 0x83, record: { code: 0x83 } } as const;
  expect(judgeTranslation(testCase, { results: [refused] }).mismatches).toEqual([]);
});

test.each([
  ['not present', 0x2n],
  ['one that blocks ATS requests', 0xbn],
])('FPD of a legacy context entry that is %s may be seen before the address is refused', (_, context) => {
  const tables = new Tables({ ...everything, haw: 46 }).legacy(context, 1n);
  const testCase = tables.asCase({ kind: 'translated', address: 1n << 46n });
  expect(recordedOrNot(testCase, { outcome: 'blocked', status: 'UR', code: 0x04 })).toEqual([]);
});

test('FPD of a context entry that is not present may be seen before a PASID is found too wide (D6)', () => {
  const oneBit = { ...everything, ecap: everything.ecap & ~(0x1fn << 35n) };
  const tables = new Tables(oneBit).scalable().set(0x2000n, 2n);
  expect(recordedOrNot(tables.asCase({ pasid: 2 }), { outcome: 'blocked', code: 0x89 })).toEqual([]);
});

/** What is wrong with `refused`, be it recorded or not. */
function recordedOrNot(
  testCase: TranslationCase,
  refused: { outcome: 'blocked'; status?: 'UR'; code: number },
) {
  return [null, { code: refused.code }].flatMap(
    (record) => judgeTranslation(testCase, { results: [{ ...refused, record }] }).mismatches,
  );
}

describe.each([reference, optimized])('the $name model', ({ run }) => {
  const observe = (testCase: TranslationCase): TranslationObservation => {
    const observation = run(testCase) as TranslationObservation;
    expect(judgeTranslation(testCase, observation).mismatches).toEqual([]);
    return observation;
  };
  const first = (tables: Tables, request: Partial<Request>) => observe(tables.asCase(request)).results[0];
  const secondStage = (leaf: bigint, { flags = DEVICE_TLB, snoop = 0n, last = 1 } = {}): Tables => {
    const tables = new Tables(everything).scalable(flags).pasid(0, SECOND_STAGE | TOP, SNOOPED | snoop);
    tables.map(TOP, 4, 0n, leaf, { last, upper: READ | WRITE });
    return tables;
  };

  describe('a translation request', () => {
    const asked = (tables: Tables, request: Partial<Request> = {}) =>
      first(tables, { kind: 'translation', ...request });

    test.each([
      ['both rights', READ | WRITE, true, true],
      ['a page that can be read only', READ, true, false],
      ['a page that can be written only', WRITE, false, true],
    ])('is told of %s', (_what, rights, read, write) => {
      expect(asked(secondStage(DATA | rights))).toMatchObject({
        outcome: 'translated',
        address: DATA,
        read,
        write,
        user: false,
        privileged: false,
        nonSnooped: false,
        record: null,
      });
    });

    test('gets no rights for a page that is not mapped, and nothing is recorded', () => {
      const none = { outcome: 'translated', read: false, write: false, record: null };
      expect(asked(secondStage(0n))).toMatchObject(none);
    });

    test('is aborted at a reserved bit and refused without Device-TLB', () => {
      const reserved = secondStage(DATA | READ | (1n << 62n));
      expect(asked(reserved)).toMatchObject({ outcome: 'blocked', status: 'CA', code: 0x7a });
      const off = secondStage(DATA | READ, { flags: 0n });
      expect(asked(off)).toMatchObject({ outcome: 'blocked', status: 'UR', code: 0x44 });
    });

    test('with NW gets no write permission and leaves D clear', () => {
      const tables = new Tables(everything).scalable(DEVICE_TLB).pasid(0, FIRST_STAGE, SNOOPED, TOP);
      const { at } = tables.map(TOP, 4, 0n, DATA | FIRST_STAGE_PLAIN);
      const dirty = ({ memory = [] }: TranslationObservation) =>
        memory.some(({ address, value }) => address === at.get(1) && (value & 0x40n) !== 0n);
      const readOnly = observe(tables.asCase({ kind: 'translation', noWrite: true }));
      expect(readOnly.results[0]).toMatchObject({ read: true, write: false });
      expect(dirty(readOnly)).toBe(false);
      expect(dirty(observe(tables.asCase({ kind: 'translation' })))).toBe(true);
    });

    test('is told that accesses are snooped by PGSNP, or by SNP of the page', () => {
      expect(asked(secondStage(DATA | READ, { snoop: FORCED_SNOOP }))).toMatchObject({ nonSnooped: true });
      expect(asked(secondStage(DATA | READ | 0x800n))).toMatchObject({ nonSnooped: true });
    });

    test('keeps PRIV although SRE is clear and no rights are left', () => {
      const tables = new Tables(everything).scalable(DEVICE_TLB | PASIDS, 1n).pasid(7, PASS_THROUGH);
      const result = asked(tables, { pasid: 7, privileged: true });
      expect(result).toMatchObject({ read: false, write: false, privileged: true, record: null });
    });

    test('to the interrupt range may write untranslated, or nothing with NW', () => {
      const tables = secondStage(DATA | READ);
      const untranslated = { read: false, write: true, user: true };
      expect(asked(tables, { address: INTERRUPT })).toMatchObject(untranslated);
      const none = { read: false, write: false, user: false };
      expect(asked(tables, { address: INTERRUPT, noWrite: true })).toMatchObject(none);
    });

    test('is aborted when its page is in the interrupt range', () => {
      const page = secondStage(INTERRUPT | READ | WRITE);
      expect(asked(page)).toMatchObject({ outcome: 'blocked', status: 'CA', code: 0x87 });
      const large = secondStage(INTERRUPT | READ | WRITE | PAGE_SIZE, { last: 2 });
      expect(asked(large)).toMatchObject({ outcome: 'blocked', status: 'CA', code: 0x87 });
    });
  });

  describe('a translated request', () => {
    const sent = (tables: Tables, request: Partial<Request> = {}) =>
      first(tables, { kind: 'translated', address: DATA, ...request });

    test('goes where it says, whatever the tables hold', () => {
      expect(sent(secondStage(0n))).toMatchObject({ outcome: 'translated', address: DATA });
    });

    test.each([
      ['the interrupt range', { address: INTERRUPT }, 0x87],
      ['an address beyond the host address width', { address: 1n << 52n }, 0x83],
    ])('to %s is refused', (_what, request, code) => {
      expect(sent(secondStage(0n), request)).toMatchObject({ outcome: 'blocked', status: 'UR', code });
    });

    test('with PASID needs EPTR', () => {
      const flags = DEVICE_TLB | PASIDS;
      const request = { pasid: 7 };
      expect(sent(new Tables(everything).scalable(flags, 1n), request)).toMatchObject({ code: 0x49 });
      const enabled = new Tables(everything).scalable(flags | TRANSLATED_PASIDS, 1n);
      expect(sent(enabled, request)).toMatchObject({ outcome: 'translated', address: DATA });
    });

    describe('under the host permission table', () => {
      const PERMISSION_TABLE = 0x9_0000n;
      const permitted = (level: 1 | 2 | 3, permission: bigint): Tables => {
        const tables = new Tables(everything)
          .scalable(DEVICE_TLB | PERMISSIONS)
          .pasid(0, PASS_THROUGH, 0n, 0n, 0n, PERMISSION_TABLE);
        const [l3, l2, l1] = [0x9_8000n, 0x9_9000n, 0x9_a000n];
        tables.set(PERMISSION_TABLE, 0n, l3 | 1n);
        // DATA is 2 MiB: page 0 of 1 GiB, page 1 of 2 MiB, entry 16 and page 0 of 4 KiB.
        tables.set(l3, level === 3 ? permission : 0n, l2 | 1n);
        tables.set(l2, level === 2 ? permission << 4n : 0n, l1 | 1n);
        return tables.set(l1 + 16n * 16n, level === 1 ? permission : 0n, 0n);
      };

      test.each([1, 2, 3] as const)('level %i permits', (level) => {
        expect(sent(permitted(level, READ))).toMatchObject({ outcome: 'translated', address: DATA });
        expect(sent(permitted(level, READ), { op: 'write' })).toMatchObject({ status: 'UR', code: 0xa4 });
        expect(sent(permitted(level, WRITE))).toMatchObject({ status: 'UR', code: 0xa5 });
        expect(sent(permitted(level, WRITE), { op: 'zero-length-read' })?.outcome).toBe('translated');
        expect(sent(permitted(level, READ | 4n))).toMatchObject({ status: 'CA', code: 0xa1 });
      });

      test('no level permits', () => {
        expect(sent(permitted(1, 0n))).toMatchObject({ code: 0xa5 });
        expect(sent(permitted(1, 0n), { op: 'write' })).toMatchObject({ code: 0xa4 });
        expect(sent(permitted(1, 0n), { op: 'zero-length-read' })).toMatchObject({ code: 0xa3 });
      });

      test('an address beyond the table, and tables that memory does not answer for', () => {
        expect(sent(permitted(1, READ), { address: 1n << 49n })).toMatchObject({ code: 0x60 });
        const hole = 0x9000_0000n;
        expect(sent(permitted(1, READ).set(PERMISSION_TABLE + 8n, hole | 1n))).toMatchObject({ code: 0xa0 });
        const lost = permitted(1, READ).pasid(0, PASS_THROUGH, 0n, 0n, 0n, hole);
        expect(sent(lost)).toMatchObject({ status: 'CA', code: 0xa2 });
      });
    });
  });

  describe('a page request', () => {
    const made = (tables: Tables, request: Partial<Request> = {}) =>
      first(tables, { kind: 'page-request', lastInGroup: true, ...request });
    const tablesOf = (flags: bigint): Tables =>
      new Tables(everything).scalable(flags, 1n).pasid(1, PASS_THROUGH).pasid(7, PASS_THROUGH);

    test('is queued when nothing is wrong', () => {
      const tables = tablesOf(DEVICE_TLB | PASIDS | PAGE_REQUESTS);
      expect(made(tables)).toEqual({ outcome: 'queued' });
      expect(made(tables, { pasid: 7 })).toEqual({ outcome: 'queued' });
    });

    test('gets a response only when it is the last of its group', () => {
      const tables = tablesOf(DEVICE_TLB);
      expect(made(tables)).toMatchObject({ status: 'invalid-request', code: 0x47 });
      expect(made(tables, { lastInGroup: false })).toMatchObject({ status: 'drop', code: 0x47 });
    });

    test('is not made in legacy mode', () => {
      const legacy = new Tables(everything).legacy(PRESENT | 8n, 3n);
      expect(made(legacy)).toMatchObject({
        status: 'invalid-request',
        record: { code: 0x32, op: 'page-request' },
      });
    });
  });
});
