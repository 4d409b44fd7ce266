/**
 * The memory of a case, as the machine needs it. Whole 64-byte lines are owned (the largest entry has 64
 * bytes, 9.6); every other word keeps its marker, which no format takes for a present entry.
 */
import { bits } from '../../spec/bits.ts';
import type { MemoryRun, TranslationCase } from '../../spec/schema.ts';
import { isObserved } from './layout.ts';

const LINE = 64n;
export const LINE_WORDS = 8;
/** A page has so many lines, and an address so many places for its line. */
const LINES_PER_PAGE = 64;

export interface CaseMemory {
  /** Words by line address; only lines in the memory that cases own and that hold something. */
  readonly lines: ReadonlyMap<bigint, readonly bigint[]>;
  /** Which of the 64 lines of a page some page of the case uses. */
  readonly usedPlaces: ReadonlySet<number>;
  /** Entries of the case that could map a page. */
  readonly leaves: readonly Leaf[];
  /** Whether some entry could select pass-through. */
  readonly passThrough: boolean;
}

interface Leaf {
  /** The entry's address field, 63:12 below the host address width. */
  readonly base: bigint;
  readonly pageBits: 12 | 21 | 30;
}

/** Lays out the words of `testCase`. */
export function layOut({ memory, profile, rtaddr }: TranslationCase): CaseMemory {
  const lines = new Map<bigint, bigint[]>();
  putWords(lines, memory);
  return describeMemory(lines, [...lines.values()].flat(), profile.haw, [rtaddr]);
}

/** Adds the words of `memory` to `lines`; what is zero owns no line. */
export function putWords(lines: Map<bigint, bigint[]>, memory: readonly MemoryRun[]): void {
  for (const { address, word } of wordsOf(memory)) {
    const line = lineOf(address);
    let words = lines.get(line);
    if (!words) {
      if (word === 0n || !isObserved(address)) continue;
      words = new Array<bigint>(LINE_WORDS).fill(0n);
      lines.set(line, words);
    }
    words[Number((address - line) >> 3n)] = word;
  }
}

/** What `words`, found in `lines` or put there later, can make of requests under the root tables `roots`. */
export function describeMemory(
  lines: ReadonlyMap<bigint, readonly bigint[]>,
  words: readonly bigint[],
  haw: number,
  roots: readonly bigint[],
): CaseMemory {
  const entries = [...new Set(words)];
  const addressField = bits(haw - 1, 12);
  const modes = new Set(roots.map((rtaddr) => (rtaddr & 0x400n) !== 0n));
  return {
    lines,
    usedPlaces: new Set([...lines.keys()].map(placeOf)),
    leaves: entries
      .filter((entry) => (entry & 3n) !== 0n)
      .flatMap((entry) => leavesOf(entry & addressField, entry)),
    passThrough: [...modes].some((scalable) => entries.some((entry) => mayPassThrough(entry, scalable))),
  };
}

/** The line in which `address` lies. */
export function lineOf(address: bigint): bigint {
  return address & ~(LINE - 1n);
}

function leavesOf(base: bigint, entry: bigint): readonly Leaf[] {
  const large = (entry & 0x80n) !== 0n;
  return (large ? ([12, 21, 30] as const) : ([12] as const)).map((pageBits) => ({ base, pageBits }));
}

/** The line of its page in which `address` lies, 0 to 63. */
export function placeOf(address: bigint): number {
  return Number((address >> 6n) & 63n);
}

/**
 * Where in the page of `address` a request can be made without meeting a word of the case: its own place
 * when that is free, or the next that is. Every rule looks at bits 63:12 only. Undefined: none is free.
 */
export function freePlace(
  { usedPlaces }: Pick<CaseMemory, 'usedPlaces'>,
  address: bigint,
): bigint | undefined {
  const own = placeOf(address);
  for (let step = 0; step < LINES_PER_PAGE; step++) {
    const place = (own + step) % LINES_PER_PAGE;
    if (!usedPlaces.has(place)) return (address & ~0xfffn) | (BigInt(place) << 6n) | (address & 0x38n);
  }
  return undefined;
}

/** Where a request for `address` may end: at the same address, or below an entry that could map it. */
export function targetsOf({ leaves }: CaseMemory, address: bigint): readonly bigint[] {
  const targets = new Set([address]);
  for (const { base, pageBits } of leaves) {
    const offset = bits(pageBits - 1, 0);
    targets.add((base & ~offset) | (address & offset));
  }
  return [...targets];
}

/** Whether a request for `address` may end where nothing can be observed. */
export function mayLeaveMemory(memory: CaseMemory, address: bigint): boolean {
  return targetsOf(memory, address).some(
    (target) => !isObserved(target) && (target !== address || memory.passThrough),
  );
}

function* wordsOf(memory: readonly MemoryRun[]): Generator<{ address: bigint; word: bigint }> {
  for (const { address, words } of memory) {
    for (const [index, word] of words.entries()) yield { address: address + BigInt(8 * index), word };
  }
}

/** Whether `word` could be a context entry with TT=10 (9.3) or a PASID entry with PGTT=100 (9.6). */
function mayPassThrough(word: bigint, scalable: boolean): boolean {
  return scalable ? (word & 0x1c1n) === 0x101n : (word & 0xdn) === 0x9n;
}
