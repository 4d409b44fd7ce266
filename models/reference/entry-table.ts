/**
 * What the check of an entry takes from its layout, worked out once for a unit: the tables of spec/ say it field
 * by field, and to search them anew for every entry costs more than to look at the entry.
 */
import { type Field, fieldOf, type Layout } from '../../spec/layouts/layout.ts';
import { type ResolvedLayout, readField, resolveLayout } from '../../spec/layouts/resolve.ts';
import type { Profile } from '../../spec/schema.ts';

/** Bits of one word of an entry. */
export interface WordMask {
  readonly word: number;
  readonly mask: bigint;
}

/** Holds when a field of the entry has one of the values. */
export interface Selector {
  readonly field: Field;
  readonly values: readonly bigint[];
}

/** A field that means something under the profile. */
export interface DefinedField extends WordMask {
  readonly field: Field;
  readonly ignoredWhen: Selector | undefined;
  readonly openWhen: Selector | undefined;
}

export interface EntryTable {
  readonly layout: Layout;
  /** The entry is present when one of these is not zero. */
  readonly present: readonly Field[];
  /** Fault processing disable, where the format has it. */
  readonly fpd: Field | undefined;
  /** Condition ids. */
  readonly notPresent: string;
  readonly reservedBits: string;
  /** Bits that must be zero in a present entry. */
  readonly reserved: readonly WordMask[];
  /** Bits of which it is not known whether hardware checks them. */
  readonly open: readonly WordMask[];
  /** Reserved bits that are open when their field is ignored. */
  readonly openWhenIgnored: readonly DefinedField[];
  /** Bits that hardware does not look at. */
  readonly ignored: readonly WordMask[];
  readonly defined: readonly DefinedField[];
  /** Those of them that an observation names: all but the present bit and FPD, which are told elsewhere. */
  readonly named: readonly DefinedField[];
}

/** The table of `layout` under `profile`. Throws RangeError for a layout that raises no conditions. */
export function entryTable(layout: Layout, profile: Profile): EntryTable {
  const { parts, reserved, open, openWhenIgnored }: ResolvedLayout = resolveLayout(layout, profile);
  if (layout.conditions === undefined) throw new RangeError(`${layout.name} raises no conditions of its own`);
  const selector = (condition: Field['ignoredWhen']): Selector | undefined =>
    condition && { field: fieldOf(layout, condition.field), values: condition.values.map(BigInt) };
  const withSelectors = ({ field, word, mask }: ResolvedLayout['parts'][number]): DefinedField => ({
    ...{ field, word, mask },
    ignoredWhen: selector(field.ignoredWhen),
    openWhen: selector(field.openWhen),
  });
  const defined = parts.filter(({ state }) => state === 'defined').map(withSelectors);
  return {
    layout,
    present: layout.presentWhen.map((name) => fieldOf(layout, name)),
    fpd: layout.fields.find(({ name }) => name === 'FPD'),
    notPresent: layout.conditions.notPresent,
    reservedBits: layout.conditions.reserved,
    reserved: wordMasks(reserved),
    open: wordMasks(open),
    openWhenIgnored: openWhenIgnored.map(withSelectors),
    ignored: parts.filter(({ state }) => state === 'ignored'),
    defined,
    named: defined.filter(({ field: { name } }) => !layout.presentWhen.includes(name) && name !== 'FPD'),
  };
}

/** True when a field of `words` has one of the values that `selector` names. */
export function selects(selector: Selector | undefined, words: readonly bigint[]): boolean {
  return selector?.values.includes(readField(selector.field, words)) === true;
}

/** True when one of the bits is set in `words`. */
export function hasAnyBit(masks: readonly WordMask[], words: readonly bigint[]): boolean {
  for (const bits of masks) if (isSet(bits, words)) return true;
  return false;
}

/** True when a field, or one of some bits, is not zero in `words`. */
export function isSet({ word, mask }: WordMask, words: readonly bigint[]): boolean {
  return ((words[word] ?? 0n) & mask) !== 0n;
}

function wordMasks(masks: readonly bigint[]): readonly WordMask[] {
  return masks.map((mask, word) => ({ word, mask })).filter(({ mask }) => mask !== 0n);
}
