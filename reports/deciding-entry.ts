/** The entry at which a walk ended in a fault, bit by bit: the last structure that raised a condition. */
import type { Step } from '../models/reference/walk.ts';
import { firstStageLayout } from '../spec/layouts/first-stage.ts';
import { hostPermissionLayouts } from '../spec/layouts/host-permission.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { resolveLayout } from '../spec/layouts/resolve.ts';
import { secondStageLayout } from '../spec/layouts/second-stage.ts';
import type { Profile } from '../spec/schema.ts';
import { isPresent, placed } from './entry-drawing.ts';
import { layoutDrawing, type PlacedField } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

const PAGE = 1n << 7n;
const levels = [1, 2, 3, 4, 5];
/** Everything that a walk reads. */
export const layouts: readonly Layout[] = [
  ...Object.values(entryLayouts),
  ...levels.flatMap((level) => [0n, PAGE].map((entry) => secondStageLayout(level, entry))),
  ...levels.flatMap((level) => [0n, PAGE].map((entry) => firstStageLayout(level, entry))),
  ...Object.values(hostPermissionLayouts),
];
/** Steps are named by the title of what was read. */
const byTitle = new Map(layouts.map((layout) => [layout.title, layout]));

/** A verdict that names a condition of Table 30, such as `SPT.3` or `LSS.2 or LGN.3`. */
const condition = /^[A-Z]{3}\.\d/;

/** A structure that a walk has read, with what each of its fields is. */
export interface ReadStructure {
  readonly layout: Layout;
  readonly words: readonly bigint[];
  readonly fields: readonly PlacedField[];
}

/** The structure of `step`; undefined where memory did not answer, and of what is no entry. */
export function readStructure({ name, words }: Step, profile: Profile): ReadStructure | undefined {
  const layout = byTitle.get(name);
  if (words === undefined || layout === undefined) return undefined;
  const present = isPresent(layout, words);
  const { parts } = resolveLayout(layout, profile);
  return { layout, words, fields: parts.map((part) => placed(layout, part, words, present)) };
}

/** The step at which conditions were raised. */
export function decidingStep(steps: readonly Step[]): Step | undefined {
  return steps.findLast(({ verdict }) => condition.test(verdict));
}

/** The fields of the deciding entry; nothing when no entry that could be read decided. */
export function decidingEntry(steps: readonly Step[], profile: Profile, palette: Palette): readonly string[] {
  const step = decidingStep(steps);
  const structure = step && readStructure(step, profile);
  if (structure === undefined) return [];
  return ['', ...layoutDrawing(structure.layout, structure.words, structure.fields, palette)];
}
