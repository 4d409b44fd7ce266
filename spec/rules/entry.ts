/**
 * Rules of area `entry`: the fault conditions that one entry raises by itself, as an untranslated request
 * without PASID sees it, and what must hold of an entry that is not at fault.
 */
import { faultCondition } from '../faults.ts';
import { entryLayouts } from '../layouts/index.ts';
import type { Field, Layout } from '../layouts/layout.ts';
import type { Rule } from '../rule.ts';
import { type EntryFormat, entryFormats } from '../schema.ts';

const formats = Object.keys(entryFormats) as EntryFormat[];

/** Conditions of the formats come first; why the level or the code is what it is stands in the note. */
const conditionNotes: Readonly<Record<string, string | undefined>> = {
  'LRT.2': undefined,
  'LRT.3': undefined,
  'LCT.2': undefined,
  'LCT.3': 'With TT=10 the reserved bits above HAW of SSPTPTR may go unchecked: the field is ignored then.',
  'LCT.4.1': 'With TT=10 an unsupported AW may fault or not: only what software must write there is stated.',
  'LCT.4.2': 'Unsupported values of TT are called reserved, so LCT.3 is allowed as well.',
  'SRT.2': undefined,
  'SRT.3': 'When only the half that is not used is malformed, a fault is allowed and not required (D2).',
  'SCT.2': undefined,
  'SCT.3': undefined,
  'SCT.4.1': undefined,
  'SCT.4.2': 'Redefined in revision 5.0: before it a fault is allowed and not required.',
  'SCT.4.3': 'Since revision 5.0. Requests with PASID see SCT.6 instead; the area looks at one without.',
  'SPD.2': undefined,
  'SPD.3': undefined,
  'SPT.2': undefined,
  'SPT.3': 'Reserved memory types in PAT may fault or not (D7).',
  'SPT.4.1': undefined,
  'SPT.4.2': undefined,
  'SPT.4.3': 'With PGTT 010 and 100 an unsupported FSPM may fault or not (D9).',
  'SPT.4.4': undefined,
};

function conditionRule(id: string, note: string | undefined): Rule {
  const { statement, clause } = faultCondition(id);
  return {
    id,
    areas: ['entry', 'translation'],
    level: 'must',
    statement,
    clause: `${clause}, Table 30`,
    ...(note === undefined ? {} : { note }),
  };
}

/** Ids of the rules of one format. */
interface Ids {
  readonly valid: string;
  readonly ignored: string;
  readonly fpd: string;
  readonly fields: ReadonlyMap<string, string>;
}

function idsOf(format: EntryFormat): Ids {
  return {
    valid: `entry.valid.${format}`,
    ignored: `entry.ignored.${format}`,
    fpd: `entry.fpd.${format}`,
    fields: new Map(entryLayouts[format].fields.map(({ name }) => [name, `entry.field.${format}.${name}`])),
  };
}

/** Put together once: they are counted case by case, and text that is new takes longer to look up. */
const ids = Object.fromEntries(formats.map((format) => [format, idsOf(format)])) as Readonly<
  Record<EntryFormat, Ids>
>;

/** The rule that a present entry at no fault is accepted. */
export const validRule = (format: EntryFormat): string => ids[format].valid;
/** The rule that bits which are not looked at may hold anything. */
export const ignoredRule = (format: EntryFormat): string => ids[format].ignored;
/** The rule that FPD is taken from the entry whether it is present or not. */
export const fpdRule = (format: EntryFormat): string => ids[format].fpd;
/** The rule that a field of an accepted entry is read from its bits. Throws RangeError for a name it does not have. */
export function fieldRule(format: EntryFormat, field: string): string {
  const id = ids[format].fields.get(field);
  if (id === undefined) throw new RangeError(`${format} has no field ${field}`);
  return id;
}

const must = (id: string, statement: string, section: string): Rule => ({
  id,
  areas: ['entry'],
  level: 'must',
  statement,
  clause: section,
});

function formatRules(format: EntryFormat): readonly Rule[] {
  const layout = entryLayouts[format];
  const { section } = layout;
  const title = titleOf(layout);
  const rules = [
    must(validRule(format), `A present ${title} that meets no fault condition is accepted.`, section),
  ];
  if (mayIgnore(layout)) {
    const statement = `Ignored bits of a present ${title} may hold any value.`;
    rules.push(must(ignoredRule(format), statement, section));
  }
  if (layout.fields.some(({ name }) => name === 'FPD')) {
    const statement = `FPD of a ${title} is evaluated whether the entry is present or not.`;
    rules.push(must(fpdRule(format), statement, section));
  }
  return [...rules, ...decodedFields(layout).map((field) => decodedRule(format, layout, field))];
}

/** The title as it stands in the middle of a sentence. */
function titleOf({ title }: Layout): string {
  return title.replace(/^./, (letter) => letter.toLowerCase()).replace(/, (.*)$/, ' ($1)');
}

function mayIgnore({ fields }: Layout): boolean {
  return fields.some(({ kind, ignoredWhen }) => kind === 'ignored' || ignoredWhen !== undefined);
}

/** The fields that an observation names: all but the present bit, FPD, and bits without a meaning. */
function decodedFields({ fields, presentWhen }: Layout): readonly Field[] {
  return fields.filter(
    ({ name, kind }) =>
      kind !== 'reserved' && kind !== 'ignored' && name !== 'FPD' && !presentWhen.includes(name),
  );
}

function decodedRule(format: EntryFormat, layout: Layout, field: Field): Rule {
  const first = 64 * field.word + field.low;
  const last = 64 * field.word + field.high;
  const place = first === last ? `bit ${first}` : `bits ${last}:${first}`;
  const statement = `${field.name} (${field.meaning}) is ${place} of a ${titleOf(layout)}.`;
  return must(fieldRule(format, field.name), statement, layout.section);
}

export const rules: readonly Rule[] = [
  ...Object.entries(conditionNotes).map(([id, note]) => conditionRule(id, note)),
  ...formats.flatMap(formatRules),
];
