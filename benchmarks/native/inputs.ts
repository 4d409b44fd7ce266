/**
 * What both sides of the comparison with C work on, drawn from the seed of the benchmark. It has the shape of the JSON
 * that native.c reads: arrays of words, and the memory of a case.
 */
import seedrandom from 'seedrandom';
import { drawCases } from '../../generators/drawing.ts';
import { decodeCapabilities, encodeCapabilities } from '../../spec/capabilities.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { MemoryRun, Profile } from '../../spec/schema.ts';
import { entrySuite } from '../../suites/entry/suite.ts';
import { entrySyncSuite } from '../../suites/entry-sync/suite.ts';
import { invalidationSuite } from '../../suites/invalidation/suite.ts';
import { usedBitsSuite } from '../../suites/used-bits/suite.ts';
import { SEED } from '../areas.ts';
import { FIRST_STAGE, identity, pageTables, SECOND_STAGE, scattered } from './page-tables.ts';

type Words = readonly (readonly bigint[])[];

export const writerFormats = ['vtd-pasid', 'smmu-ste', 'smmu-cd'] as const;
export type WriterFormat = (typeof writerFormats)[number];

/** For each kind of input. */
const COUNT = 2048;
/** Pages of 4 KiB that walks go to: 64 MiB. */
const FRAMES = 16_384;
/** Of input addresses, for entries of every level to lie in the middle of their tables. */
const BASE = 0x12_3480_0000n;

const ROOT = 0x1000n;
const CONTEXTS = 0x2000n;
const DIRECTORY = 0x3000n;
const PASID_TABLES = 0x1_0000n;
const SOURCE_ID = 0x10n;
/** As many as both sides can hold. */
const PASIDS = 8;
const DOMAINS = 4;

export type NativeInputs = ReturnType<typeof drawInputs>;

export function drawInputs() {
  const profile = cachingProfile();
  const random = seedrandom(String(SEED));
  const below = (limit: number): number => Math.floor(random() * limit);
  const entries = drawCases(entrySuite.arbitrary([profile]), SEED, 8 * COUNT)
    .filter(({ format }) => format === 'pasid-table')
    .map(({ words }) => words);
  const used = drawCases(usedBitsSuite.arbitrary([profile]), SEED, COUNT);
  const updates = drawCases(entrySyncSuite.arbitrary([profile]), SEED, 2 * COUNT);
  const ofFormat = (wanted: WriterFormat) => {
    const chosen = updates.filter(({ format }) => format === wanted);
    return {
      used: used
        .filter(({ format }) => format === wanted)
        .map(({ entry }) => entry)
        .filter(isOrdinary[wanted]),
      from: chosen.map(({ from }) => from),
      to: chosen.map(({ to }) => to),
    };
  };
  const streams = drawCases(invalidationSuite.arbitrary([profile]), SEED, COUNT / 4);
  const descriptors = streams.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.step === 'submit' ? step.descriptors : [])),
  );
  return {
    profile,
    entries: entries.slice(0, COUNT),
    'vtd-pasid': ofFormat('vtd-pasid'),
    'smmu-ste': ofFormat('smmu-ste'),
    'smmu-cd': ofFormat('smmu-cd'),
    descriptors: descriptors.slice(0, COUNT).map((words) => fourWords(words)),
    addresses: Array.from({ length: 2 * COUNT }, () => [BASE + BigInt(below(FRAMES * 0x1000))]) as Words,
    ...walkedTables(),
    ...heldPasids(),
    invalidations: Array.from({ length: COUNT }, () => {
      const pasid = below(PASIDS);
      const granularity = [0, 1, 1, 3][below(4)] as number;
      return [BigInt(granularity), domainOf(pasid), pasidOf(pasid)];
    }),
    memory: [...walkedTables().memory, ...heldPasids().memory],
  };
}

/** Stream table entries with reserved Config are left out: implementations may differ on them (IHI 0070 5.2). */
const isOrdinary: Record<WriterFormat, (entry: readonly bigint[]) => boolean> = {
  'vtd-pasid': () => true,
  'smmu-ste': ([low = 0n]) => (low & 0xen) === 0n || (low & 8n) !== 0n,
  'smmu-cd': () => true,
};

/** With caching mode units may read entries again on their own. */
function cachingProfile(): Profile {
  const base = namedProfile('everything');
  if (base === undefined) throw new RangeError('there is no profile everything');
  return { ...base, ...encodeCapabilities({ ...decodeCapabilities(base), CM: 1 }) };
}

function fourWords(words: readonly bigint[]): readonly bigint[] {
  return Array.from({ length: 4 }, (_, index) => words[index] ?? 0n);
}

/** Second stage and first stage alone; and a first stage whose tables lie, like its pages, behind a second stage. */
function walkedTables() {
  const second = pageTables(SECOND_STAGE, 0x1000_0000n, BASE, FRAMES, scattered(0x4000_0000n, FRAMES));
  const first = pageTables(FIRST_STAGE, 0x1100_0000n, BASE, FRAMES, scattered(0x4000_0000n, FRAMES));
  // Guest-physical addresses: the tables, and the pages 16 MiB behind.
  const guest = 0x2000_0000n;
  const nested = pageTables(FIRST_STAGE, guest, BASE, FRAMES, scattered(guest + 0x100_0000n, FRAMES));
  const host = 0x1_0000_0000n;
  const nesting = pageTables(SECOND_STAGE, 0x1300_0000n, guest, FRAMES + 4096, identity(guest + host));
  return {
    secondStage: second.top,
    firstStage: first.top,
    nestedStage: nested.top,
    nestingStage: nesting.top,
    memory: [
      ...second.memory,
      ...first.memory,
      ...nesting.memory,
      ...nested.memory.map(({ address, words }): MemoryRun => ({ address: address + host, words })),
    ],
  };
}

const pasidOf = (index: number): bigint => BigInt(1 + 67 * index);
const domainOf = (index: number): bigint => BigInt(1 + (index % DOMAINS));

/** One device with PASIDs in tables of their own, each with a first stage. */
function heldPasids() {
  const contextEntry = CONTEXTS + 32n * SOURCE_ID;
  const memory: MemoryRun[] = [
    { address: ROOT, words: [CONTEXTS | 1n] },
    // PASIDE, and a directory for as many PASIDs as there are in use.
    { address: contextEntry, words: [DIRECTORY | 9n, 0n, 0n, 0n] },
  ];
  const pasids: bigint[][] = [];
  for (let index = 0; index < PASIDS; index++) {
    const pasid = pasidOf(index);
    const table = PASID_TABLES + 0x1000n * BigInt(index);
    const words = [0x41n, domainOf(index), 0x5000_0000n + 0x1000n * BigInt(index), 0n, 0n, 0n, 0n, 0n];
    memory.push({ address: DIRECTORY + 8n * (pasid >> 6n), words: [table | 1n] });
    memory.push({ address: table + 64n * (pasid & 63n), words });
    pasids.push([SOURCE_ID, pasid]);
  }
  return { rtaddr: ROOT | 0x400n, pasids: pasids as Words, memory };
}
