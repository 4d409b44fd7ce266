import { describe, expect, test } from 'vitest';
import { type CapabilityName, encodeCapabilities } from './capabilities.ts';
import { implications, latticeBreaches } from './lattice.ts';
import { namedProfiles } from './profiles.ts';

type Values = Partial<Record<CapabilityName, number>>;

function breaches(values: Values, haw = 39, specRev: '4.1' | '5.10' = '5.10'): readonly string[] {
  return latticeBreaches({ ...encodeCapabilities({ MGAW: 47, ...values }), haw, specRev });
}

test('every named profile is a legal configuration', () => {
  for (const profile of namedProfiles) expect(latticeBreaches(profile), profile.name).toEqual([]);
});

test('names are unique, since a case is drawn by name', () => {
  expect(new Set(namedProfiles.map(({ name }) => name)).size).toBe(namedProfiles.length);
});

describe('each implication refuses each field that it clears', () => {
  for (const { clear, set, zero } of implications) {
    for (const name of zero) {
      test(`${name} with ${clear ? `${clear} = 0` : `${set} = 1`}`, () => {
        const values: Values = { [name]: 1, ...(set ? { [set]: 1 } : {}) };
        const reason = clear ? `${clear} is 0` : `${set} is 1`;
        expect(breaches(values)).toContain(`${name} must be 0 when ${reason}`);
      });
    }
  }
});

test.each([
  [{ ND: 7 }, 'ND must not be 7'],
  [{ SSLPS: 2 }, 'SSLPS must be 0, 1 or 3, not 2'],
  [{ MGAW: 0 }, 'MGAW must not be 0'],
  [{ MGAW: 37 }, 'MGAW + 1 = 38 must be at least HAW = 39'],
  [{ SAGAW: 1 }, 'SAGAW bits 0 and 4 must be 0'],
  [{ SAGAW: 0, SMTS: 0 }, 'SAGAW must not be 0 when SMTS is 0: no mode of such a unit translates'],
  [{ ERS: 1 }, 'ERS must be 0'],
] as const)('%o is refused', (values, sentence) => {
  expect(breaches(values)).toContain(sentence);
});

test('a reserved register bit is refused by its number', () => {
  const registers = {
    cap: (47n << 16n) | (2n << 8n) | (1n << 23n),
    ecap: 1n << 63n,
    haw: 39,
    specRev: '5.10' as const,
  };
  expect(latticeBreaches(registers)).toEqual(['CAP bit 23 must be 0', 'ECAP bit 63 must be 0']);
});

test('what revision 5.0 introduced is refused before it', () => {
  const values: Values = { QI: 1, DT: 1, SMTS: 1, HPTS: 1 };
  expect(breaches(values)).toEqual([]);
  expect(breaches(values, 39, '4.1')).toEqual(['HPTS must be 0 before revision 5.0']);
});
