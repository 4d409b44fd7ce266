import { describe, expect, test } from 'vitest';
import { expectations } from '../../models/reference/translation.ts';
import { usedBits } from '../../models/reference/used-bits.ts';
import { bit, bits } from '../../spec/bits.ts';
import { toJson } from '../../spec/json.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { Profile, TranslationCase } from '../../spec/schema.ts';
import { spansOf } from '../../spec/used-bits/table.ts';
import { vtdPasid } from '../../spec/used-bits/vtd-pasid.ts';
import { entryOf } from './entries.fixture.ts';

/** A root, a context and a directory that lead to one PASID table entry, and four second-stage tables. */
function caseWith(profile: Profile, entry: readonly bigint[]): TranslationCase {
  const page = (address: bigint, ...words: bigint[]) => ({ address, words });
  return {
    area: 'translation',
    profile,
    rtaddr: 0x1400n,
    memory: [
      ...[page(0x1000n, 0x2001n), page(0x2000n, 0x3001n), page(0x3000n, 0x4001n), page(0x4000n, ...entry)],
      ...[page(0x5000n, 0x6003n), page(0x6000n, 0x7003n), page(0x7000n, 0x8003n), page(0x8000n, 0n, 0x9001n)],
    ],
    requests: [0x0n, 0x1008n, 0x2000n, 1n << 47n].flatMap((address) =>
      (['read', 'write'] as const).map((op) => ({ sourceId: 0, address, op })),
    ),
  };
}

/** What each request may get, without the rules that say why. */
function translate(profile: Profile, entry: readonly bigint[]): string {
  const allowed = expectations(caseWith(profile, entry));
  return toJson(allowed.map((alternatives) => alternatives?.map(withoutRules)));
}

function withoutRules(alternative: object): object {
  return Object.fromEntries(Object.entries(alternative).filter(([name]) => name !== 'rules'));
}

const entries = {
  'not present': entryOf(pasidTable, { AW: 2 }),
  'second stage': entryOf(pasidTable, { P: 1, PGTT: 2, AW: 2, SSPTPTR: 0x5000n >> 12n, DID: 1 }),
  'pass-through': entryOf(pasidTable, { P: 1, PGTT: 4, AW: 2, DID: 1 }),
};

/** Bits that must be zero in a present entry under some profile: setting one is refused, whoever looks. */
const reserved = pasidTable.fields.filter(({ kind, reservedUnless, name }) => {
  return (
    kind === 'reserved' || kind === 'pointer' || kind === 'domain-id' || reservedUnless || name === 'PGTT'
  );
});

describe.each(Object.entries(entries))('VT-d, %s', (_name, entry) => {
  const profiles = namedProfiles.filter(({ name }) =>
    /^(second-stage-(48|57)|nested-48|everything)$/.test(name),
  );

  test.each(profiles.map((profile) => [profile.name, profile] as const))(
    'under %s a bit that is not used, no exception and not reserved never changes what a request gets',
    (_profile, profile) => {
      const used = usedBits(vtdPasid.reviewed, entry);
      const excepted = usedBits(vtdPasid.exceptions, entry);
      const present = (entry[0]! & 1n) === 1n;
      const mustBeZero = entry.map(() => 0n);
      if (present) {
        for (const { word, high, low } of reserved) mustBeZero[word]! |= bits(high, low);
      }
      const before = translate(profile, entry);
      let tried = 0;
      for (let index = 0; index < 512; index++) {
        const [word, flip] = [index >> 6, bit(index & 63)];
        if (((used[word]! | excepted[word]! | mustBeZero[word]!) & flip) !== 0n) continue;
        tried++;
        expect(translate(profile, entry.with(word, entry[word]! ^ flip)), `bit ${index}`).toBe(before);
      }
      expect(tried).toBeGreaterThan(present ? 0 : 500);
    },
  );

  test('every used bit but those whose effect no untranslated request shows does change it', () => {
    const profile = profiles.find(({ name }) => name === 'everything')!;
    const before = translate(profile, entry);
    const hidden = ['DID', 'PWSNP', 'PGSNP', 'SSADE', 'FPD'].flatMap((name) => spansOf(pasidTable, name));
    if ((entry[0]! & 1n) === 0n || (entry[0]! & 0x1c0n) !== 0x80n) return;
    const used = usedBits(vtdPasid.reviewed, entry);
    for (const { word, high, low } of hidden) used[word]! &= ~bits(high, low);
    for (let index = 0; index < 512; index++) {
      const [word, flip] = [index >> 6, bit(index & 63)];
      if ((used[word]! & flip) === 0n) continue;
      expect(translate(profile, entry.with(word, entry[word]! ^ flip)), `bit ${index}`).not.toBe(before);
    }
  });
});

test('the documented exception is real: FPD of an entry that is not present decides whether a fault is recorded', () => {
  const [profile] = namedProfiles.filter(({ name }) => name === 'second-stage-48');
  const entry = entries['not present'];
  expect(usedBits(vtdPasid.reviewed, entry)[0]! & 2n).toBe(0n);
  expect(translate(profile!, entry.with(0, entry[0]! | 2n))).not.toBe(translate(profile!, entry));
});
