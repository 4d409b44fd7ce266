/** Steps that move a structure and everything that refers to it: devices, table pages, table indices. */
import { walkTrace } from '../../models/reference/translation.ts';
import { bits, extract, insert } from '../../spec/bits.ts';
import type { Request, TranslationCase } from '../../spec/schema.ts';

const PAGE = 0x1000n;
const BLOCK = 0x20_0000n;
const SCALABLE = 0x400n;

/** Cases in which one requester has a lower source id, its root and context entries moved along. */
export function* lowerSourceIds(testCase: TranslationCase): Iterable<TranslationCase> {
  const used = new Set(testCase.requests.map(({ sourceId }) => sourceId));
  for (const from of used) {
    const lower = testCase.profile.sourceIds ?? [0, from & 0x80, from & 0xff, from & 0xff00];
    for (const to of new Set(lower)) {
      if (to >= from || used.has(to)) continue;
      yield withSourceId(testCase, from, to);
      yield { ...testCase, requests: renamed(testCase, from, to) };
    }
  }
}

function withSourceId(testCase: TranslationCase, from: number, to: number): TranslationCase {
  const scalable = (testCase.rtaddr & SCALABLE) !== 0n;
  const half = (id: number): bigint => (scalable && (id & 0x80) !== 0 ? 8n : 0n);
  const rootOf = (id: number): bigint => pageOf(testCase.rtaddr) + 16n * BigInt(id >> 8) + half(id);
  const root = testCase.memory.find(({ address }) => address === rootOf(from));
  const table = pageOf(root?.words[0] ?? 0n);
  const contextOf = (id: number): bigint =>
    table + (scalable ? 32n * BigInt(id & 0x7f) : 16n * BigInt(id & 0xff));
  const moves = new Map([
    ...(scalable ? [[rootOf(from) ^ 8n, rootOf(to) ^ 8n] as const] : []),
    [rootOf(from), rootOf(to)] as const,
    ...(root ? [[contextOf(from), contextOf(to)] as const] : []),
  ]);
  return {
    ...testCase,
    memory: testCase.memory.map((run) => ({ ...run, address: moves.get(run.address) ?? run.address })),
    requests: renamed(testCase, from, to),
  };
}

function renamed({ requests }: TranslationCase, from: number, to: number): Request[] {
  return requests.map((request) => (request.sourceId === from ? { ...request, sourceId: to } : request));
}

/** Cases in which one page that holds entries lies lower, every pointer to it changed along. */
export function* lowerPages(testCase: TranslationCase): Iterable<TranslationCase> {
  const used = pagesOf(testCase);
  for (const page of [...used].sort(ascending)) {
    const free = freePage(testCase, page, used);
    if (free < page) yield withPages(testCase, new Map([[page, free]]));
  }
}

/** The root table in another page than the first, which is where pointers lead that say nothing. */
export function* awayFromZero(testCase: TranslationCase): Iterable<TranslationCase> {
  if (pageOf(testCase.rtaddr) !== 0n || testCase.memory.length === 0) return;
  const free = freePage(testCase, 0n, pagesOf(testCase));
  const memory = testCase.memory.map(({ address, words }) => ({
    address: address < PAGE ? address + free : address,
    words,
  }));
  yield { ...testCase, rtaddr: testCase.rtaddr + free, memory };
}

/** Those that hold tables. */
export function pagesOf({ rtaddr, memory }: TranslationCase): ReadonlySet<bigint> {
  return new Set([...memory.map(({ address }) => pageOf(address)), pageOf(rtaddr)]);
}

/** The lowest that `page` may become. */
function freePage(testCase: TranslationCase, page: bigint, used: ReadonlySet<bigint>): bigint {
  let free = firstPage(testCase, page);
  while (used.has(free)) free += PAGE;
  return free;
}

/** Where pages go: page 0 stays free, and an emulator keeps tables and data in blocks of their own. */
export function firstPage({ profile }: Pick<TranslationCase, 'profile'>, page: bigint): bigint {
  const start = profile.sourceIds ? page - (page % BLOCK) : (profile.backed[0]?.start ?? 0n);
  return start === 0n ? PAGE : start;
}

/** The case with pages moved, `moves` from old to new, and every pointer to them changed along. */
function withPages(testCase: TranslationCase, moves: ReadonlyMap<bigint, bigint>): TranslationCase {
  const mask = bits(testCase.profile.haw - 1, 12);
  const moved = (word: bigint): bigint => {
    const to = moves.get(word & mask);
    return to === undefined ? word : (word & ~mask) | to;
  };
  return {
    ...testCase,
    rtaddr: moved(testCase.rtaddr),
    memory: testCase.memory.map(({ address, words }) => ({
      address: (moves.get(pageOf(address)) ?? pageOf(address)) | (address & (PAGE - 1n)),
      words: words.map(moved),
    })),
  };
}

/**
 * Cases in which a table entry lies at the lowest free index of its table, and the addresses that lead to it
 * change along: those of requests and, with nesting, guest-physical ones in first-stage entries.
 */
export function* lowerIndices(testCase: TranslationCase): Iterable<TranslationCase> {
  const taken = new Set(testCase.memory.map(({ address }) => address));
  for (const [at, run] of testCase.memory.entries()) {
    const from = extract(run.address, 11, 3);
    if (from === 0n || run.words.length > 1) continue;
    const page = pageOf(run.address);
    let to = 0n;
    while (taken.has(page + 8n * to)) to++;
    if (to > from) continue;
    for (let low = 12; low <= 48; low += 9) {
      const moved = (address: bigint): bigint =>
        extract(address, low + 8, low) === from ? insert(address, low + 8, low, to) : address;
      const requests = testCase.requests.map((request) => ({ ...request, address: moved(request.address) }));
      const memory = testCase.memory.with(at, { ...run, address: page + 8n * to });
      if (requests.some(({ address }, index) => address !== testCase.requests[index]?.address)) {
        yield { ...testCase, memory, requests };
      }
      const words = memory.map((other) => ({ ...other, words: other.words.map(moved) }));
      if (words.some((other, index) => other.words.some((word, n) => word !== memory[index]?.words[n]))) {
        yield { ...testCase, memory: words };
      }
    }
  }
}

/**
 * The case with its pages renumbered in the order in which the requests read them, and its runs by address:
 * none when they are in order already.
 */
export function* inOrder(testCase: TranslationCase): Iterable<TranslationCase> {
  const used = new Set(testCase.memory.map(({ address }) => pageOf(address)));
  const read = testCase.requests.flatMap((_, index) =>
    walkTrace(testCase, index).map(({ address }) => pageOf(address)),
  );
  const unread = [...used].filter((page) => !read.includes(page)).sort(ascending);
  const wanted = [...new Set(read.filter((page) => used.has(page))), ...unread];
  const first = firstPage(testCase, wanted[0] ?? 0n);
  const moves = new Map(wanted.map((page, index) => [page, first + PAGE * BigInt(index)]));
  const moved = withPages(testCase, moves);
  const memory = [...moved.memory].sort((a, b) => ascending(a.address, b.address));
  const isInOrder = memory.every((run, index) => run.address === testCase.memory[index]?.address);
  if (!isInOrder || wanted.some((page) => page !== moves.get(page))) yield { ...moved, memory };
}

/** The page that `address` lies in. */
export function pageOf(address: bigint): bigint {
  return address - (address % PAGE);
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
