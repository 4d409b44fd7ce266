/**
 * Nested tables whose page lies behind another page of the second stage than they do themselves, so that rights and
 * flags of the one can be told from those of the other: all of them have those that they have in a drawn walk.
 */
import { bits } from '../../spec/bits.ts';
import type { Met } from './met-entries.ts';
import type { SceneTables } from './scene-tables.ts';

const POINTER = bits(51, 12);
const WRITE = 2n;
/** Of users, and to write. */
const OF_FIRST_STAGE = 6n;
/** To read, and to write. */
const OF_SECOND_STAGE = 3n;
/** PS. */
const LARGE = 0x80n;

/** `tables` like that; undefined where the walk does not get as far, or the page is too large to lie there. */
export function apart(tables: SceneTables, met: readonly Met[]): SceneTables | undefined {
  const { memory, places, pageBytes, secondPageBytes: behind, end } = tables;
  const walked = pagesMet(met);
  if (walked === undefined || behind === undefined) return undefined;
  const pages = (end + behind - 1n) / behind;
  const address = pages * behind;
  if (address % pageBytes !== 0n) return undefined;
  // What leads to them takes no right away.
  const writable = (walked.page | walked.ofTables | walked.ofPage) & WRITE;
  const changed = memory.map((run) => {
    const [plain = 0n] = run.words;
    const like = (word: bigint) => (word & ~POINTER & ~LARGE) | (plain & LARGE);
    if (run.address === places.get('leaf')) return { ...run, words: [like(walked.page) | address] };
    if (run.address === places.get('second-leaf')) {
      const ofTables = Array.from({ length: Number(pages) }, (_, index) => BigInt(index) * behind);
      const words = [...ofTables.map((page) => like(walked.ofTables) | page), like(walked.ofPage) | address];
      return { ...run, words };
    }
    return run.address > (places.get('entry') ?? 0n) ? { ...run, words: [plain | writable] } : run;
  });
  return { ...tables, memory: changed };
}

/** Entries of pages, each with the rights that all entries on its way leave. */
interface PagesMet {
  /** Of first stage. */
  readonly page: bigint;
  /** Of second stage: that the entry of the page was read through, and that of the page itself. */
  readonly ofTables: bigint;
  readonly ofPage: bigint;
}

function pagesMet(met: readonly Met[]): PagesMet | undefined {
  const at = met.findLastIndex(({ stage, isPage }) => stage === 'first' && isPage);
  if (at < 0) return undefined;
  const before = met.findLastIndex(({ stage }, index) => stage === 'first' && index < at);
  const ofFirst = met.filter(({ stage }) => stage === 'first');
  const page = withRights(ofFirst, OF_FIRST_STAGE);
  const ofTables = withRights(met.slice(before + 1, at), OF_SECOND_STAGE);
  const ofPage = withRights(met.slice(at + 1), OF_SECOND_STAGE);
  if (page === undefined || ofTables === undefined || ofPage === undefined) return undefined;
  return { page, ofTables, ofPage };
}

/** The last of `way`, which leads to a page. */
function withRights(way: readonly Met[], rights: bigint): bigint | undefined {
  const last = way.at(-1);
  const common = way.reduce((all, { word }) => all & word, rights);
  return last?.isPage ? (last.word & ~rights) | common : undefined;
}
