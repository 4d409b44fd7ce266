/**
 * Reference check of one root, context, PASID directory or PASID table entry (VT-d chapter 9, Table 30):
 * the layouts of spec/ interpreted bit by bit. Answers with everything that the architecture allows. The
 * entry is seen as by an untranslated request without PASID that gets as far as this entry.
 */
import { faultCondition } from '../../spec/faults.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import type { EntryCase, EntryFormat, EntryObservation, Profile } from '../../spec/schema.ts';
import { entryChecks } from './entry-checks.ts';
import { type EntryTable, hasAnyBit, isSet, selects } from './entry-table.ts';
import { type Unit, unitOf } from './unit.ts';

/** What an implementation may answer. */
export interface EntryExpectation {
  /** Fault processing disable; undefined for formats without the field. Holds for absent entries too. */
  readonly fpd: boolean | undefined;
  /** Condition ids that may be raised, the one to name first in front; empty when the entry is valid. */
  readonly conditions: readonly string[];
  /** Those of `conditions` that hold for sure, in front there too; the others are doubts. */
  readonly certain: readonly string[];
  /** True when the entry may be accepted: no condition holds for sure. */
  readonly mayBeValid: boolean;
}

/** What one unit makes of entries, by their words: for one format of those that the words were met as. */
export type KnownChecks = Map<
  readonly bigint[],
  { readonly format: EntryFormat; readonly expectation: EntryExpectation }
>;

/** True when a unit of `profile` can ever read such an entry: scalable ones need ECAP.SMTS (11.4.6). */
export function canMeet(format: EntryFormat, profile: Profile): boolean {
  const isLegacy = format === 'root-legacy' || format === 'context-legacy';
  return isLegacy || unitOf(profile).capabilities.SMTS === 1;
}

/** Everything that an implementation may say about `words`. Throws RangeError for a wrong word count. */
export function checkEntry(
  format: EntryFormat,
  words: readonly bigint[],
  profile: Profile,
): EntryExpectation {
  return checkOfUnit(unitOf(profile), format, words);
}

/** The same for a profile that is a unit already. */
export function checkOfUnit(unit: Unit, format: EntryFormat, words: readonly bigint[]): EntryExpectation {
  const table = unit.entries[format];
  const { layout, notPresent, reservedBits } = table;
  if (words.length !== layout.words) {
    throw new RangeError(`${format} has ${layout.words} words of 64 bits, not ${words.length}`);
  }
  const fpd = table.fpd && isSet(table.fpd, words);
  const otherHalf = malformedOtherHalf(format, words, unit) ? [reservedBits] : [];

  // 1. Not present: every other field but FPD is ignored.
  if (!isPresent(table, words)) {
    return { fpd, conditions: [notPresent, ...otherHalf], certain: [notPresent], mayBeValid: false };
  }

  // 2. Reserved bits, and 3. what the fields say: no order among them (D1).
  const broken: string[] = [];
  const open: string[] = otherHalf;
  if (hasReservedBits(table, words)) broken.push(reservedBits);
  if (hasOpenBits(table, words)) open.push(reservedBits);
  for (const { condition, check } of entryChecks[format]) {
    const finding = check(words, unit);
    if (finding === 'broken') broken.push(condition);
    if (finding === 'open') open.push(condition);
  }
  return {
    fpd,
    conditions: open.length === 0 ? broken : [...new Set([...broken, ...open])],
    certain: broken,
    mayBeValid: broken.length === 0,
  };
}

/** A field with its value. */
export interface UsedField {
  readonly name: string;
  readonly value: bigint;
}

/** The fields that hardware is known to use in this present entry. */
export function usedFields(
  format: EntryFormat,
  words: readonly bigint[],
  profile: Profile,
): readonly UsedField[] {
  const fields: UsedField[] = [];
  for (const { field, ignoredWhen, openWhen } of unitOf(profile).entries[format].named) {
    if (selects(ignoredWhen, words) || selects(openWhen, words)) continue;
    fields.push({ name: field.name, value: readField(field, words) });
  }
  return fields;
}

/** One mask a word: bits of this present entry that hardware does not look at. */
export function ignoredBits(
  format: EntryFormat,
  words: readonly bigint[],
  profile: Profile,
): readonly bigint[] {
  const table = unitOf(profile).entries[format];
  const ignored = words.map(() => 0n);
  const unused = table.defined.filter(({ ignoredWhen }) => selects(ignoredWhen, words));
  for (const { word, mask } of [...table.ignored, ...unused]) ignored[word] = (ignored[word] ?? 0n) | mask;
  return ignored;
}

/** True when a bit of this present entry that hardware does not look at is set. */
export function hasIgnoredBitsSet(format: EntryFormat, words: readonly bigint[], profile: Profile): boolean {
  const { ignored, defined } = unitOf(profile).entries[format];
  return (
    hasAnyBit(ignored, words) ||
    defined.some((field) => selects(field.ignoredWhen, words) && isSet(field, words))
  );
}

/** The reference's own answer: the first condition that holds for sure, else the decoded fields. */
export function runEntry({ format, words, profile }: EntryCase): EntryObservation {
  const { fpd, conditions, mayBeValid } = checkEntry(format, words, profile);
  const common = fpd === undefined ? {} : { fpd };
  const [first] = conditions;
  if (first === undefined || mayBeValid) {
    const fields: Record<string, bigint> = {};
    for (const { name, value } of usedFields(format, words, profile)) fields[name] = value;
    return { ...common, fault: null, fields };
  }
  return { ...common, fault: faultCondition(first).code };
}

function isPresent({ present }: EntryTable, words: readonly bigint[]): boolean {
  for (const field of present) if (isSet(field, words)) return true;
  return false;
}

/** SRT.3 speaks of either half with its present bit set, 9.2 of the half that is used (D2). */
function malformedOtherHalf(format: EntryFormat, words: readonly bigint[], { entries }: Unit): boolean {
  if (format !== 'root-scalable-lower' && format !== 'root-scalable-upper') return false;
  const other = entries[format === 'root-scalable-lower' ? 'root-scalable-upper' : 'root-scalable-lower'];
  return isPresent(other, words) && hasReservedBits(other, words);
}

/** "The field is ignored" may or may not speak of the reserved bits above the host address width (9.3). */
function hasReservedBits({ reserved, openWhenIgnored }: EntryTable, words: readonly bigint[]): boolean {
  if (!hasAnyBit(reserved, words)) return false;
  for (const { word, mask } of reserved) {
    let checked = mask;
    for (const open of openWhenIgnored) {
      if (open.word === word && selects(open.ignoredWhen, words)) checked &= ~open.mask;
    }
    if (((words[word] ?? 0n) & checked) !== 0n) return true;
  }
  return false;
}

/** Set bits of which it is not known whether hardware checks them. */
function hasOpenBits({ open, openWhenIgnored }: EntryTable, words: readonly bigint[]): boolean {
  return (
    hasAnyBit(open, words) ||
    openWhenIgnored.some((bits) => isSet(bits, words) && selects(bits.ignoredWhen, words))
  );
}
