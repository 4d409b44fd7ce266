/** Cases written by hand: pages of known tables, a walk over them, and the answer of both models. */
import { expect } from 'vitest';
import { Tables } from '../../generators/tables.ts';
import { newTable, secondStageTree } from '../../generators/translation-domains.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type {
  Mapping,
  MemoryRun,
  PageWalkCase,
  PageWalkObservation,
  Profile,
  RangeWalk,
  WalkEvent,
} from '../../spec/schema.ts';
import { judgePageWalk } from './judge.ts';

export const KIB4 = 0x1000n;
export const MIB2 = 0x20_0000n;
export const GIB1 = 0x4000_0000n;
export const ALL_64 = 2n ** 64n - 1n;

/** The named profile, with the narrow side of every doubt. */
export function unit(name: string): Profile {
  const found = namedProfile(name);
  if (found === undefined) throw new RangeError(name);
  return { ...found, policies: { emptyTables: 'announced', translationOff: 'identity' } };
}

/** A page: `level` 1 to 3, `entry` or plain rights; `rights` of the tables above it by level. */
export interface Page {
  readonly iova: bigint;
  readonly target: bigint;
  readonly level?: number;
  readonly entry?: bigint;
  readonly tables?: Readonly<Record<number, bigint>>;
}

export interface Parts extends Partial<Omit<RangeWalk, 'kind'>> {
  readonly profile?: Profile;
  readonly pages?: readonly Page[];
  readonly hookFailure?: PageWalkCase['hookFailure'];
}

/** Memory with the tables of `pages`, and the top table. */
export function tablesOf(
  pages: readonly Page[],
  levels: number,
): { readonly top: bigint; readonly memory: MemoryRun[] } {
  const tables = new Tables(0x20_0000, 1);
  const tree = secondStageTree(tables, levels, 12 + 9 * levels);
  for (const { iova, target, level = 1, entry, tables: changed } of pages) {
    const leaf = { frame: Number(iova >> 12n), level, target: Number(target) };
    const path = tables.map(tree, leaf, (below) => newTable(tables, tree, below));
    for (const step of path) {
      const word = changed?.[step.level];
      if (word !== undefined) step.words[0] = ((step.words[0] ?? 0n) & ~3n) | word;
    }
    const last = path.at(-1);
    if (entry !== undefined && last) last.words[0] = entry;
  }
  return { top: BigInt(tree.top), memory: tables.memory() };
}

/** A walk over everything, unless `parts` say otherwise. */
export function rangeWalk({ profile, pages = [], hookFailure, ...walk }: Parts): PageWalkCase {
  const levels = walk.levels ?? 4;
  const { top, memory } = tablesOf(pages, levels);
  return {
    area: 'page-walk',
    profile: profile ?? unit('legacy-57'),
    memory,
    walk: { kind: 'range', top, start: 0n, end: ALL_64, notifyUnmapped: false, ...walk, levels },
    ...(hookFailure ? { hookFailure } : {}),
  };
}

/** The one answer, on which both models agree. */
export function answer(testCase: PageWalkCase): PageWalkObservation {
  const [first, second] = [reference, optimized].map((model) => model.run(testCase) as PageWalkObservation);
  expect(second).toEqual(first);
  return first as PageWalkObservation;
}

export const mapping = (iova: bigint, size: bigint, target: bigint, rights = 'rw'): Mapping => ({
  iova,
  size,
  target,
  read: rights.includes('r'),
  write: rights.includes('w'),
});
export const map = (...args: Parameters<typeof mapping>): WalkEvent => ({
  event: 'map',
  ...mapping(...args),
});
export const unmap = (iova: bigint, size: bigint): WalkEvent => ({ event: 'unmap', iova, size });

/** Rule and aspect of what is wrong, or nothing. */
export function wrong(testCase: PageWalkCase, observation: PageWalkObservation): string {
  const { mismatches } = judgePageWalk(testCase, observation);
  return mismatches.map(({ rule, aspect }) => `${rule.replace('page-walk.', '')}/${aspect}`).join();
}
