/** Simpler cases by place: tables in lower pages and in the order of the walk, entries at index 0 of their tables. */
import { pageWalk } from '../../models/reference/page-walk.ts';
import { bits, extract, insert } from '../../spec/bits.ts';
import type { PageWalkCase, RangeWalk } from '../../spec/schema.ts';

const PAGE = 4096n;

/** Cases in which one table has moved to a lower page, and what points to it along with it. */
export function* lowerWalkPages(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const { walk, profile } = testCase;
  const start = walk.kind === 'range' ? walk.top : walk.rtaddr;
  const used = new Set([...testCase.memory.map(({ address }) => pageOf(address)), pageOf(start)]);
  const lowest = profile.backed[0]?.start ?? 0n;
  for (const page of [...used].sort(ascending)) {
    let free = pageOf(lowest);
    while (used.has(free)) free += PAGE;
    if (free < page) yield withPage(testCase, page, free);
  }
}

/** The case with its pages in the order in which the walk reads them; none when they are in order already. */
export function* inWalkOrder(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const used = new Set(testCase.memory.map(({ address }) => pageOf(address)));
  const read: bigint[] = [];
  const ends = new Set<bigint>();
  pageWalk(testCase, {
    call: ({ alternatives: [likeliest] }) => likeliest,
    visit({ address, rule }) {
      read.push(pageOf(address));
      if (rule !== undefined) ends.add(address);
    },
  });
  const wanted = [...new Set(read)].filter((page) => used.has(page));
  const places = wanted.toSorted(ascending);
  const moves = new Map(wanted.map((page, index) => [page, places[index] ?? page]));
  const moved = withPages(testCase, moves, ends);
  const memory = moved.memory.toSorted((a, b) => ascending(a.address, b.address));
  const isSorted = memory.every((run, index) => run.address === testCase.memory[index]?.address);
  if (!isSorted || wanted.some((page) => page !== moves.get(page))) yield { ...moved, memory };
}

function withPage(testCase: PageWalkCase, from: bigint, to: bigint): PageWalkCase {
  return withPages(testCase, new Map([[from, to]]));
}

/** `moves`: pages from old to new; every pointer to them changes along, but for the words at `ends`: they point to none. */
function withPages(
  testCase: PageWalkCase,
  moves: ReadonlyMap<bigint, bigint>,
  ends: ReadonlySet<bigint> = new Set(),
): PageWalkCase {
  const { walk } = testCase;
  const mask = bits(testCase.profile.haw - 1, 12);
  const moved = (word: bigint): bigint => {
    const to = moves.get(word & mask);
    return to === undefined ? word : (word & ~mask) | to;
  };
  return {
    ...testCase,
    memory: testCase.memory.map(({ address, words }) => ({
      address: (moves.get(pageOf(address)) ?? pageOf(address)) | (address & (PAGE - 1n)),
      words: words.map((word, index) => (ends.has(address + 8n * BigInt(index)) ? word : moved(word))),
    })),
    walk: walk.kind === 'range' ? { ...walk, top: moved(walk.top) } : { ...walk, rtaddr: moved(walk.rtaddr) },
  };
}

/** Cases in which an entry lies at index 0 of its table, and range and remembered mappings change along. */
export function* lowerWalkIndices(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const { memory, walk } = testCase;
  for (const [at, run] of memory.entries()) {
    const index = extract(run.address, 11, 3);
    const isFree = !memory.some(({ address }) => address === pageOf(run.address));
    if (index === 0n || run.words.length > 1 || !isFree) continue;
    const moved = { ...testCase, memory: memory.with(at, { ...run, address: pageOf(run.address) }) };
    yield moved;
    if (walk.kind === 'replay') continue;
    for (let low = 12; low <= 48; low += 9) {
      const down = index << BigInt(low);
      const around = aroundMapping(walk, index, low);
      if (around) yield { ...moved, walk: around };
      if (extract(walk.start, low + 8, low) !== index || walk.end < walk.start) continue;
      const { announced } = walk;
      const lowered = { ...walk, start: walk.start - down, end: walk.end - down };
      if (announced === undefined) yield { ...moved, walk: lowered };
      else if (announced.every(({ iova }) => iova >= down)) {
        const others = announced.map((mapping) => ({ ...mapping, iova: mapping.iova - down }));
        yield { ...moved, walk: { ...lowered, announced: others } };
      }
    }
  }
}

/** A page where the first of all that is remembered lies, whose entries are at index 0 of that table now. */
function aroundMapping(walk: RangeWalk, index: bigint, low: number): RangeWalk | undefined {
  const known = walk.announced ?? [];
  if (known.some(({ iova }) => extract(iova, low + 8, low) !== index)) return undefined;
  const announced = known.map((mapping) => ({ ...mapping, iova: insert(mapping.iova, low + 8, low, 0n) }));
  const [first] = announced;
  if (first === undefined) return undefined;
  const around = { ...walk, start: first.iova, end: first.iova + PAGE, announced };
  return addresses(around) < addresses(walk) ? around : undefined;
}

function addresses({ start, end, announced = [] }: RangeWalk): bigint {
  return announced.reduce((sum, { iova }) => sum + iova, start + end);
}

function pageOf(address: bigint): bigint {
  return address - (address % PAGE);
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}
