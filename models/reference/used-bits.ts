/**
 * Which bits of an entry count: the tables of spec/used-bits read row by row, as a manual is read. An
 * entry's words go in, a mask of the same size comes out.
 */
import { bits, extract } from '../../spec/bits.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { UsedBitsCase, UsedBitsObservation } from '../../spec/schema.ts';
import { usedBitsKnowledge } from '../../spec/used-bits/formats.ts';
import {
  type Condition,
  type FieldBits,
  type SafeRow,
  type Span,
  spansOf,
  type UsedTable,
} from '../../spec/used-bits/table.ts';

export type Words = readonly bigint[];

/** A table with its field names looked up once: conditions as bit ranges, bits as one mask a word. */
interface ReadyRow {
  readonly when: readonly { readonly span: Span; readonly values: readonly bigint[] }[];
  readonly uses: readonly WordMask[];
  readonly ignores: readonly WordMask[];
}
type WordMask = readonly [word: number, mask: bigint];
interface ReadySafe {
  readonly masks: readonly WordMask[];
  readonly unlessEither: readonly ReadyRow['when'][];
}
const ready = new WeakMap<UsedTable, readonly ReadyRow[]>();
const readySafeRows = new WeakMap<readonly SafeRow[], readonly ReadySafe[]>();

/** The bits that `table` says are used, given what `entry` holds. */
export function usedBits(table: UsedTable, entry: Words): bigint[] {
  const used = Array.from({ length: table.layout.words }, () => 0n);
  const rows = readyRows(table).filter((row) => row.when.every((condition) => holds(condition, entry)));
  for (const [word, mask] of rows.flatMap((row) => row.uses)) used[word]! |= mask;
  for (const [word, mask] of rows.flatMap((row) => row.ignores)) used[word]! &= ~mask;
  return used;
}

/** The bits that may change at any time between two entries, whether these use them or not. */
export function safeBits(layout: Layout, rows: readonly SafeRow[], current: Words, target: Words): bigint[] {
  const safe = Array.from({ length: layout.words }, () => 0n);
  for (const { masks, unlessEither } of readySafe(layout, rows)) {
    const forbidden = unlessEither.some((all) =>
      [current, target].some((entry) => all.every((condition) => holds(condition, entry))),
    );
    if (!forbidden) for (const [word, mask] of masks) safe[word]! |= mask;
  }
  return safe;
}

/** Answers a case of area used-bits with the table that review settled. */
export function runUsedBits({ format, entry, target }: UsedBitsCase): UsedBitsObservation {
  const { layout, reviewed, safe } = usedBitsKnowledge[format];
  const used = usedBits(reviewed, entry);
  return target === undefined ? { used } : { used, safe: safeBits(layout, safe, entry, target) };
}

function holds({ span, values }: ReadyRow['when'][number], entry: Words): boolean {
  return values.includes(extract(entry[span.word]!, span.high, span.low));
}

function readyRows(table: UsedTable): readonly ReadyRow[] {
  const known = ready.get(table);
  if (known !== undefined) return known;
  const rows = table.rows.map(({ when, uses = [], ignores = [] }) => ({
    when: readyConditions(table.layout, when),
    uses: wordMasks(table.layout, uses),
    ignores: wordMasks(table.layout, ignores),
  }));
  ready.set(table, rows);
  return rows;
}

function readySafe(layout: Layout, rows: readonly SafeRow[]): readonly ReadySafe[] {
  const known = readySafeRows.get(rows);
  if (known !== undefined) return known;
  const found = rows.map(({ bits: references, unlessEither }) => ({
    masks: wordMasks(layout, references),
    unlessEither: unlessEither.map((all) => readyConditions(layout, all)),
  }));
  readySafeRows.set(rows, found);
  return found;
}

function readyConditions(layout: Layout, conditions: readonly Condition[]): ReadyRow['when'] {
  return conditions.flatMap(({ field, values }) =>
    spansOf(layout, field).map((span) => ({ span, values: values.map(BigInt) })),
  );
}

function wordMasks(layout: Layout, references: readonly FieldBits[]): WordMask[] {
  const masks = new Map<number, bigint>();
  for (const { word, high, low } of references.flatMap((reference) => spansOf(layout, reference))) {
    masks.set(word, (masks.get(word) ?? 0n) | bits(high, low));
  }
  return [...masks];
}
