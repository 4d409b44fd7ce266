/**
 * Used-bit tables compiled to 32-bit masks. Generators and judges evaluate the tables of spec/used-bits
 * many times for a case, on entries kept as 32-bit halves (half 2n is bits 31:0 of word n). Neither model
 * uses this: the reference reads the tables bit range by bit range, the optimized one has none.
 */

import type { Layout } from '../spec/layouts/layout.ts';
import type { Condition, FieldBits, SafeRow, Span, UsedTable } from '../spec/used-bits/table.ts';
import { spansOf } from '../spec/used-bits/table.ts';

export interface HalfMask {
  readonly half: number;
  readonly mask: number;
}
export interface Test {
  readonly half: number;
  readonly low: number;
  readonly mask: number;
  /** Bit n is set when the value n makes the condition hold. */
  readonly accepts: number;
}
interface MaskRow {
  readonly rule: string;
  readonly tests: readonly Test[];
  readonly uses: readonly HalfMask[];
  readonly ignores: readonly HalfMask[];
}
export interface MaskTable {
  readonly halves: number;
  readonly rows: readonly MaskRow[];
  /** Those of `rows` that take bits away. */
  readonly ignoring: readonly MaskRow[];
}
interface MaskSafeRow {
  readonly bits: readonly HalfMask[];
  readonly unlessEither: readonly (readonly Test[])[];
}
export type MaskSafe = readonly MaskSafeRow[];

/** Compiles a table for `usedMask`. */
export function compileTable({ layout, rows }: UsedTable): MaskTable {
  const compiled = rows.map(({ rule, when, uses = [], ignores = [] }) => ({
    rule,
    tests: when.map((condition) => compileTest(layout, condition)),
    uses: halfMasks(layout, uses),
    ignores: halfMasks(layout, ignores),
  }));
  const ignoring = compiled.filter(({ ignores }) => ignores.length > 0);
  return { halves: layout.words * 2, rows: compiled, ignoring };
}

/** Compiles the bits that are safe to change, for `safeMask`. */
export function compileSafe(layout: Layout, rows: readonly SafeRow[]): MaskSafe {
  return rows.map(({ bits, unlessEither }) => ({
    bits: halfMasks(layout, bits),
    unlessEither: unlessEither.map((all) => all.map((condition) => compileTest(layout, condition))),
  }));
}

/** The bits, by half, that decide which rows of the tables hold. */
export function controlMask(tables: readonly MaskTable[], safe: MaskSafe, halves: number): Uint32Array {
  const mask = new Uint32Array(halves);
  const tests = [
    ...tables.flatMap(({ rows }) => rows.flatMap((row) => row.tests)),
    ...safe.flatMap(({ unlessEither }) => unlessEither.flat()),
  ];
  for (const test of tests) mask[test.half]! |= test.mask << test.low;
  return mask;
}

/** Writes the mask of used bits of the entry that starts at `offset` in `entry` to `out`. */
export function usedMask(table: MaskTable, entry: Uint32Array, offset: number, out: Uint32Array): void {
  for (let half = 0; half < table.halves; half++) out[half] = 0;
  for (const row of table.rows) {
    if (!allHold(row.tests, entry, offset)) continue;
    for (const { half, mask } of row.uses) out[half]! |= mask;
  }
  for (const row of table.ignoring) {
    if (!allHold(row.tests, entry, offset)) continue;
    for (const { half, mask } of row.ignores) out[half]! &= ~mask;
  }
}

/** Writes the mask of bits that are safe to change between two entries to `out`. */
export function safeMask(
  safe: MaskSafe,
  a: Uint32Array,
  aOffset: number,
  b: Uint32Array,
  bOffset: number,
  out: Uint32Array,
  halves: number,
): void {
  for (let half = 0; half < halves; half++) out[half] = 0;
  for (const { bits, unlessEither } of safe) {
    if (unlessEither.some((all) => allHold(all, a, aOffset) || allHold(all, b, bOffset))) continue;
    for (const { half, mask } of bits) out[half]! |= mask;
  }
}

/** True when every condition of a row holds for the entry at `offset`. */
export function allHold(tests: readonly Test[], entry: Uint32Array, offset: number): boolean {
  for (const { half, low, mask, accepts } of tests) {
    if (((accepts >>> ((entry[offset + half]! >>> low) & mask)) & 1) === 0) return false;
  }
  return true;
}

function compileTest(layout: Layout, { field, values }: Condition): Test {
  const [span, ...more] = spansOf(layout, field);
  if (span === undefined || more.length > 0 || span.high - span.low > 4) {
    throw new RangeError(`a condition on ${String(field)} of ${layout.name} is wider than 5 bits`);
  }
  if (span.low >> 5 !== span.high >> 5) {
    throw new RangeError(`a condition on ${String(field)} of ${layout.name} crosses a 32-bit half`);
  }
  return {
    half: halfOf(span),
    low: span.low & 31,
    mask: 2 ** (span.high - span.low + 1) - 1,
    accepts: values.reduce((set, value) => set | (1 << value), 0),
  };
}

function halfOf({ word, low }: Span): number {
  return word * 2 + (low >> 5);
}

function halfMasks(layout: Layout, references: readonly FieldBits[]): HalfMask[] {
  const masks = new Map<number, number>();
  for (const { word, high, low } of references.flatMap((reference) => spansOf(layout, reference))) {
    for (let bit = low; bit <= high; bit++) {
      const half = word * 2 + (bit >> 5);
      masks.set(half, (masks.get(half) ?? 0) | (1 << (bit & 31)));
    }
  }
  return [...masks].map(([half, mask]) => ({ half, mask }));
}
