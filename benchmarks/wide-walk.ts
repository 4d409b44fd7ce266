/** Walks a second over the widest range that there is with three pages in it: cost follows the tables. */
import type { Bench } from 'tinybench';
import { PAGE_BYTES, Tables } from '../generators/tables.ts';
import { newTable, secondStageTree } from '../generators/translation-domains.ts';
import { optimized } from '../models/optimized/implementation.ts';
import { reference } from '../models/reference/implementation.ts';
import { namedProfile } from '../spec/profiles.ts';
import type { PageWalkCase } from '../spec/schema.ts';
import type { Unit } from './figures.ts';

const LEVELS = 5;
const WIDTH = 57;
/** The first page, one in the middle, and the last: no table but the top one is shared. */
const frames = [0, 2 ** (WIDTH - 13), 2 ** (WIDTH - 12) - 1] as const;
const TABLE_BLOCK = 0x20_0000;

/** Adds one task a model. */
export function addWideWalk(bench: Bench, units: Map<string, Unit>): void {
  const testCase = wideWalk();
  for (const { name, run } of [reference, optimized]) {
    const task = `walk of 2^${WIDTH} with three pages: ${name}`;
    units.set(task, { perRound: 1 });
    bench.add(task, () => void run(testCase));
  }
}

function wideWalk(): PageWalkCase {
  const profile = namedProfile('legacy-57');
  if (profile === undefined) throw new RangeError('there is no profile legacy-57');
  const tables = new Tables(TABLE_BLOCK, 1);
  const tree = secondStageTree(tables, LEVELS, WIDTH);
  for (const frame of frames) {
    const leaf = { frame, level: 1, target: PAGE_BYTES };
    tables.map(tree, leaf, (below) => newTable(tables, tree, below));
  }
  const range = { start: 0n, end: 2n ** 64n - 1n, notifyUnmapped: false };
  return {
    area: 'page-walk',
    profile,
    memory: tables.memory(),
    walk: { kind: 'range', top: BigInt(tree.top), levels: LEVELS, ...range },
  };
}
