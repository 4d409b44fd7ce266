/**
 * One entry of a dump by the reference's own check (chapter 9, Table 30). Words that a dump leaves out count as zero:
 * no condition holds for a zero, so nothing is said of them.
 */
import { checkOfUnit } from '../../models/reference/entry.ts';
import type { Place } from '../../spec/dumps.ts';
import { faultCondition } from '../../spec/faults.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { type ResolvedLayout, resolveLayout } from '../../spec/layouts/resolve.ts';
import type { EntryFormat } from '../../spec/schema.ts';
import { type LintFinding, levelOf, type Report } from './finding.ts';
import { reservedBits, reservedFields } from './reserved-bits.ts';
import { fieldsOfCondition, groundsText } from './shown-fields.ts';
import { oddTableOf } from './table-address.ts';
import type { KnownUnit } from './units.ts';

const TABLE = 'lint.entry.table';

export interface SeenEntry {
  readonly place: Place;
  readonly subject: string;
  readonly format: EntryFormat;
  /** As many as the dump shows, lowest first. */
  readonly words: readonly bigint[];
}

/** Reports what is wrong with the entry; true when the unit takes it, as far as it is shown. */
export function judgeEntry(known: KnownUnit, seen: SeenEntry, report: Report): boolean {
  const { format, place, subject, words } = seen;
  const layout = entryLayouts[format];
  const whole = Array.from({ length: layout.words }, (_, index) => words[index] ?? 0n);
  const { conditions, certain } = checkOfUnit(known.unit, format, whole);
  if (conditions.length === 0) {
    const detail = oddTableOf(format, whole);
    const told = { place, subject: `${subject}, ${titles[format]}`, words } as const;
    if (detail !== undefined) report({ ...told, rule: TABLE, level: levelOf(TABLE), detail });
    return true;
  }
  const notPresent = layout.conditions?.notPresent;
  // An entry that went away while the dump was made; nothing else in it counts.
  const isAbsent = notPresent !== undefined && certain.includes(notPresent);
  const named = isAbsent ? [notPresent] : certain.length > 0 ? certain : conditions;
  const told = named.length > 1 ? reservedFields(layoutOf(format, known), whole) : [];
  for (const rule of named) {
    // A field that the unit does not have is told once, as reserved.
    if (fieldsOfCondition(rule).some((field) => told.includes(field))) continue;
    const isWidth = isUnusedWidth(rule, whole, known);
    if (isWidth && toldWidths.has(known)) continue;
    if (isWidth) toldWidths.add(known);
    const isOpen = isAbsent || certain.length === 0 || isWidth;
    const level = isOpen ? 'may' : levelOf(rule);
    const detail = isAbsent
      ? 'not present, though a row is shown for it: it may have gone while the dump was made'
      : detailOf(rule, format, whole, known);
    report({ place, rule, level, subject: `${subject}, ${titles[format]}`, detail, words });
  }
  // Units take it that came before it was forbidden.
  return certain.every((rule) => isUnusedWidth(rule, whole, known));
}

const AW = fieldOf(pasidTable, 'AW');
/** Units of which the note below is told: all entries that Linux writes there are so. */
const toldWidths = new WeakSet<KnownUnit>();

/**
 * Linux writes AW into first-stage and pass-through entries too, also in guests, whose units may have no second stage.
 * That it must be zero where a unit has no second stage
 * is stated since revision 4.1 only, and no register tells the revision.
 */
function isUnusedWidth(rule: string, words: readonly bigint[], { unit }: KnownUnit): boolean {
  const { reserved } = unit.entries['pasid-table'];
  return (
    rule === 'SPT.3' &&
    unit.capabilities.SSTS === 0 &&
    reserved.every(({ word, mask }) => ((words[word] ?? 0n) & mask & (word === 0 ? ~AW.mask : mask)) === 0n)
  );
}

/** The same where the format is not known: the entry is wrong when it is wrong in each of `formats`. */
export function judgeAnyOf(
  known: KnownUnit,
  seen: Omit<SeenEntry, 'format'>,
  formats: readonly EntryFormat[],
  report: Report,
): boolean {
  const collected = formats.map((format) => {
    const findings: LintFinding[] = [];
    return { isTaken: judgeEntry(known, { ...seen, format }, (finding) => findings.push(finding)), findings };
  });
  const taken = collected.filter(({ isTaken }) => isTaken);
  if (taken.length === 0) {
    for (const finding of collected[0]?.findings ?? []) report(finding);
    return false;
  }
  // What one format leaves open may be right in the other; a pointer stands in the same bits of both.
  const table = taken[0]?.findings.find(({ rule }) => rule === TABLE);
  if (table !== undefined) report(table);
  return true;
}

const titles: Readonly<Record<EntryFormat, string>> = {
  'root-legacy': 'root entry',
  'root-scalable-lower': 'root entry, lower half',
  'root-scalable-upper': 'root entry, upper half',
  'context-legacy': 'context entry',
  'context-scalable': 'context entry',
  'pasid-directory': 'PASID directory entry',
  'pasid-table': 'PASID table entry',
};

const resolved = new WeakMap<KnownUnit, Map<EntryFormat, ResolvedLayout>>();

function detailOf(rule: string, format: EntryFormat, words: readonly bigint[], known: KnownUnit): string {
  const layout = entryLayouts[format];
  if (rule !== layout.conditions?.reserved) return groundsText(rule, layout, words, known.unit);
  const bits = reservedBits(layoutOf(format, known), words);
  return bits === '' ? faultCondition(rule).statement : bits;
}

function layoutOf(format: EntryFormat, known: KnownUnit): ResolvedLayout {
  const layouts = resolved.get(known) ?? new Map<EntryFormat, ResolvedLayout>();
  resolved.set(known, layouts);
  const found = layouts.get(format) ?? resolveLayout(entryLayouts[format], known.unit.profile);
  layouts.set(format, found);
  return found;
}
