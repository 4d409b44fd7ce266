/** The layouts of everything that a walk reads, by title: the steps of a trace are named so. */
import { firstStageLayout } from '../spec/layouts/first-stage.ts';
import { hostPermissionLayouts } from '../spec/layouts/host-permission.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { secondStageLayout } from '../spec/layouts/second-stage.ts';

const PAGE = 1n << 7n;
const levels = [1, 2, 3, 4, 5];

export const walkedLayouts: readonly Layout[] = [
  ...Object.values(entryLayouts),
  ...levels.flatMap((level) => [0n, PAGE].map((entry) => secondStageLayout(level, entry))),
  ...levels.flatMap((level) => [0n, PAGE].map((entry) => firstStageLayout(level, entry))),
  ...Object.values(hostPermissionLayouts),
];
const byTitle = new Map(walkedLayouts.map((layout) => [layout.title, layout]));

/** Undefined for what could not be read. */
export function layoutTitled(title: string): Layout | undefined {
  return byTitle.get(title);
}
