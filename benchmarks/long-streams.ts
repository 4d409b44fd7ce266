/**
 * Streams of growing length: software changes a mapping, invalidates, waits, and the device asks again; or it never
 * invalidates, and every value that was there may be the answer. What a check costs a step must not grow with the
 * stream.
 */
import type { Bench } from 'tinybench';
import { PAGE_BYTES, Tables } from '../generators/tables.ts';
import { newTable, secondStageTree } from '../generators/translation-domains.ts';
import { runInvalidation } from '../models/optimized/invalidation/run.ts';
import { namedProfile } from '../spec/profiles.ts';
import type { InvalidationCase, StreamStep } from '../spec/schema.ts';
import { judgeInvalidation } from '../suites/invalidation/judge.ts';
import { isPlainlyRight } from '../suites/invalidation/plainly-right.ts';
import type { Unit } from './figures.ts';
import type { Series } from './growth.ts';

const lengths = [100, 1_000, 10_000] as const;

const WIDTH = 39;
const LEVELS = 3;
const TABLE_BLOCK = 0x20_0000;
const DATA = 0x60_0000n;
const QUEUE = 0x40_0000n;
const STATUS = 0x50_0000n;
const SOURCE_ID = 0x10;
const DID = 1n;
const READ_AND_WRITE = 3n;
const MANY = 1000;

/** Judged in full; looked at as in a long search, where all that may be cached is not worked out. */
const kinds = ['check', 'first look, never invalidated'] as const;
type LongStream = (typeof kinds)[number];

const nameOf = (kind: LongStream, length: number) =>
  `stream of ${length.toLocaleString('en')} steps: ${kind}`;

/** Adds one task a length and kind; a round is one stream, counted in steps. */
export function addLongStreams(bench: Bench, units: Map<string, Unit>): void {
  const add = (kind: LongStream, length: number, round: () => void) => {
    units.set(nameOf(kind, length), { perRound: length });
    bench.add(nameOf(kind, length), round);
  };
  for (const length of lengths) {
    const testCase = longStream(length, stepOf);
    add('check', length, () => void judgeInvalidation(testCase, runInvalidation(testCase)));
    const stale = longStream(length, staleStepOf);
    add('first look, never invalidated', length, () => {
      if (!isPlainlyRight(stale, runInvalidation(stale))) throw new RangeError('not plainly right');
    });
  }
}

/** A stream costs so much a step. */
export const longStreamSeries: readonly Series[] = kinds.map((kind) => ({
  ...{ of: `a stream: ${kind}`, with: 'steps', sizes: lengths },
  nameOf: (length) => nameOf(kind, length),
}));

function longStream(length: number, step: typeof stepOf): InvalidationCase {
  const profile = namedProfile('legacy-39');
  if (profile === undefined) throw new RangeError('there is no profile legacy-39');
  const tables = new Tables(TABLE_BLOCK, 1);
  const root = tables.page();
  const context = tables.page();
  const tree = secondStageTree(tables, LEVELS, WIDTH);
  const page = { frame: 0, level: 1, target: Number(DATA) };
  const leaf = tables.map(tree, page, (below) => newTable(tables, tree, below)).at(-1);
  const memory = [
    ...tables.memory(),
    { address: BigInt(root), words: [BigInt(context) | 1n] },
    { address: BigInt(context) + 16n * BigInt(SOURCE_ID), words: [BigInt(tree.top) | 1n, (DID << 8n) | 1n] },
  ];
  const steps = Array.from({ length }, (_, index) => step(index, BigInt(leaf?.address ?? 0)));
  const registers = { rtaddr: BigInt(root), translationEnabled: true, iqa: QUEUE };
  return { area: 'invalidation', profile, ...registers, memory, steps };
}

const request = { step: 'request', request: { sourceId: SOURCE_ID, address: 0x10n, op: 'read' } } as const;

/** In turn: change the leaf to another of many pages, ask. */
function staleStepOf(index: number, leaf: bigint): StreamStep {
  if (index % 2 === 1) return request;
  const frame = DATA + BigInt(PAGE_BYTES) * BigInt((index / 2) % MANY);
  return { step: 'store', address: leaf, words: [frame | READ_AND_WRITE] };
}

/** In turn: change the leaf, ask, invalidate the page and wait, ask again, read the status. */
function stepOf(index: number, leaf: bigint): StreamStep {
  const round = BigInt(Math.floor(index / 5));
  switch (index % 5) {
    case 0: {
      const frame = DATA + BigInt(PAGE_BYTES) * (round % 256n);
      return { step: 'store', address: leaf, words: [frame | READ_AND_WRITE] };
    }
    case 2: {
      const invalidation = [0x32n | (DID << 16n), 0n];
      const wait = [0x25n | (round << 32n), STATUS];
      return { step: 'submit', descriptors: [invalidation, wait] };
    }
    case 4:
      return { step: 'load', address: STATUS };
    default:
      return request;
  }
}
