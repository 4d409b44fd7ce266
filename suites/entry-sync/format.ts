/**
 * A format as the judge sees it: which bits an acceptable table must use and may use, where the valid bit
 * is, how much one store replaces and one fetch reads. In 32-bit halves.
 */
import {
  compileSafe,
  compileTable,
  controlMask,
  type MaskSafe,
  type MaskTable,
  type Test,
} from '../../models/masks.ts';
import { syntheticSafe, syntheticTable } from '../../models/synthetic-table.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import type { EntrySyncCase, EntrySyncFormat } from '../../spec/schema.ts';
import { type SyncContract, writerFormats } from '../../spec/writer-formats.ts';

export interface JudgedFormat {
  readonly halves: number;
  readonly quantumHalves: number;
  readonly valid: { readonly half: number; readonly mask: number };
  /** The table of the driver that review settled. */
  readonly reviewed: MaskTable;
  /** An acceptable table has the bits that all of `atLeast` use, and none outside what any of `atMost` use. */
  readonly atLeast: readonly MaskTable[];
  readonly atMost: readonly MaskTable[];
  /** What an acceptable writer calls safe at least, and at most. */
  readonly safe: MaskSafe;
  readonly safeAtMost: MaskSafe;
  /** A valid entry of which all of one list hold lets nothing through: as good as one that is not valid. */
  readonly blocks?: readonly (readonly Test[])[];
  /** Bits that decide which rows of these tables hold. */
  readonly control: Uint32Array;
  /** Sizes of one fetch that the architecture permits, smallest first. */
  readonly fetchHalves: readonly number[];
  readonly sync?: SyncContract;
}

type Known = Exclude<EntrySyncFormat, 'synthetic'>;
interface ByPolicy {
  readonly sound: JudgedFormat;
  readonly reviewed: JudgedFormat;
}

export const knownFormats: Readonly<Record<Known, ByPolicy>> = {
  'vtd-pasid': byPolicy('vtd-pasid'),
  'smmu-ste': byPolicy('smmu-ste'),
  'smmu-cd': byPolicy('smmu-cd'),
  'amd-dte': byPolicy('amd-dte'),
};
const synthetic = new WeakMap<object, JudgedFormat>();

/** The format of a case under the policy of its profile. Throws RangeError when a layout is missing. */
export function judgedFormat({ format, layout, profile }: EntrySyncCase): JudgedFormat {
  if (format !== 'synthetic') return knownFormats[format][profile.policies.usedBits ?? 'sound'];
  if (layout === undefined) throw new RangeError('layout: missing, format synthetic needs one');
  const found = synthetic.get(layout);
  if (found !== undefined) return found;
  const made = syntheticFormat(layout);
  synthetic.set(layout, made);
  return made;
}

function byPolicy(format: Known): ByPolicy {
  const { knowledge, quantumWords, fetchWords, sync } = writerFormats[format];
  const { layout } = knowledge;
  const reviewed = compileTable(knowledge.reviewed);
  const certain = compileTable(knowledge.certain);
  const permitted = compileTable(knowledge.permitted);
  const safe = compileSafe(layout, knowledge.safe);
  const safeAtMost = compileSafe(layout, knowledge.safeAtMost);
  const blocking = compileTable({
    layout,
    rows: (knowledge.blocks ?? []).map((when) => ({ rule: 'blocks', when, uses: [] })),
  });
  const valid = fieldOf(layout, knowledge.valid);
  const halves = layout.words * 2;
  const common = {
    halves,
    quantumHalves: quantumWords * 2,
    valid: { half: valid.word * 2 + (valid.low >> 5), mask: (1 << (valid.low & 31)) >>> 0 },
    reviewed,
    safe,
    ...(knowledge.blocks === undefined ? {} : { blocks: blocking.rows.map(({ tests }) => tests) }),
    control: controlMask([reviewed, certain, permitted, blocking], [...safe, ...safeAtMost], halves),
    fetchHalves: fetchWords.map((words) => words * 2),
    sync,
  };
  return {
    sound: { ...common, atLeast: [reviewed, certain], atMost: [reviewed, permitted], safeAtMost },
    reviewed: { ...common, atLeast: [reviewed], atMost: [reviewed], safeAtMost: safe },
  };
}

function syntheticFormat(layout: NonNullable<EntrySyncCase['layout']>): JudgedFormat {
  const table = syntheticTable(layout);
  const safe = syntheticSafe(layout);
  const { valid, quantumWords } = layout;
  return {
    halves: table.halves,
    quantumHalves: quantumWords * 2,
    valid: { half: valid.word * 2 + (valid.bit >> 5), mask: (1 << (valid.bit & 31)) >>> 0 },
    reviewed: table,
    atLeast: [table],
    atMost: [table],
    safe,
    safeAtMost: safe,
    control: controlMask([table], safe, table.halves),
    fetchHalves: [quantumWords * 2],
  };
}
