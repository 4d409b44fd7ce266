/** Tables that reach over 4 GiB, which drawing meets too seldom: the optimized model keeps addresses in halves. */
import { expect, test } from 'vitest';
import { runTranslation } from '../../models/optimized/translation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { MemoryRun, Profile, Request, RequestResult } from '../../spec/schema.ts';
import { judgeTranslation } from './judge.ts';

const profile = namedProfile('everything') as Profile;
const ROOT = 0x1000n;
const CONTEXT = 0x2000n;
const PASID_TABLE = 0x4000n;
const FOUR_GIGABYTES = 0x1_0000_0000n;
const SCALABLE = 0x400n;
const PRESENT = 1n;
/** DTE, PASIDE and HPTE; PDTS 4. */
const CONTEXT_FLAGS = 0x4n | 0x8n | 0x20n | (4n << 9n);
const PASS_THROUGH = 4n << 6n;

/** What both models say of `request` behind a PASID directory at `directory`. */
function answer(directory: bigint, runs: readonly MemoryRun[], request: Partial<Request>): RequestResult {
  const testCase = {
    area: 'translation' as const,
    profile,
    rtaddr: ROOT | SCALABLE,
    memory: [
      { address: ROOT, words: [CONTEXT | PRESENT] },
      { address: CONTEXT, words: [directory | CONTEXT_FLAGS | PRESENT, 0x1n] },
      ...runs,
    ],
    requests: [{ sourceId: 0, address: 0x10_0000n, op: 'read' as const, ...request }],
  };
  const observation = runTranslation(testCase);
  expect(judgeTranslation(testCase, observation).mismatches).toEqual([]);
  return observation.results[0] as RequestResult;
}

test('a PASID directory that starts below 4 GiB goes on above it', () => {
  const result = answer(
    FOUR_GIGABYTES - 0x1000n,
    [
      { address: FOUR_GIGABYTES, words: [PASID_TABLE | PRESENT] },
      { address: PASID_TABLE, words: [PASS_THROUGH | PRESENT] },
    ],
    { pasid: 0x8000 },
  );
  expect(result).toMatchObject({ outcome: 'translated', address: 0x10_0000n });
});

test('a host permission table that starts below 4 GiB goes on above it', () => {
  const [directory, nextTable, pages] = [0x3000n, 0x5000n, 0xfn];
  const size = 1n;
  const result = answer(
    directory,
    [
      { address: directory, words: [PASID_TABLE | PRESENT] },
      {
        address: PASID_TABLE + 64n,
        words: [PASS_THROUGH | PRESENT, 0n, 0n, 0n, (FOUR_GIGABYTES - 0x1000n) | size],
      },
      { address: FOUR_GIGABYTES, words: [0n, nextTable | PRESENT] },
      { address: nextTable, words: [pages & 3n, 0n] },
    ],
    { kind: 'translated', address: 1n << 49n },
  );
  expect(result).toMatchObject({ outcome: 'translated', address: 1n << 49n, pageBits: 30 });
});

test('a unit without any second-stage width records as much of an address as its first stage has', () => {
  const cap = profile.cap & ~0x1f00n;
  const testCase = {
    ...{ area: 'translation' as const, profile: { ...profile, cap }, rtaddr: 0x800n, memory: [] },
    requests: [{ sourceId: 0, address: 1n << 45n, op: 'read' as const }],
  };
  const observation = runTranslation(testCase);
  expect(judgeTranslation(testCase, observation).mismatches).toEqual([]);
  expect(observation.results[0]).toMatchObject({ record: { code: 0x30, address: 1n << 45n } });
});
