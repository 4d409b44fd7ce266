/**
 * What entries of each format are drawn from: the control fields with the values that make a kind of
 * entry, and every other piece of a field that the reviewed table knows.
 */
import { compileSafe, compileTable, type HalfMask, type MaskTable } from '../models/masks.ts';
import { syntheticSafe, syntheticTable } from '../models/synthetic-table.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import type { EntrySyncFormat, SyntheticLayout } from '../spec/schema.ts';
import { writerFormats } from '../spec/writer-formats.ts';
import { type Draft, type FieldWriter, fieldReader, fieldWriter } from './words.ts';

/** Bits of one field within one 32-bit half. */
export interface Piece {
  readonly half: number;
  readonly shift: number;
  readonly mask: number;
}
export interface Control {
  readonly write: FieldWriter;
  readonly read: (draft: Draft) => number;
  /** The simplest first, the likely ones more than once. */
  readonly values: readonly number[];
}
export interface EntryKinds {
  readonly words: number;
  readonly quantumWords: number;
  readonly table: MaskTable;
  readonly pieces: readonly Piece[];
  readonly controls: readonly Control[];
  /** Bits that may be safe to change, by half. */
  readonly safe: readonly HalfMask[];
}

type Known = Exclude<EntrySyncFormat, 'synthetic'>;

const controlValues: Readonly<Record<Known, Readonly<Record<string, readonly number[]>>>> = {
  // No reserved PGTT: the reviewed table is not closed there (used-bits.exception.reserved-pgtt).
  'vtd-pasid': { P: [0, 1, 1, 1, 1, 1, 1], PGTT: [1, 2, 3, 4] },
  'smmu-ste': {
    V: [0, 1, 1, 1, 1, 1, 1],
    Config: [0, 4, 5, 6, 7, 5, 6, 7],
    S1DSS: [0, 1, 2, 1],
    EATS: [0, 1, 1, 2],
    S2S: [0, 0, 1],
    MEV: [0, 1],
    S2VMID: [0, 0, 7, 0x8000],
  },
  'smmu-cd': { V: [0, 1, 1, 1, 1], EPD0: [0, 1] },
  'amd-dte': { V: [0, 1, 1, 1], TV: [0, 1, 1, 1, 1, 1, 1, 1], GV: [0, 1, 1], GuestPagingMode: [0, 1, 2] },
};

const known: Readonly<Record<Known, EntryKinds>> = {
  'vtd-pasid': knownKinds('vtd-pasid'),
  'smmu-ste': knownKinds('smmu-ste'),
  'smmu-cd': knownKinds('smmu-cd'),
  'amd-dte': knownKinds('amd-dte'),
};
const synthetic = new WeakMap<SyntheticLayout, EntryKinds>();

/** What to draw entries of one format from. Throws RangeError when a synthetic format has no layout. */
export function entryKinds(format: EntrySyncFormat, layout: SyntheticLayout | undefined): EntryKinds {
  if (format !== 'synthetic') return known[format];
  if (layout === undefined) throw new RangeError('layout: missing, format synthetic needs one');
  const found = synthetic.get(layout);
  if (found !== undefined) return found;
  const made = syntheticKinds(layout);
  synthetic.set(layout, made);
  return made;
}

function knownKinds(format: Known): EntryKinds {
  const { knowledge, quantumWords } = writerFormats[format];
  const { layout } = knowledge;
  const table = compileTable(knowledge.reviewed);
  const ever = new Uint32Array(table.halves);
  for (const { half, mask } of table.rows.flatMap(({ uses }) => uses)) ever[half]! |= mask;
  const values = controlValues[format];
  const pieces = piecesOf(layout.fields.filter(({ name }) => !(name in values)))
    .map(({ half, shift, mask }) => ({ half, shift, mask: mask & ever[half]! }))
    .filter(({ mask }) => mask !== 0);
  const controls = Object.entries(values).map(([name, drawn]) => ({
    write: fieldWriter(layout, name),
    read: fieldReader(layout, name),
    values: drawn,
  }));
  const safe = compileSafe(layout, knowledge.safe).flatMap(({ bits }) => bits);
  return { words: layout.words, quantumWords, table, pieces, controls, safe };
}

function piecesOf(fields: Layout['fields']): Piece[] {
  return fields.flatMap(({ word, high, low }) => [
    ...(low < 32 ? [piece(word * 2, Math.min(high, 31), low)] : []),
    ...(high >= 32 ? [piece(word * 2 + 1, high - 32, Math.max(low - 32, 0))] : []),
  ]);
}

function piece(half: number, high: number, low: number): Piece {
  const ones = high - low === 31 ? 0xffff_ffff : 2 ** (high - low + 1) - 1;
  return { half, shift: low, mask: (ones << low) >>> 0 };
}

/** A piece a half: made-up formats have no fields but V and the mode. */
function syntheticKinds(layout: SyntheticLayout): EntryKinds {
  const { quanta, quantumWords, valid, mode } = layout;
  const words = quanta * quantumWords;
  const control = (low: number, width: number, values: readonly number[]): Control => {
    const mask = ((1n << BigInt(width)) - 1n) << BigInt(low);
    return {
      values,
      read: ({ words: held }) => Number((held[valid.word]! & mask) >> BigInt(low)),
      write: ({ words: held }, value) => {
        held[valid.word] = (held[valid.word]! & ~mask) | ((BigInt(value) << BigInt(low)) & mask);
      },
    };
  };
  return {
    words,
    quantumWords,
    table: syntheticTable(layout),
    pieces: Array.from({ length: words * 2 }, (_, half) => piece(half, 31, 0)),
    controls: [
      control(valid.bit, 1, [0, 1, 1, 1, 1]),
      control(mode.low, mode.width, [...Array(2 ** mode.width).keys()]),
    ],
    safe: syntheticSafe(layout).flatMap(({ bits }) => bits),
  };
}
