/** A VT-d entry explained under a profile: every field and what it is here, then the verdict. */
import { checkEntry } from '../models/reference/entry.ts';
import { faultCondition } from '../spec/faults.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import { fieldOf, type Layout } from '../spec/layouts/layout.ts';
import { isIgnoredHere, isOpenHere, type Part, readField, resolveLayout } from '../spec/layouts/resolve.ts';
import type { EntryFormat, Profile } from '../spec/schema.ts';
import { layoutDrawing, type NeededMasks, type PlacedField } from './layout-drawing.ts';
import type { Palette } from './palette.ts';

/**
 * `shown` is how many of the words are known, where a dump leaves out the last: the others count as zero. `needed`
 * marks the bits that a shrunk case needs.
 */
export function entryDrawing(
  format: EntryFormat,
  words: readonly bigint[],
  profile: Profile,
  palette: Palette,
  { shown = words.length, needed }: { readonly shown?: number; readonly needed?: NeededMasks } = {},
): readonly string[] {
  const layout = entryLayouts[format];
  const { parts } = resolveLayout(layout, profile);
  const present = isPresent(layout, words);
  const fields = parts.map((part) => placed(layout, part, words, present));
  return [
    ...layoutDrawing(layout, words.slice(0, shown), fields, palette, needed),
    ...(shown < words.length ? [palette.dim(unshown(shown, words.length - 1))] : []),
    '',
    ...verdictLines(format, words, profile, palette),
  ];
}

function unshown(first: number, last: number): string {
  return `word${first === last ? ` ${first} is` : `s ${first} to ${last} are`} not shown: nothing is said of them`;
}

/** True when the entry is checked at all: one of its presence bits is set. */
export function isPresent(layout: Layout, words: readonly bigint[]): boolean {
  return layout.presentWhen.some((name) => readField(fieldOf(layout, name), words) !== 0n);
}

/** Fields that are looked at in an entry that is not present. */
const alwaysLookedAt: readonly string[] = ['FPD'];

/** One part of a field as it stands in this entry. */
export function placed(layout: Layout, part: Part, words: readonly bigint[], present: boolean): PlacedField {
  const { field, word, high, low, mask } = part;
  const place = { name: field.name, word, high, low };
  const bitsSet = ((words[word] ?? 0n) & mask) !== 0n;
  if (!present && !layout.presentWhen.includes(field.name) && !alwaysLookedAt.includes(field.name)) {
    return { ...place, state: 'ignored', note: 'not present' };
  }
  if (part.state === 'reserved') {
    if (isOpenHere(layout, field, words)) return { ...place, state: 'open', note: part.reason };
    return { ...place, state: 'reserved', note: reasonOf(part), wrong: bitsSet };
  }
  if (part.state !== 'defined') return { ...place, state: part.state, note: reasonOf(part) };
  if (isIgnoredHere(layout, field, words)) {
    return { ...place, state: 'ignored', note: `with this ${field.ignoredWhen?.field}` };
  }
  const encoding = field.encodings?.[Number(readField(field, words))];
  const note = encoding === undefined ? field.meaning : `${field.meaning}: ${encoding}`;
  return { ...place, state: 'used', note };
}

function reasonOf({ reason }: Part): string {
  return reason === 'always' ? '' : reason;
}

function verdictLines(
  format: EntryFormat,
  words: readonly bigint[],
  profile: Profile,
  palette: Palette,
): readonly string[] {
  const { conditions, mayBeValid, fpd } = checkEntry(format, words, profile);
  const faults = conditions.map((id) => {
    const { code, qualified, statement } = faultCondition(id);
    const kind = qualified ? 'qualified' : 'not qualified';
    return `  ${id}, fault 0x${code.toString(16)}, ${kind}: ${statement}`;
  });
  const verdict = mayBeValid ? palette.green('valid') : palette.red('refused');
  const among = mayBeValid ? ', or refused with' : ' with';
  const either = faults.length > 1 ? ' one of' : '';
  return [
    `verdict under profile ${profile.name}: ${verdict}${faults.length === 0 ? '' : `${among}${either}:`}`,
    ...faults,
    ...(fpd ? ['FPD is set: qualified faults are not recorded'] : []),
  ];
}
