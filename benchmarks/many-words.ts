/** Checks of page walks over more and more table words: each page of a range is mapped, and announced. */
import type { Bench } from 'tinybench';
import { runPageWalk } from '../models/optimized/page-walk.ts';
import { namedProfile } from '../spec/profiles.ts';
import type { PageWalkCase } from '../spec/schema.ts';
import { judgePageWalk } from '../suites/page-walk/judge.ts';
import type { Unit } from './figures.ts';
import type { Series } from './growth.ts';
import { pageTables, SECOND_STAGE, scattered } from './native/page-tables.ts';

const COUNTS = [512, 4096, 32_768] as const;
const LEVELS = 4;

const nameOf = (words: number) => `page walk over ${words.toLocaleString('en')} table words: check`;

/** Adds one task a number of words, counted in words. */
export function addManyWords(bench: Bench, units: Map<string, Unit>): void {
  for (const words of COUNTS) {
    const testCase = wholeWalk(words);
    units.set(nameOf(words), { perRound: words });
    bench.add(nameOf(words), () => {
      const { mismatches } = judgePageWalk(testCase, runPageWalk(testCase));
      if (mismatches.length > 0) throw new RangeError('the walk is not conforming');
    });
  }
}

export const manyWordsSeries: Series = {
  ...{ of: 'a page walk: check', with: 'table words', sizes: COUNTS, nameOf },
};

function wholeWalk(words: number): PageWalkCase {
  const profile = namedProfile('legacy-48');
  if (profile === undefined) throw new RangeError('there is no profile legacy-48');
  const { top, memory } = pageTables(SECOND_STAGE, 0x1000_0000n, 0n, words, scattered(0x4000_0000n, words));
  const range = { start: 0n, end: 0x1000n * BigInt(words), notifyUnmapped: false };
  return { area: 'page-walk', profile, memory, walk: { kind: 'range', top, levels: LEVELS, ...range } };
}
