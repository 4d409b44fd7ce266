/** The entry at which a walk ended in a fault, bit by bit: the last structure that raised a condition. */
import type { Step } from '../models/reference/walk.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { resolveLayout } from '../spec/layouts/resolve.ts';
import type { Finding, Profile } from '../spec/schema.ts';
import { placeOf } from '../suites/core/case-words.ts';
import { isPresent, placed } from './entry-drawing.ts';
import { layoutDrawing, type PlacedField } from './layout-drawing.ts';
import { masksAt } from './needed-bits.ts';
import type { Palette } from './palette.ts';
import { layoutTitled } from './walked-layouts.ts';

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
  const layout = layoutTitled(name);
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
export function decidingEntry(
  steps: readonly Step[],
  profile: Profile,
  palette: Palette,
  needed?: Finding['bits'],
): readonly string[] {
  const step = decidingStep(steps);
  const structure = step && readStructure(step, profile);
  if (step === undefined || structure === undefined) return [];
  const { layout, words, fields } = structure;
  const masks = masksAt(
    needed,
    words.map((_, word) => placeOf(step.address + 8n * BigInt(word))),
  );
  return ['', ...layoutDrawing(layout, words, fields, palette, masks)];
}
