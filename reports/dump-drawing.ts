/** One line of a dump explained: the entries, descriptor, register or fault that it shows. */

import { typeOf } from '../models/reference/invalidation/descriptor.ts';
import type { DumpRecord, FaultEntryRecord, PageRecord, TableRecord } from '../spec/dumps.ts';
import { formatOfType } from '../spec/invalidation/descriptors.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import { type EntryFormat, entryFormats } from '../spec/names.ts';
import { registerNamed } from '../spec/registers.ts';
import type { Profile } from '../spec/schema.ts';
import { descriptorDrawing } from './descriptor-drawing.ts';
import { descriptorLine } from './descriptor-line.ts';
import { entryDrawing } from './entry-drawing.ts';
import { faultDrawing } from './fault-drawing.ts';
import { hex, requester, shortHex } from './hex.ts';
import { pagingDrawing, pagingFormats } from './paging-drawing.ts';
import type { Palette } from './palette.ts';
import { queueErrorLines } from './queue-error-lines.ts';
import { registerDrawing } from './register-drawing.ts';

/** The lines of a drawing; empty for a record that only begins a part. */
export function dumpDrawing(record: DumpRecord, profile: Profile, palette: Palette): readonly string[] {
  switch (record.kind) {
    case 'table':
      return tableDrawing(record, profile, palette);
    case 'root':
      return shownEntry(rootFormat(record.words), record.words, profile, palette);
    case 'context':
      return shownEntry('context-legacy', record.words, profile, palette);
    case 'page':
      return pageDrawing(record, profile, palette);
    case 'slot':
      return slotDrawing(record.words, profile, palette);
    case 'queue':
      return [
        `invalidation queue at ${shortHex(record.base)}: head in slot ${record.head}, tail in slot ${record.tail}`,
      ];
    case 'register':
      return namedRegister(record.name, record.value, palette);
    case 'boot':
      return [
        ...namedRegister('CAP', record.cap, palette),
        '',
        ...namedRegister('ECAP', record.ecap, palette),
      ];
    case 'fault':
      return faultDrawing(record, palette);
    case 'queue-error':
      return queueErrorLines(record);
    case 'queued':
      return slotDrawing(record.words, profile, palette);
    case 'fault-entry':
      return faultEntry(record, profile, palette);
    case 'host-width':
      return [
        `host address width ${record.haw}: bits from ${record.haw} up are reserved in every address of a table`,
      ];
    case 'device':
      return [
        `the tables of ${record.sourceId === undefined ? 'a device' : requester(record.sourceId)} begin at ${shortHex(record.table)}`,
      ];
    case 'disabled':
      return [`translation is off on ${record.unit}: no table of it counts`];
    case 'unit':
      return [];
  }
}

export function namedRegister(name: string, value: bigint, palette: Palette): readonly string[] {
  const register = registerNamed(name);
  return register === undefined ? [`${name}  ${hex(value)}`] : registerDrawing(register, value, palette);
}

function tableDrawing(
  { sourceId, root, context, pasid, entry }: TableRecord,
  profile: Profile,
  palette: Palette,
) {
  const scalable = pasid !== undefined;
  const upper = (sourceId & 0x80) !== 0;
  const format = scalable ? (upper ? 'root-scalable-upper' : 'root-scalable-lower') : 'root-legacy';
  return [
    palette.bold(`${requester(sourceId)}${scalable ? `, PASID ${pasid}` : ', legacy mode'}`),
    '',
    ...shownEntry(format, root, profile, palette),
    '',
    ...shownEntry(scalable ? 'context-scalable' : 'context-legacy', context, profile, palette),
    ...(scalable ? ['', ...shownEntry('pasid-table', entry, profile, palette)] : []),
  ];
}

/** Entries of which a dump shows the first words. */
function shownEntry(format: EntryFormat, words: readonly bigint[], profile: Profile, palette: Palette) {
  const whole = Array.from({ length: entryFormats[format] }, (_, index) => words[index] ?? 0n);
  return entryDrawing(format, whole, profile, palette, { shown: Math.min(words.length, whole.length) });
}

/** An upper half that is present tells scalable mode; without it the legacy layout says as much. */
function rootFormat([, high = 0n]: readonly bigint[]): EntryFormat {
  return (high & 1n) === 1n ? 'root-scalable-upper' : 'root-legacy';
}

const levels = ['pt', 'pd', 'pdp', 'pml4', 'pml5'] as const;

function pageDrawing(
  { pageNumber, path }: PageRecord,
  profile: Profile,
  palette: Palette,
): readonly string[] {
  const shown = [...path.entries()].reverse().filter(([, entry]) => entry !== 0n);
  return [
    palette.bold(`input address ${shortHex(pageNumber << 12n)}`),
    ...shown.flatMap(([index, entry]) => pagingLines(index, entry, profile, palette)),
  ];
}

/** Of the table of level `index` + 1. A dump does not say which stage it is: the entry is checked as either. */
function pagingLines(index: number, entry: bigint, profile: Profile, palette: Palette): readonly string[] {
  const level = levels[index];
  if (level === undefined) return [];
  const verdicts = (['second-stage', 'first-stage'] as const).map((stage) => {
    const drawing = pagingFormats[`${stage}-${level}`];
    const last = drawing === undefined ? undefined : pagingDrawing(drawing, [entry], profile, palette).at(-1);
    return `    as ${stage}: ${last?.replace(/^.*?: /, '') ?? ''}`;
  });
  return [
    `${level.toUpperCase().padEnd(5)} ${palette.bold(hex(entry))}  address ${shortHex(addressOf(entry))}`,
    ...verdicts,
  ];
}

function addressOf(entry: bigint): bigint {
  return entry & 0xf_ffff_ffff_f000n;
}

function slotDrawing(words: readonly bigint[], profile: Profile, palette: Palette): readonly string[] {
  if (words.every((word) => word === 0n)) return ['a slot of zeros: never used'];
  const format = formatOfType(typeOf(words[0] ?? 0n));
  if (format === undefined) return [descriptorLine(words)];
  const whole = Array.from({ length: format.layout.words }, (_, index) => words[index] ?? 0n);
  return descriptorDrawing(format, whole, profile, palette);
}

const entryOfFault: Readonly<Record<FaultEntryRecord['entry'], EntryFormat | undefined>> = {
  root: 'root-legacy',
  'root-scalable': 'root-scalable-lower',
  context: 'context-legacy',
  'pasid-directory': 'pasid-directory',
  'pasid-word': 'pasid-table',
  paging: undefined,
};

/** The caller puts the words of a PASID table entry together, and knows the mode of a context entry. */
function faultEntry(
  { entry, words, index }: FaultEntryRecord,
  profile: Profile,
  palette: Palette,
): readonly string[] {
  const format = entryOfFault[entry];
  if (format !== undefined) return shownEntry(format, words, profile, palette);
  return pagingLines(index - 1, words[0] ?? 0n, profile, palette);
}

/** A context entry that the kernel printed in scalable mode. */
export function scalableContext(
  words: readonly bigint[],
  profile: Profile,
  palette: Palette,
): readonly string[] {
  return shownEntry(
    'context-scalable',
    words.slice(0, entryLayouts['context-scalable'].words),
    profile,
    palette,
  );
}
