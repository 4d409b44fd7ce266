/**
 * The positive cases of QEMU's iommu-intel-test.c as plain examples: one write through each kind of translation,
 * in the tables that its library sets up, reaches the page that it should.
 */
import { namedProfile } from '../../../spec/profiles.ts';
import type { MemoryRun, TranslationCase, TranslationObservation } from '../../../spec/schema.ts';

const ROOT = 0x1000_0000n;
const CONTEXT = ROOT + 0x1000n;
/** Level 4 down to level 1. */
const [L4, L3, L2, L1] = [0x1_0000n, 0x1_1000n, 0x1_2000n, 0x1_3000n].map((offset) => ROOT + offset) as [
  bigint,
  bigint,
  bigint,
  bigint,
];
const DIRECTORY = ROOT + 0x3_0000n;
const TABLE = ROOT + 0x3_1000n;
const TARGET = ROOT + 0x10_0000n;
const IOVA = 0x1020_0567n;
const OFFSET = 0x567n;
/** Bus 0, device 4, function 0. */
const SOURCE_ID = 0x20;
const SCALABLE = 0x400n;
const RW = 3n;
/** Read, write, user, accessed, dirty. */
const FIRST_STAGE_RW = 0x67n;

export interface QtestCase {
  readonly name: string;
  readonly case: TranslationCase;
  readonly address: bigint;
}

export const qtestCases: readonly QtestCase[] = [
  qtest('legacy pass-through', 'legacy-48', ROOT, legacyContext(0x9n), IOVA),
  qtest('legacy translated', 'legacy-48', ROOT, [...legacyContext(L4 | 1n), ...walk(RW)]),
  qtest('scalable pass-through', 'second-stage-48', ROOT | SCALABLE, pasidEntry([0x109n]), IOVA),
  qtest('second stage', 'second-stage-48', ROOT | SCALABLE, [...pasidEntry([L4 | 0x89n]), ...walk(RW)]),
  qtest('first stage', 'first-stage-48', ROOT | SCALABLE, [
    ...pasidEntry([0x41n, 0n, L4]),
    ...walk(FIRST_STAGE_RW),
  ]),
];

/** True when the write went where the test looks for it. */
export function qtestPasses({ address }: QtestCase, { results: [result] }: TranslationObservation): boolean {
  return result?.outcome === 'translated' && result.address === address;
}

function qtest(
  name: string,
  profileName: string,
  rtaddr: bigint,
  memory: MemoryRun[],
  address = TARGET + OFFSET,
): QtestCase {
  const profile = namedProfile(profileName);
  if (profile === undefined) throw new RangeError(`no profile ${profileName}`);
  const requests: TranslationCase['requests'] = [{ sourceId: SOURCE_ID, address: IOVA, op: 'write' }];
  return { name, address, case: { area: 'translation', profile, rtaddr, memory, requests } };
}

function legacyContext(word: bigint): MemoryRun[] {
  const [addressWidth, size] = [2n, 16n];
  return [
    { address: ROOT, words: [CONTEXT | 1n] },
    { address: CONTEXT + size * BigInt(SOURCE_ID), words: [word, addressWidth] },
  ];
}

function pasidEntry(words: bigint[]): MemoryRun[] {
  const size = 32n;
  return [
    { address: ROOT, words: [CONTEXT | 1n] },
    { address: CONTEXT + size * BigInt(SOURCE_ID), words: [DIRECTORY | 1n] },
    { address: DIRECTORY, words: [TABLE | 1n] },
    { address: TABLE, words },
  ];
}

function walk(flags: bigint): MemoryRun[] {
  const at = (level: bigint) => ((IOVA >> (3n + 9n * level)) & 0x1ffn) * 8n;
  return [
    { address: L4 + at(4n), words: [L3 | flags] },
    { address: L3 + at(3n), words: [L2 | flags] },
    { address: L2 + at(2n), words: [L1 | flags] },
    { address: L1 + at(1n), words: [TARGET | flags] },
  ];
}
