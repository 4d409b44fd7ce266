import { expect, test } from 'vitest';
import { ownProfiles, profilePool } from '../../generators/profiles.ts';
import { runUsedBits, safeBits, usedBits } from '../../models/reference/used-bits.ts';
import { ALL_64 } from '../../spec/bits.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { resolveLayout } from '../../spec/layouts/resolve.ts';
import type { Profile, UsedBitsCase, UsedBitsObservation } from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import { search } from '../core/search.ts';
import { usedBitsSuite } from './suite.ts';

type Answer = (testCase: UsedBitsCase) => UsedBitsObservation;

/** The rules that an implementation breaks, by level. */
async function broken(answer: Answer, profiles: readonly Profile[] = profilePool): Promise<string[]> {
  const implementation: Implementation = {
    name: 'variant',
    profile: 'any',
    areas: ['used-bits'],
    run: (testCase) => answer(testCase as UsedBitsCase),
  };
  const { findings } = await search(usedBitsSuite, implementation, { seed: 'judge', runs: 700, profiles });
  return findings
    .filter(({ level }) => level !== 'may')
    .map(({ level, rule }) => `${level} ${rule}`)
    .sort();
}

const combined = (combine: (reviewed: bigint, certain: bigint, permitted: bigint) => bigint): Answer => {
  return ({ format, entry }) => {
    const { reviewed, certain, permitted } = usedBitsKnowledge[format];
    const [a, b, c] = [reviewed, certain, permitted].map((table) => usedBits(table, entry)) as [
      bigint[],
      bigint[],
      bigint[],
    ];
    return { used: a.map((mask, word) => combine(mask, b[word]!, c[word]!)) };
  };
};
const without =
  (word: number, mask: bigint, when: (testCase: UsedBitsCase) => boolean): Answer =>
  (testCase) => {
    const answer = runUsedBits(testCase);
    if (!when(testCase)) return answer;
    return { ...answer, used: answer.used.with(word, answer.used[word]! & ~mask) };
  };
const type = ({ format, entry }: UsedBitsCase) => (format === 'vtd-pasid' ? (entry[0]! >> 6n) & 7n : -1n);

test('the reviewed table breaks no rule, whether it is claimed or not', async () => {
  expect(await broken(runUsedBits, ownProfiles)).toEqual([]);
});

test('the widest and the narrowest sound table break no rule', async () => {
  expect(await broken(combined((reviewed, _certain, permitted) => reviewed | permitted))).toEqual([]);
  expect(await broken(combined((reviewed, certain) => reviewed & certain))).toEqual([]);
});

test('a table may have the bits that are reserved on the unit, or leave them out', async () => {
  const answer =
    (combine: (used: bigint, reserved: bigint) => bigint): Answer =>
    (testCase) => {
      const { used } = runUsedBits(testCase);
      if (testCase.format !== 'vtd-pasid' || (testCase.entry[0]! & 1n) === 0n) return { used };
      const { reserved } = resolveLayout(pasidTable, testCase.profile);
      return { used: used.map((mask, word) => combine(mask, reserved[word]!)) };
    };
  expect(await broken(answer((used, reserved) => used | reserved))).toEqual([]);
  expect(await broken(answer((used, reserved) => used & ~reserved))).toEqual([]);
});

test('a sound table that claims to be the reviewed one is found out', async () => {
  const profiles = ownProfiles.filter(({ policies }) => policies.usedBits === 'reviewed');
  expect(
    await broken(
      combined((reviewed, certain) => reviewed | certain),
      profiles,
    ),
  ).toEqual(['must used-bits.reviewed-table']);
});

test('the table of the first posting misses page snoop where no first stage translates', async () => {
  const firstPosting = without(1, 1n << 24n, (testCase) => [2n, 4n].includes(type(testCase)));
  expect(await broken(firstPosting)).toEqual([
    'must used-bits.vtd-pasid.pass-through.page-snoop',
    'must used-bits.vtd-pasid.second-stage.page-snoop',
  ]);
});

test('a missing bit names the kind of entry', async () => {
  expect(await broken(without(2, 1n << 4n, (testCase) => type(testCase) === 3n))).toEqual([
    'must used-bits.vtd-pasid.nested',
  ]);
  expect(await broken(without(2, 0xffffn, ({ format }) => format === 'smmu-ste'))).toEqual([
    'must used-bits.smmu-ste.stage-1',
    'must used-bits.smmu-ste.stage-2',
  ]);
});

test('a bit that nobody uses should not be there, and of an invalid entry none may', async () => {
  const all: Answer = ({ entry }) => ({ used: entry.map(() => ALL_64) });
  expect(await broken(all)).toEqual(['must used-bits.not-valid', 'should used-bits.ignored-bits']);
});

test('safe bits: split ATS and stalls forbid EATS, and leaving safe bits out costs a break', async () => {
  const always: Answer = (testCase) => ({
    ...runUsedBits(testCase),
    safe: testCase.entry.map((_, word) => (testCase.format === 'smmu-ste' && word === 1 ? 0x1008_0000n : 0n)),
  });
  expect(await broken(always)).toEqual(['must used-bits.safe.sound']);
  const none: Answer = (testCase) => ({ ...runUsedBits(testCase), safe: testCase.entry.map(() => 0n) });
  expect(await broken(none)).toEqual(['should used-bits.safe.complete']);
  const widest: Answer = (testCase) => {
    const { layout, safeAtMost } = usedBitsKnowledge[testCase.format];
    const safe = safeBits(layout, safeAtMost, testCase.entry, testCase.target ?? testCase.entry);
    return { ...runUsedBits(testCase), safe };
  };
  expect(await broken(widest)).toEqual([]);
});

test('what a sound table ignores in either entry may be called safe or not', async () => {
  const own =
    (ignored: boolean): Answer =>
    (testCase) => {
      const { reviewed, certain, layout, safe } = usedBitsKnowledge[testCase.format];
      const used = (entry: bigint[]) => {
        const [a, b] = [usedBits(reviewed, entry), usedBits(certain, entry)];
        return a.map((mask, word) => mask & b[word]!);
      };
      const [ofEntry, ofTarget] = [testCase.entry, testCase.target ?? testCase.entry].map(used);
      const both = ofEntry!.map((mask, word) => mask & ofTarget![word]!);
      const named = safeBits(layout, safe, testCase.entry, testCase.target ?? testCase.entry);
      return {
        used: ofEntry!,
        safe: both.map((mask, word) => (mask & named[word]!) | (ignored ? ALL_64 & ~mask : 0n)),
      };
    };
  expect(await broken(own(false))).toEqual([]);
  expect(await broken(own(true))).toEqual([]);
});
