/** An update of an entry in memory, event by event: what is stored, what memory holds then, what is synced. */
import type { EntrySyncCase, EntrySyncFormat, TraceEvent } from '../spec/schema.ts';
import type { UsedBitsKnowledge } from '../spec/used-bits/table.ts';
import { writerFormats } from '../spec/writer-formats.ts';
import { changedFields } from './changed-fields.ts';
import { hex } from './hex.ts';
import type { Palette } from './palette.ts';

/** The entry in memory, and the entry to be written. */
export interface EntryUpdate {
  readonly from: readonly bigint[];
  readonly to: readonly bigint[];
}

/** `quantumWords`: 64-bit words that one store writes. `knowledge`, where the entry has fields: they are told. */
export function traceDrawing(
  { from, to }: EntryUpdate,
  trace: readonly TraceEvent[],
  quantumWords: number,
  palette: Palette,
  knowledge?: UsedBitsKnowledge,
): readonly string[] {
  const changed = from.map((word, index) => word !== to[index]);
  const memory = [...from];
  const lines = [`     start            ${entryText(memory, changed)}`];
  for (const [index, event] of trace.entries()) {
    const number = String(index + 1).padStart(4);
    if (event.op === 'sync') {
      lines.push(palette.cyan(`${number} sync ${event.actions?.join(', ') ?? ''}`.trimEnd()));
      continue;
    }
    const before = [...memory];
    const first = event.quantum * quantumWords;
    for (const [offset, word] of event.value.entries()) {
      memory[first + offset] = word;
      changed[first + offset] = true;
    }
    lines.push(`${number} store quantum ${event.quantum}  ${entryText(memory, changed)}`);
    for (const fields of knowledge === undefined ? [] : changedFields(knowledge, before, memory))
      lines.push(palette.dim(`${' '.repeat(22)}${fields}`));
  }
  const ends = memory.every((word, index) => word === to[index]);
  return [
    ...lines,
    `     target           ${entryText(to, changed)}${ends ? '' : palette.red('  not reached')}`,
  ];
}

/** Only the words that differ at some time: the others would hide them. */
function entryText(words: readonly bigint[], changed: readonly boolean[]): string {
  const shown = words.flatMap((word, index) => (changed[index] ? [`[${index}] ${hex(word)}`] : []));
  return shown.length === 0 ? 'no word changes' : shown.join(' ');
}

/** Undefined for a synthetic format: its entries have no fields. */
export function knowledgeOf(format: EntrySyncFormat): UsedBitsKnowledge | undefined {
  return format === 'synthetic' ? undefined : writerFormats[format].knowledge;
}

/** 64-bit words that one store of the format writes. */
export function quantumWordsOf({ format, layout }: Pick<EntrySyncCase, 'format' | 'layout'>): number {
  if (format === 'synthetic') return layout?.quantumWords ?? 1;
  return writerFormats[format].quantumWords;
}
