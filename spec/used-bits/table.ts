/**
 * How "which bits does somebody look at, given what an entry holds" is written down as data. A bit is used
 * when a row whose conditions hold uses it and no such row ignores it. One table says what a driver
 * assumes, others what hardware does look at and what it may look at; they differ, and that is the point.
 */
import type { Layout } from '../layouts/layout.ts';

/**
 * A field by name, or only its bits `high`:`low`, numbered as in the 64-bit word. `reserved` and `ignored`
 * stand for all fields of that kind.
 */
export type FieldBits = string | readonly [field: string, high: number, low: number];

/** Holds when the field has one of the values. Fields in conditions lie in one 32-bit half. */
export interface Condition {
  readonly field: FieldBits;
  readonly values: readonly number[];
}

export interface UsedRow {
  /** The rule that this row stands for: a bit of it that is missing breaks it. */
  readonly rule: string;
  readonly when: readonly Condition[];
  readonly uses?: readonly FieldBits[];
  readonly ignores?: readonly FieldBits[];
}

export interface UsedTable {
  readonly layout: Layout;
  readonly rows: readonly UsedRow[];
}

/** Bits that may change at any time between two entries, although both use them. */
export interface SafeRow {
  readonly bits: readonly FieldBits[];
  /** Not when one of these holds for either entry; each is a list of conditions that must all hold. */
  readonly unlessEither: readonly (readonly Condition[])[];
}

/** Everything that is known about one format. */
export interface UsedBitsKnowledge {
  readonly layout: Layout;
  /** The field that says whether the entry is valid. */
  readonly valid: string;
  /** What the driver that review settled assumes. */
  readonly reviewed: UsedTable;
  /** What hardware of every revision and feature set that has the field looks at. */
  readonly certain: UsedTable;
  /** What some hardware may look at, reserved bits (which must be zero) included. */
  readonly permitted: UsedTable;
  /** Where hardware looks at more than the reviewed table says; each row is a documented exception. */
  readonly exceptions: UsedTable;
  readonly safe: readonly SafeRow[];
  /** What an architecture-minded driver may call safe at most. */
  readonly safeAtMost: readonly SafeRow[];
  /** A valid entry of which all of one list hold lets nothing through. Left out: none does, or it does not matter. */
  readonly blocks?: readonly (readonly Condition[])[];
}

/** Shorthand of a condition. */
export const is = (field: FieldBits, ...values: number[]): Condition => ({ field, values });

/** Names of the fields of `layout` that are not reserved and not in `except`. */
export function fieldNames(layout: Layout, except: readonly string[] = []): string[] {
  return layout.fields
    .filter(({ kind, name }) => kind !== 'reserved' && kind !== 'ignored' && !except.includes(name))
    .map(({ name }) => name);
}

export interface Span {
  readonly word: number;
  readonly high: number;
  readonly low: number;
}

/** Where the bits of a reference lie. Throws RangeError when the layout has no such field. */
export function spansOf(layout: Layout, reference: FieldBits): readonly Span[] {
  const name = typeof reference === 'string' ? reference : reference[0];
  const found = layout.fields.filter((field) => field.name === name);
  if (found.length === 0) throw new RangeError(`${layout.name} has no field ${name}`);
  if (typeof reference === 'string') return found;
  return found.map(({ word }) => ({ word, high: reference[1], low: reference[2] }));
}
