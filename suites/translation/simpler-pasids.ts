/** Steps that give requests lower PASIDs and move the directory and table entries along that these lead to. */
import { bits, extract, insert } from '../../spec/bits.ts';
import { contextScalable } from '../../spec/layouts/context.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import type { MemoryRun, Request, TranslationCase } from '../../spec/schema.ts';
import { withRun } from '../core/trimmed-runs.ts';
import { pageOf, pagesOf } from './simpler-places.ts';

const SCALABLE = 0x400n;
const PAGE = 0x1000n;
const POINTER = bits(51, 12);
/** PASIDs whose directory entries share a page. */
const PASIDS_PER_PAGE = 0x8000;
/** A directory of size 0 holds PASIDs of so many bits. */
const FEWEST_PASID_BITS = 13;
const rid = fieldOf(contextScalable, 'RID_PASID');
const size = fieldOf(contextScalable, 'PDTS');

/** Another PASID, and where the directory starts then. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly directory: bigint;
}

/** Cases in which one request has a lower PASID: its own, RID_PASID, or what is both. */
export function* lowerPasids(testCase: TranslationCase): Iterable<TranslationCase> {
  if ((testCase.rtaddr & SCALABLE) === 0n) return;
  for (const request of testCase.requests) {
    const from = request.pasid ?? requesterPasid(testCase, request);
    const directory = directoryOf(testCase, request);
    for (const to of new Set([0, 1, from & 0x3f, from & 0x40, from & 0xf_ffc0, from & 0xf_8000])) {
      if (to < from) yield* withMove(testCase, request, { from, to, directory });
    }
    for (const move of nearerDirectories(testCase, from, directory)) yield* withMove(testCase, request, move);
    yield* smallerDirectory(testCase, request, from);
  }
}

/** Cases in which a request comes without its PASID, and what that led to lies where RID_PASID 0 leads. */
export function* withoutPasids(testCase: TranslationCase): Iterable<TranslationCase> {
  if ((testCase.rtaddr & SCALABLE) === 0n) return;
  for (const [index, request] of testCase.requests.entries()) {
    if (request.pasid === undefined || request.pasid === 0) continue;
    const directory = directoryOf(testCase, request);
    const moved = withPasid(testCase, request, { from: request.pasid, to: 0, directory });
    yield { ...moved, requests: moved.requests.with(index, withoutPasid(request)) };
  }
}

/** The case in which a request comes without its PASID, and that is RID_PASID of its requester. */
export function asRequesterPasid(testCase: TranslationCase, index: number): TranslationCase {
  const request = testCase.requests[index];
  if (request?.pasid === undefined) return testCase;
  const requests = testCase.requests.with(index, withoutPasid(request));
  return withRequesterPasid({ ...testCase, requests }, request, request.pasid);
}

function withoutPasid({ pasid: _, privileged: __, ...plain }: Request): Request {
  return plain;
}

/**
 * The directory entry stays in its page, which becomes the second one of the directory: the PASID is lower by as much
 * as the directory starts higher up. Or that page becomes the first of its block of memory.
 */
function nearerDirectories(testCase: TranslationCase, from: number, directory: bigint): readonly Move[] {
  if (from < PASIDS_PER_PAGE || directory === 0n) return [];
  const to = PASIDS_PER_PAGE + (from % PASIDS_PER_PAGE);
  const page = pageOf(entryOf(directory, from));
  const block = testCase.profile.backed.find(({ start, end }) => start <= page && page < end);
  const used = pagesOf(testCase);
  const firsts = block === undefined || used.has(block.start) ? [] : [block.start];
  const pages = [...firsts, page].filter((one) => one > PAGE && !used.has(one - PAGE));
  const moves = pages.map((one) => ({ from, to, directory: one - PAGE }));
  return moves.filter((move) => to < from || move.directory < directory);
}

/** The least that holds the PASID. */
function* smallerDirectory(
  testCase: TranslationCase,
  request: Request,
  pasid: number,
): Iterable<TranslationCase> {
  const context = contextOf(testCase, request);
  const [low = 0n, ...rest] = context?.words ?? [];
  const least = BigInt(Math.max(0, pasid.toString(2).length - FEWEST_PASID_BITS));
  if (context === undefined || extract(low, size.high, size.low) <= least) return;
  const words = [insert(low, size.high, size.low, least), ...rest];
  yield withRun(testCase, testCase.memory.indexOf(context), words);
}

/** The request's own PASID and RID_PASID alike, where they are the same, and its own alone. */
function* withMove(testCase: TranslationCase, request: Request, move: Move): Iterable<TranslationCase> {
  const moved = withPasid(testCase, request, move);
  if (requesterPasid(testCase, request) === move.from) yield withRequesterPasid(moved, request, move.to);
  if (request.pasid !== undefined) yield moved;
}

function withPasid(testCase: TranslationCase, request: Request, move: Move): TranslationCase {
  const { memory } = testCase;
  const { from, to, directory } = move;
  const context = contextOf(testCase, request);
  const entry = entryOf(directoryOf(testCase, request), from);
  const table = pageOf(at(memory, entry)?.words[0] ?? 0n);
  const tableEntryOf = (pasid: number): bigint => table + 64n * BigInt(pasid & 63);
  const moves = new Map([
    [entry, entryOf(directory, to)],
    [tableEntryOf(from), tableEntryOf(to)],
  ]);
  return {
    ...testCase,
    memory: memory.map((run) => {
      const [low = 0n] = run.words;
      const words = run === context ? run.words.with(0, (low & ~POINTER) | directory) : run.words;
      return { address: moves.get(run.address) ?? run.address, words };
    }),
    requests: testCase.requests.map((other) =>
      other.sourceId === request.sourceId && other.pasid === from ? { ...other, pasid: to } : other,
    ),
  };
}

function withRequesterPasid(testCase: TranslationCase, request: Request, pasid: number): TranslationCase {
  const context = contextOf(testCase, request);
  if (context === undefined) return testCase;
  const [low = 0n, high = 0n, ...rest] = context.words;
  const words = [low, insert(high, rid.high, rid.low, BigInt(pasid)), ...rest];
  return withRun(testCase, testCase.memory.indexOf(context), words);
}

function requesterPasid(testCase: TranslationCase, request: Request): number {
  return Number(extract(contextOf(testCase, request)?.words[rid.word] ?? 0n, rid.high, rid.low));
}

function entryOf(directory: bigint, pasid: number): bigint {
  return directory + 8n * BigInt(pasid >> 6);
}

/** Address of the PASID directory of a requester, 0 when there is none. */
function directoryOf(testCase: TranslationCase, request: Request): bigint {
  return pageOf(contextOf(testCase, request)?.words[0] ?? 0n) & POINTER;
}

function contextOf({ rtaddr, memory }: TranslationCase, { sourceId }: Request): MemoryRun | undefined {
  const half = (sourceId & 0x80) === 0 ? 0n : 8n;
  const root = at(memory, pageOf(rtaddr) + 16n * BigInt(sourceId >> 8) + half);
  return at(memory, pageOf(root?.words[0] ?? 0n) + 32n * BigInt(sourceId & 0x7f));
}

function at(memory: readonly MemoryRun[], address: bigint): MemoryRun | undefined {
  return memory.find((run) => run.address === address);
}
