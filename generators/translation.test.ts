import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectations } from '../models/reference/translation.ts';
import { decodeCapabilities, encodeCapabilities } from '../spec/capabilities.ts';
import { namedProfiles } from '../spec/profiles.ts';
import type { Profile, TranslationCase } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { profilePool } from './profiles.ts';
import { anyTranslationCase } from './translation.ts';

/** No emulator nests yet; what a guest page may reach is not kept to data pages. */
function isWithoutNesting(profile: Profile): boolean {
  return decodeCapabilities(profile).NEST === 0;
}

/** Memory and devices as an emulator has them: few blocks, one at a multiple of 1 GiB. */
const machines: readonly Profile[] = namedProfiles.filter(isWithoutNesting).map((profile) => ({
  ...profile,
  backed: [
    { start: 0x10_0000n, end: 0x60_0000n },
    { start: 0x1_4000_0000n, end: 0x1_4020_0000n },
  ],
  sourceIds: [0x10, 0x18, 0x80, 0x88],
  requestKinds: ['untranslated'],
  pasids: false,
  ops: ['read', 'write'],
}));

const sample = (profiles: readonly Profile[], numRuns: number): readonly TranslationCase[] =>
  drawCases(anyTranslationCase(profiles), 1, numRuns);
const fromPool = sample(profilePool, 3000);

test('the same seed draws the same cases, and a draw shrinks to one request of one device', () => {
  expect(sample(profilePool, 50)).toEqual(fromPool.slice(0, 50));
  const { counterexample } = fc.check(
    fc.property(anyTranslationCase(profilePool), () => false),
    { seed: 1 },
  );
  const smallest = counterexample?.[0] as TranslationCase | undefined;
  expect(smallest?.profile).toBe(profilePool[0]);
  expect(smallest?.requests).toHaveLength(1);
  expect(smallest?.memory.length).toBeLessThan(8);
});

const isBacked = ({ profile }: TranslationCase, address: bigint): boolean =>
  profile.backed.some(({ start, end }) => address >= start && address < end);

test('no request is an interrupt request', () => {
  const requests = fromPool.flatMap((testCase) => testCase.requests);
  const writes = requests.filter(({ op, pasid }) => op === 'write' && pasid === undefined);
  const untranslated = writes.filter(({ kind = 'untranslated' }) => kind === 'untranslated');
  expect(untranslated.filter(({ address }) => address >> 20n === 0xfeen)).toEqual([]);
});

test('every entry lies in backed memory', () => {
  for (const testCase of fromPool) {
    expect(testCase.memory.filter(({ address }) => !isBacked(testCase, address))).toEqual([]);
  }
});

describe('for an emulator', () => {
  const drawn = sample(machines, 2000);

  test('only its devices make requests', () => {
    const made = drawn.flatMap(({ requests }) => requests.map(({ sourceId }) => sourceId));
    expect(new Set(made)).toEqual(new Set(machines[0]?.sourceIds));
  });

  test('a request that may be let through reaches backed memory without tables', () => {
    let reached = 0;
    for (const testCase of drawn) {
      const tables = new Set(testCase.memory.map(({ address }) => address >> 12n));
      const outputs = expectations(testCase).flatMap((expected) =>
        (expected ?? []).flatMap((answer) => (answer.outcome === 'translated' ? (answer.address ?? []) : [])),
      );
      reached += outputs.length;
      const unfit = outputs.filter((output) => tables.has(output >> 12n) || !isBacked(testCase, output));
      expect(unfit).toEqual([]);
    }
    expect(reached).toBeGreaterThan(5000);
  });
});

test('a profile that backs too little memory is refused by name', () => {
  const [first] = machines;
  const small = { ...first!, backed: [{ start: 0n, end: 0x30_0000n }] };
  expect(() => anyTranslationCase([small])).toThrow(/must back two whole blocks/);
});

test('a profile whose unit knows none of its kinds of requests is refused by name', () => {
  const [first] = machines;
  const { DT, PRS, ...others } = decodeCapabilities(first!);
  const silent: Profile = {
    ...first!,
    ...encodeCapabilities({ ...others, DT: 0, PRS: 0 }),
    requestKinds: ['page-request'],
  };
  expect(() => anyTranslationCase([silent])).toThrow(/requestKinds page-request, and its unit knows none/);
});
