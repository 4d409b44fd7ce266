/** The entries of paging structures that a request meets, by stage and level. */
import type { Step } from '../../models/reference/walk.ts';
import { bits } from '../../spec/bits.ts';

const POINTER = bits(51, 12);

export interface Met {
  readonly stage: 'first' | 'second';
  readonly level: number;
  readonly isPage: boolean;
  readonly word: bigint;
}

/** In the order of the walk. */
export function entriesMet(steps: readonly Step[]): readonly Met[] {
  return steps.flatMap(({ name, words }): readonly Met[] => {
    const level = levels.find(([title]) => title.test(name))?.[1];
    const [word] = words ?? [];
    if (level === undefined || word === undefined) return [];
    const stage = name.startsWith('First') ? 'first' : 'second';
    return [{ stage, level, isPage: level === 1 || /page$/.test(name), word }];
  });
}

/** The last of them, which decides, first; each once. */
export function distinct(met: readonly Met[]): readonly Met[] {
  const known = new Map(
    met.toReversed().map((one) => [`${one.stage} ${one.level} ${one.isPage} ${one.word & ~POINTER}`, one]),
  );
  return [...known.values()];
}

/** By what the layouts of paging structures are called. */
const levels: readonly (readonly [RegExp, number])[] = [
  [/page table entry$/, 1],
  [/(page directory entry|2 MiB page)$/, 2],
  [/(page directory pointer entry|1 GiB page)$/, 3],
  [/PML4 entry$/, 4],
  [/PML5 entry$/, 5],
];
