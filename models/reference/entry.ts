/**
 * Reference check of one root, context, PASID directory or PASID table entry (VT-d chapter 9, Table 30):
 * the layouts of spec/ interpreted bit by bit. Answers with everything that the architecture allows. The
 * entry is seen as by an untranslated request without PASID that gets as far as this entry.
 */
import { faultCondition } from '../../spec/faults.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import { fieldOf, type Layout } from '../../spec/layouts/layout.ts';
import {
  isIgnoredHere,
  isOpenHere,
  type Part,
  type ResolvedLayout,
  readField,
} from '../../spec/layouts/resolve.ts';
import type { EntryCase, EntryFormat, EntryObservation, Profile } from '../../spec/schema.ts';
import { entryChecks } from './entry-checks.ts';
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
  const unit = unitOf(profile);
  const resolved = unit.entries[format];
  const { layout } = resolved;
  if (words.length !== layout.words) {
    throw new RangeError(`${format} has ${layout.words} words of 64 bits, not ${words.length}`);
  }
  const fpd = faultProcessingDisable(layout, words);
  const { notPresent, reserved } = formatConditions(layout);
  const otherHalf = malformedOtherHalf(format, words, unit) ? [reserved] : [];

  // 1. Not present: every other field but FPD is ignored.
  if (!isPresent(layout, words)) {
    return { fpd, conditions: [notPresent, ...otherHalf], certain: [notPresent], mayBeValid: false };
  }

  // 2. Reserved bits, and 3. what the fields say: no order among them (D1).
  const broken: string[] = [];
  const open: string[] = [...otherHalf];
  if (hasReservedBits(resolved, words)) broken.push(reserved);
  if (hasOpenBits(resolved, words)) open.push(reserved);
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

/** The fields that hardware is known to use in this present entry, by name. P and FPD are told elsewhere. */
export function usedFields(
  format: EntryFormat,
  words: readonly bigint[],
  profile: Profile,
): Readonly<Record<string, bigint>> {
  const { layout, parts } = unitOf(profile).entries[format];
  const fields: Record<string, bigint> = {};
  for (const { field, state } of parts) {
    if (state !== 'defined' || layout.presentWhen.includes(field.name) || field.name === 'FPD') continue;
    if (isIgnoredHere(layout, field, words) || isOpenHere(layout, field, words)) continue;
    fields[field.name] = readField(field, words);
  }
  return fields;
}

/** One mask a word: bits of this present entry that hardware does not look at. */
export function ignoredBits(
  format: EntryFormat,
  words: readonly bigint[],
  profile: Profile,
): readonly bigint[] {
  const { layout, parts } = unitOf(profile).entries[format];
  const ignored = words.map(() => 0n);
  for (const { field, word, mask, state } of parts) {
    const unused = state === 'ignored' || (state === 'defined' && isIgnoredHere(layout, field, words));
    if (unused) ignored[word] = (ignored[word] ?? 0n) | mask;
  }
  return ignored;
}

/** True when a bit of this present entry that hardware does not look at is set. */
export function hasIgnoredBitsSet(format: EntryFormat, words: readonly bigint[], profile: Profile): boolean {
  return ignoredBits(format, words, profile).some((mask, index) => ((words[index] ?? 0n) & mask) !== 0n);
}

/** The reference's own answer: the first condition that holds for sure, else the decoded fields. */
export function runEntry({ format, words, profile }: EntryCase): EntryObservation {
  const { fpd, conditions, mayBeValid } = checkEntry(format, words, profile);
  const common = fpd === undefined ? {} : { fpd };
  const [first] = conditions;
  if (first === undefined || mayBeValid) {
    return { ...common, fault: null, fields: usedFields(format, words, profile) };
  }
  return { ...common, fault: faultCondition(first).code };
}

function faultProcessingDisable(layout: Layout, words: readonly bigint[]): boolean | undefined {
  const field = layout.fields.find(({ name }) => name === 'FPD');
  return field && readField(field, words) === 1n;
}

function isPresent(layout: Layout, words: readonly bigint[]): boolean {
  return layout.presentWhen.some((name) => readField(fieldOf(layout, name), words) !== 0n);
}

function formatConditions({ name, conditions }: Layout): { notPresent: string; reserved: string } {
  if (conditions === undefined) throw new RangeError(`${name} raises no conditions of its own`);
  return conditions;
}

/** SRT.3 speaks of either half with its present bit set, 9.2 of the half that is used (D2). */
function malformedOtherHalf(format: EntryFormat, words: readonly bigint[], unit: Unit): boolean {
  if (format !== 'root-scalable-lower' && format !== 'root-scalable-upper') return false;
  const other = format === 'root-scalable-lower' ? 'root-scalable-upper' : 'root-scalable-lower';
  return isPresent(entryLayouts[other], words) && hasReservedBits(unit.entries[other], words);
}

function hasReservedBits(resolved: ResolvedLayout, words: readonly bigint[]): boolean {
  const open = openParts(resolved, words);
  if (open.length === 0) return words.some((word, index) => (word & (resolved.reserved[index] ?? 0n)) !== 0n);
  return words.some((word, index) => {
    const waived = open.reduce((mask, part) => (part.word === index ? mask | part.mask : mask), 0n);
    return (word & (resolved.reserved[index] ?? 0n) & ~waived) !== 0n;
  });
}

/** Set bits of which it is not known whether hardware checks them. */
function hasOpenBits(resolved: ResolvedLayout, words: readonly bigint[]): boolean {
  return (
    words.some((word, index) => (word & (resolved.open[index] ?? 0n)) !== 0n) ||
    openParts(resolved, words).some(({ word, mask }) => ((words[word] ?? 0n) & mask) !== 0n)
  );
}

/** "The field is ignored" may or may not speak of the reserved bits above the host address width (9.3). */
function openParts({ layout, openWhenIgnored }: ResolvedLayout, words: readonly bigint[]): readonly Part[] {
  if (openWhenIgnored.length === 0) return openWhenIgnored;
  return openWhenIgnored.filter(({ field }) => isIgnoredHere(layout, field, words));
}
