/**
 * Laws of translation, of both models: nesting is the first stage over a memory that is seen through the
 * second stage, pass-through is the identity, a right that is taken away never grants, and another mapping does
 * not matter.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type {
  Profile,
  Request,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../spec/schema.ts';
import { PRESENT, READ, Tables, USER, WRITE } from './tables.fixture.ts';

const unit = namedProfile('nested-48') as Profile;
const FIRST_STAGE = 0x41n;
const SECOND_STAGE = 0x89n;
const NESTED = 0xc9n;
const PASS_THROUGH = 0x101n;
const SNOOPED = 0x80_0000n;
const FLAGS_SET = 0x60n;
const SECOND_TOP = 0x8_0000n;
const GUEST_TABLES = 0x4000_0000n;
const HOST_TABLES = 0x30_0000n;
const GUEST_DATA = 0x5000_0000n;
const HOST_DATA = 0x20_0000n;
const LEVELS = 4;
const PAGE = 0x1000n;

const options = { numRuns: 600, seed: 1 };
const secondRights = fc.constantFrom(READ | WRITE, READ | WRITE, READ | WRITE, READ, WRITE, 0n);
const firstRights = fc.constantFrom(
  ...[PRESENT | WRITE | USER, PRESENT | WRITE | USER, PRESENT | WRITE | USER],
  ...[PRESENT | USER, PRESENT | WRITE, 0n],
);
/** Rights of each guest table and of the guest page, and of each first-stage entry. */
const rights = fc.record({
  tables: fc.array(secondRights, { minLength: LEVELS, maxLength: LEVELS }),
  page: secondRights,
  entries: fc.array(firstRights, { minLength: LEVELS, maxLength: LEVELS }),
});
type Rights = { readonly tables: bigint[]; readonly page: bigint; readonly entries: bigint[] };
const op = fc.constantFrom<Request['op'][]>('read', 'write', 'atomic');

/** First-stage entries of address 0, top first, as they stand at `tables`. */
function firstStageEntries(tables: Tables, at: (level: number) => bigint, { entries }: Rights): void {
  for (const [index, granted] of entries.entries()) {
    const next = index === LEVELS - 1 ? GUEST_DATA : GUEST_TABLES + PAGE * BigInt(index + 1);
    tables.set(at(index), next | FLAGS_SET | granted);
  }
}
const guestTable = (index: number): bigint => GUEST_TABLES + PAGE * BigInt(index);
const hostTable = (index: number): bigint => HOST_TABLES + PAGE * BigInt(index);

function secondStage(tables: Tables, { tables: granted, page }: Rights): void {
  const upper = READ | WRITE;
  for (const [index, right] of granted.entries()) {
    tables.map(SECOND_TOP, 4, guestTable(index), hostTable(index) | right, { upper });
  }
  tables.map(SECOND_TOP, 4, GUEST_DATA, HOST_DATA | page, { upper });
}

function nestedTables(drawn: Rights): Tables {
  const tables = new Tables(unit).scalable(4n).pasid(0, NESTED | SECOND_TOP, SNOOPED, GUEST_TABLES);
  secondStage(tables, drawn);
  firstStageEntries(tables, hostTable, drawn);
  return tables;
}

describe.each([reference, optimized])('the $name model', ({ run }) => {
  const observe = (testCase: TranslationCase) => run(testCase) as TranslationObservation;
  const only = (tables: Tables, request: Partial<Request>) => observe(tables.asCase(request)).results[0];
  const passed = (result: RequestResult | undefined): bigint | undefined =>
    result?.outcome === 'translated' ? result.address : undefined;

  test('nested translation is first stage over a memory that is seen through second stage', () => {
    const property = fc.property(rights, op, (drawn, operation) => {
      // The memory that the guest sees holds a table where the second stage lets it be read.
      const seen = new Tables(unit).scalable().pasid(0, FIRST_STAGE, SNOOPED, GUEST_TABLES);
      const visible = drawn.entries.map((entry, index) => ((drawn.tables[index] ?? 0n) & READ ? entry : 0n));
      firstStageEntries(seen, guestTable, { ...drawn, entries: visible });
      const guest = passed(only(seen, { op: operation }));

      const under = new Tables(unit).scalable().pasid(0, SECOND_STAGE | SECOND_TOP, SNOOPED);
      secondStage(under, drawn);
      const composed =
        guest === undefined ? undefined : passed(only(under, { address: guest, op: operation }));
      expect(passed(only(nestedTables(drawn), { op: operation }))).toBe(composed);
    });
    fc.assert(property, options);
  });

  test('pass-through is the identity', () => {
    const tables = new Tables(unit).scalable(8n, 1n).pasid(1, PASS_THROUGH).pasid(7, PASS_THROUGH);
    const address = fc
      .bigInt(0n, (1n << BigInt(unit.haw)) - 1n)
      .map((any) => any ^ (any >> 20n === 0xfeen ? 1n << 30n : 0n));
    const pasid = fc.constantFrom({}, { pasid: 7 });
    const property = fc.property(address, op, pasid, (where, operation, requester) => {
      expect(passed(only(tables, { address: where, op: operation, ...requester }))).toBe(where);
    });
    fc.assert(property, options);
  });

  test('a right that is taken away never lets a request through, and never sends it elsewhere', () => {
    const taken = fc.nat(2 * LEVELS);
    const kinds = fc.constantFrom<Request['kind'][]>('untranslated', 'translation');
    const property = fc.property(rights, taken, op, kinds, (drawn, at, operation, kind) => {
      const less: Rights = {
        tables: drawn.tables.map((right, index) => (index === at ? right & READ : right)),
        page: at === 2 * LEVELS ? drawn.page & WRITE : drawn.page,
        entries: drawn.entries.map((right, index) => (index + LEVELS === at ? right & ~WRITE : right)),
      };
      const request = { op: operation, kind };
      const [before, after] = [drawn, less].map((each) => only(nestedTables(each), request));
      if (passed(after) === undefined) return;
      expect(passed(before)).toBe(passed(after));
      if (before?.outcome !== 'translated' || after?.outcome !== 'translated') return;
      expect(before.read === false && after.read === true).toBe(false);
      expect(before.write === false && after.write === true).toBe(false);
    });
    fc.assert(property, options);
  });

  test('a mapping of another address never changes an answer', () => {
    const property = fc.property(rights, rights, op, (drawn, other, operation) => {
      const tables = nestedTables(drawn);
      const before = only(tables, { op: operation });
      // The other address shares no entry: 511 at every level.
      for (const [index, right] of other.entries.entries()) {
        tables.set(hostTable(index) + 0xff8n, HOST_DATA | right);
      }
      tables.map(SECOND_TOP, 4, 0x6000_0000n, HOST_DATA | other.page, { upper: READ | WRITE });
      expect(only(tables, { op: operation })).toEqual(before);
    });
    fc.assert(property, options);
  });
});
