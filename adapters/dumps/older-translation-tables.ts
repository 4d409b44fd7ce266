/**
 * `dmar_translation_struct` before Linux 5.3: root entries, and under each the context entries of its bus.
 * The first form (Intel's kernels 4.14) names segments and has the low word first.
 */
import type { DumpRecord } from '../../spec/dumps.ts';
import { type DumpForm, sourceIdOf, word } from './form.ts';

const unit = /^\s*IOMMU (\S+):\s+(?:Extended )?Root Table Addr:\s?([0-9a-f]{1,16})\s*$/i;
const root = /^\s*Bus:? (\d{1,3}) ([HL]): ([0-9a-f]{1,16}) ([HL]): ([0-9a-f]{1,16})\s*$/i;
const context =
  /^\s*\d{1,3}\s+([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])\s+([0-9a-f]{1,16})\s+([0-9a-f]{1,16})\s*$/i;
const firstContext = new RegExp(
  String.raw`^\s*\[\d{1,3}\]\s+[0-9a-f]{4}:([0-9a-f]{2}):([0-9a-f]{2})\.0?([0-7])` +
    String.raw`\s+([0-9a-f]{1,16})\s+([0-9a-f]{1,16})\s*$`,
  'i',
);
const headings = [
  /^\s*(?:Extended )?Root (?:Table|tbl) entries:\s*$/i,
  /^\s*(?:Lower )?Context Table Entries for Bus: \d+\s*$/i,
  /^\s*Entry\s+B:D\.F\s+High\s+Low\s*$/,
  /^\s*\[entry\]\s.*Low\s+High\s*$/,
];

function begins(line: string): DumpRecord | undefined {
  const [, name, table = ''] = unit.exec(line) ?? [];
  return name === undefined
    ? undefined
    : { kind: 'unit', dump: 'dmar_translation_struct', unit: name, root: word(table) };
}

function within(line: string): DumpRecord | 'passed' | undefined {
  const ofRoot = root.exec(line);
  if (ofRoot !== null) return rootRecord(ofRoot);
  const newer = context.exec(line);
  const match = newer ?? firstContext.exec(line);
  if (match === null) return headings.some((heading) => heading.test(line)) ? 'passed' : undefined;
  const [, bus = '', device = '', fn = '', first = '', second = ''] = match;
  const sourceId = sourceIdOf(bus, device, fn);
  if (sourceId === undefined) return undefined;
  const words = newer === null ? [word(first), word(second)] : [word(second), word(first)];
  return { kind: 'context', sourceId, words };
}

function rootRecord([, bus, half, first = '', other, second = '']: RegExpExecArray): DumpRecord | undefined {
  if (half === other || Number(bus) > 0xff) return undefined;
  const words = half?.toUpperCase() === 'L' ? [word(first), word(second)] : [word(second), word(first)];
  return { kind: 'root', bus: Number(bus), words };
}

export const olderTranslationTables: DumpForm = { dump: 'dmar_translation_struct', begins, within };
