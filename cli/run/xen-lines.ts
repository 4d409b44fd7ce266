/** Entries that Xen prints after a fault (`print_vtd_entries`): legacy tables, without prefixes and leading zeros. */
import { word } from '../../adapters/dumps/form.ts';
import type { DumpRecord } from '../../spec/dumps.ts';

const root = /\broot_entry\[[0-9a-f]{2}\] = ([0-9a-f]{1,16})\s*$/i;
const context = /\bcontext\[[0-9a-f]{2}\] = ([0-9a-f]{1,16})_([0-9a-f]{1,16})\s*$/i;
/** Newer ones tell the rights behind it. */
const paging = /\bl([1-5])\[[0-9a-f]{3}\] = ([0-9a-f]{1,16})(?: [r-][w-])?\s*$/i;

/** Undefined for every other line. */
export function xenRecord(line: string): DumpRecord | undefined {
  const [, low] = root.exec(line) ?? [];
  if (low !== undefined) return { kind: 'root', bus: 0, words: [word(low), 0n] };
  const [, high, first] = context.exec(line) ?? [];
  if (high !== undefined && first !== undefined)
    return { kind: 'context', sourceId: 0, words: [word(first), word(high)] };
  const [, level, value] = paging.exec(line) ?? [];
  if (level === undefined || value === undefined) return undefined;
  return { kind: 'fault-entry', entry: 'paging', words: [word(value)], index: Number(level) };
}
