/** The smallest tables that lead a request anywhere, as bugs of walks write them down: pages in the order in which they
 * are read, from 1000h on, as shrunk cases have them. */
import { namedProfile } from '../../spec/profiles.ts';
import type {
  EntryCase,
  EntryFormat,
  MemoryRun,
  PageWalkCase,
  Profile,
  Request,
  TranslationCase,
} from '../../spec/schema.ts';

/** `[address, ...words]`. */
export type Words = readonly [address: bigint, ...words: bigint[]];

/** Throws a RangeError when there is no such profile. */
export function profile(name: string): Profile {
  const found = namedProfile(name);
  if (found === undefined) throw new RangeError(`no profile ${name}`);
  return found;
}

/** Root entry of bus 0, at 1000h: the context table is at 2000h. */
export const ROOT: Words = [0x1000n, 0x2001n];
/** Legacy context entry of 00:00.0: three levels of tables from 3000h. */
export const LEGACY: Words = [0x2000n, 0x3001n, 1n];
/** Scalable context entry of 00:00.0 and a directory entry: the PASID table is at 4000h. */
export const SCALABLE: readonly Words[] = [
  [0x2000n, 0x3001n],
  [0x3000n, 0x4001n],
];
/** RTADDR_REG in both modes. */
const LEGACY_TABLES = 0x1000n;
const SCALABLE_TABLES = 0x1400n;

const runs = (words: readonly Words[]): MemoryRun[] =>
  words.map(([address, ...rest]) => ({ address, words: rest }));

/** Requests under the tables at `rtaddr`; a request is a read of 0 by 00:00.0 where it says nothing else. */
export function translation(
  of: string,
  rtaddr: bigint,
  words: readonly Words[],
  ...requests: readonly Partial<Request>[]
): TranslationCase {
  const asked = requests.length === 0 ? [{}] : requests;
  return {
    area: 'translation',
    profile: profile(of),
    rtaddr,
    memory: runs(words),
    requests: asked.map((request) => ({ sourceId: 0, address: 0n, op: 'read', ...request })),
  };
}

/** Legacy mode on the simplest unit, with root and context entry in place and `words` besides. */
export function legacy(words: readonly Words[], request: Partial<Request> = {}): TranslationCase {
  return translation('legacy-39', LEGACY_TABLES, [ROOT, LEGACY, ...words], request);
}

/** Scalable mode on the unit called `of`, with root, context and directory entry in place. */
export function scalable(
  of: string,
  words: readonly Words[],
  request: Partial<Request> = {},
): TranslationCase {
  return translation(of, SCALABLE_TABLES, [ROOT, ...SCALABLE, ...words], request);
}

/** A walk over the range of three levels of tables from 1000h, of 39 bits. */
export function rangeWalk(
  start: bigint,
  end: bigint,
  words: readonly Words[],
  more: Partial<Extract<PageWalkCase['walk'], { kind: 'range' }>> = {},
): PageWalkCase {
  return {
    area: 'page-walk',
    profile: profile('legacy-39'),
    memory: runs(words),
    walk: { kind: 'range', top: 0x1000n, levels: 3, start, end, notifyUnmapped: false, ...more },
  };
}

/** 00:00.0 is assigned while translation is on, under legacy tables. */
export function assigned(words: readonly Words[]): PageWalkCase {
  return {
    area: 'page-walk',
    profile: profile('legacy-39'),
    memory: runs(words),
    walk: { kind: 'replay', rtaddr: LEGACY_TABLES, translationEnabled: true, sourceId: 0 },
  };
}

/** One entry; words left out at the end are zero. */
export function entry(of: string, format: EntryFormat, size: number, ...words: bigint[]): EntryCase {
  const filled = Array.from({ length: size }, (_, index) => words[index] ?? 0n);
  return { area: 'entry', profile: profile(of), format, words: filled };
}
