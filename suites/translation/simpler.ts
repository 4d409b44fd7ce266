/**
 * Simpler cases, most drastic first: fewer requests, entries and words, then lower values: source ids, table
 * pages, table indices, addresses, bits. The number of requests and words never grows and the sum of all
 * values falls with each step, but for a root table that leaves page 0 and for pages put in the order in
 * which they are read, and these undo nothing: no chain goes on for ever.
 */

import { expectations, walkTrace } from '../../models/reference/translation.ts';
import { bits } from '../../spec/bits.ts';
import type { Request, TranslationCase } from '../../spec/schema.ts';
import { coarse, fine, type Lower } from '../core/lower-values.ts';
import { withRun } from '../core/trimmed-runs.ts';
import { scenes } from './scenes.ts';
import { lowerPasids, withoutPasids } from './simpler-pasids.ts';
import { simplerPermissions } from './simpler-permissions.ts';
import {
  awayFromZero,
  inOrder,
  lowerIndices,
  lowerPages,
  lowerSourceIds,
  pagesOf,
} from './simpler-places.ts';
import { plainerRequests } from './simpler-requests.ts';
import { simplerWalks } from './simpler-walk.ts';

const PAGE = 0x1000n;
const POINTER = bits(51, 12);

/** Every simpler case. Where pages must answer on real hardware, those that would reach others are left out. */
export function* simplerTranslations(testCase: TranslationCase): Iterable<TranslationCase> {
  for (const simpler of candidates(testCase)) if (isFitForHardware(simpler)) yield simpler;
}

function* candidates(testCase: TranslationCase): Iterable<TranslationCase> {
  yield* fewerRequests(testCase);
  yield* scenes(testCase);
  yield* fewerWords(testCase);
  yield* withoutPasids(testCase);
  yield* simplerRequests(testCase, coarse);
  yield* simplerWords(testCase, coarse);
  yield* simplerWalks(testCase);
  yield* lowerSourceIds(testCase);
  yield* lowerPasids(testCase);
  yield* awayFromZero(testCase);
  yield* lowerPages(testCase);
  yield* lowerIndices(testCase);
  yield* simplerPermissions(testCase);
  yield* inOrder(testCase);
  yield* simplerRequests(testCase, fine);
  yield* simplerWords(testCase, fine);
  for (const rtaddr of fine(testCase.rtaddr)) {
    // Page 0 stays free: tables that lie where missing pointers lead have more than one part to play.
    if (rtaddr >= PAGE || testCase.memory.length === 0) yield { ...testCase, rtaddr };
  }
}

function* fewerRequests(testCase: TranslationCase): Iterable<TranslationCase> {
  const { requests } = testCase;
  if (requests.length === 1) return;
  for (const request of requests) yield { ...testCase, requests: [request] };
  for (const index of requests.keys()) yield { ...testCase, requests: requests.toSpliced(index, 1) };
}

function* fewerWords(testCase: TranslationCase): Iterable<TranslationCase> {
  const { memory } = testCase;
  for (const index of memory.keys()) yield { ...testCase, memory: memory.toSpliced(index, 1) };
  for (const [index, { words }] of memory.entries()) {
    for (const [at, word] of words.entries()) {
      if (word !== 0n) yield withRun(testCase, index, words.with(at, 0n));
    }
    if (words[0] === 0n || words.at(-1) === 0n) yield withRun(testCase, index, words);
  }
}

/** An entry whose pointer leads to no page; a large directory lies in others than it points to. */
const LEADS_ON = /(root|context|PASID directory) entry/i;

/** No pointer to a table becomes one to another: each table has one part to play. */
function* simplerWords(testCase: TranslationCase, lower: Lower): Iterable<TranslationCase> {
  const used = pagesOf(testCase);
  const steps = testCase.requests.flatMap((_, index) => walkTrace(testCase, index));
  const pointers = steps.flatMap(({ name, words }) => (LEADS_ON.test(name) ? (words?.[0] ?? []) : []));
  const tables = new Set([...used, ...[...pointers, ...steps.map(({ address }) => address)].map(pointerOf)]);
  for (const [index, { words }] of testCase.memory.entries()) {
    for (const [at, word] of words.entries()) {
      const known = [...fewerLevels(word), ...firstPage(word), ...lowestBit(word), ...knownBit(word)];
      for (const value of [...known, ...plainType(word), ...lower(word)]) {
        const [from, to] = [pointerOf(word), pointerOf(value)];
        if (from === to || !tables.has(from) || !used.has(to))
          yield withRun(testCase, index, words.with(at, value));
      }
    }
  }
}

function pointerOf(word: bigint): bigint {
  return word & POINTER;
}

/** AW of 4 levels as of 3, where a PASID table entry has it and where a context entry of legacy mode does. */
function fewerLevels(word: bigint): readonly bigint[] {
  if (word === 2n) return [1n];
  return (word & 0x1cn) === 8n ? [word ^ 0xcn] : [];
}

/** Translation by first stage, of which a PASID table entry says no width. */
function plainType(word: bigint): readonly bigint[] {
  return (word & 1n) === 1n && (word & 0x1c0n) > 0x40n && word < 0x1000n ? [(word & ~0x1fcn) | 0x40n] : [];
}

/** The first page, or the one after it, in place of any other that an entry leads to. */
function firstPage(word: bigint): readonly bigint[] {
  const rest = word & ~POINTER;
  return (word & POINTER) > PAGE ? [rest, rest | PAGE] : [];
}

/** Of a word of one bit: the lowest that does not make an entry present. */
function lowestBit(word: bigint): readonly bigint[] {
  return word > 2n && (word & (word - 1n)) === 0n ? [2n] : [];
}

/** Of an entry with one bit beside its lowest three: one that most formats say something else of, where it is lower. */
function knownBit(word: bigint): readonly bigint[] {
  const bit = word & ~7n;
  if (bit === 0n || (bit & (bit - 1n)) !== 0n || bit === word) return [];
  return KNOWN_BITS.filter((known) => known < bit).map((known) => (word & 7n) | known);
}

/** Page size, snoop, a misaligned page, the first bit above all addresses. */
const KNOWN_BITS: readonly bigint[] = [7n, 11n, 13n, 52n].map((at) => 1n << at);

/** The first addresses behind what one entry of a level covers, as far as they are lower. */
function nearer(address: bigint): readonly bigint[] {
  return borders.filter((border) => border < address);
}

const borders: readonly bigint[] = [12n, 21n, 30n, 39n, 48n, 57n].map((bit) => 1n << bit);

function* simplerRequests(testCase: TranslationCase, lower: Lower): Iterable<TranslationCase> {
  const { requests } = testCase;
  const replace = (index: number, request: Request): TranslationCase => ({
    ...testCase,
    requests: requests.with(index, request),
  });
  for (const [index, request] of requests.entries()) {
    for (const plainer of plainerRequests(request, testCase.profile)) yield replace(index, plainer);
    for (const address of nearer(request.address)) yield replace(index, { ...request, address });
    for (const address of lower(request.address)) yield replace(index, { ...request, address });
    for (const pasid of lower(BigInt(request.pasid ?? 0)))
      yield replace(index, { ...request, pasid: Number(pasid) });
  }
}

/** An emulator has only these devices, and pages that hold data must answer and hold no tables. */
function isFitForHardware(testCase: TranslationCase): boolean {
  const { sourceIds, backed } = testCase.profile;
  if (sourceIds === undefined) return true;
  const tables = new Set(testCase.memory.map(({ address }) => address >> 12n));
  const isData = (address: bigint): boolean =>
    !tables.has(address >> 12n) && backed.some(({ start, end }) => address >= start && address < end);
  return expectations(testCase).every((expected) =>
    expected?.every(
      (answer) => answer.outcome !== 'translated' || (answer.address !== undefined && isData(answer.address)),
    ),
  );
}
