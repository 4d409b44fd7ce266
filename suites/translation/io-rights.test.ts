/** Separate rights of the second stage, SSIRWE (11.4.5, 9.8, D8). */
import { describe, expect, test } from 'vitest';
import { named } from '../../models/reference/alternative.ts';
import { expectations } from '../../models/reference/translation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { withoutIoRights } from './simpler-io-rights.ts';
import { PAGE_SIZE, READ, Tables, WRITE } from './tables.fixture.ts';

const everything = namedProfile('everything') as Profile;
const SSIRWE = 0x80n;
const [IO_READ, IO_WRITE] = [1n << 61n, 1n << 62n];
const TOP = 0x8_0000n;
const PAGE = 0x20_0000n;
const SECOND_STAGE = 0x89n;
const NESTED = 0xc9n;

test('a case gets simpler by rights in their usual place', () => {
  const tables = new Tables(everything).scalable().set(TOP, IO_READ | WRITE);
  const testCase = { ...tables.asCase({}), rtaddr: 0x1480n };
  const [simpler] = withoutIoRights(testCase);
  expect(simpler?.rtaddr).toBe(0x1400n);
  expect(simpler?.memory.at(-1)?.words).toEqual([READ]);
  expect([...withoutIoRights({ ...testCase, rtaddr: 0x1400n })]).toEqual([]);
});

/** What may be answered to a read; undefined when anything may. */
function answerTo(leaf: bigint, upper: bigint, type = SECOND_STAGE): string | undefined {
  const tables = new Tables(everything).scalable().pasid(0, TOP | type, 7n);
  tables.map(TOP, 4, 0n, PAGE | leaf, { upper });
  const testCase = tables.asCase({});
  const [expected] = expectations({ ...testCase, rtaddr: testCase.rtaddr | SSIRWE });
  return expected && named(expected);
}

describe('under SSIRWE', () => {
  const both = IO_READ | IO_WRITE;

  test('IR and IW grant, R and W do not matter', () => {
    expect(answerTo(IO_READ, both)).toBe('translation.io-rights');
    expect(answerTo(IO_READ | READ | WRITE, both | WRITE)).toBe('translation.io-rights');
  });

  test('R and W grant nothing', () => {
    expect(answerTo(READ | WRITE, both)).toBe('SSS.2');
    expect(answerTo(IO_WRITE | READ, both)).toContain('SGN.7');
    expect(answerTo(IO_READ, READ | WRITE)).toBe('SSS.2');
  });

  test('reserved bits count where both pairs are used, and may or may not where one is', () => {
    expect(answerTo(both | READ | PAGE_SIZE, both | READ | PAGE_SIZE)).toBe('SSS.3');
    expect(answerTo(both, both | PAGE_SIZE)).toBe(undefined);
  });

  test('nothing is said of first-stage tables whose pairs differ', () => {
    expect(answerTo(both | READ | WRITE, both | READ | WRITE, NESTED)).not.toBe(undefined);
    expect(answerTo(both | READ, both | READ | WRITE, NESTED)).toBe(undefined);
  });
});
