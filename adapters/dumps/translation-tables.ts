/** `dmar_translation_struct` since Linux 5.3: a row for every present entry, with those on the way to it. */
import { bits } from '../../spec/bits.ts';
import type { DumpRecord } from '../../spec/dumps.ts';
import { type DumpForm, sourceIdOf, word } from './form.ts';

const unit = /^\s*IOMMU (\S+): Root Table Address: ?(?:0x)?([0-9a-f]{1,16})\s*$/i;
const disabled = /^\s*DMA Remapping is not enabled(?: on (\S+?))?\.?\s*$/;
const heading = /^\s*B\.D\.F\s+Root_entry\s+Context_entry\s+PASID\s+PASID_table_entry\s*$/;
const word64 = '(?:0x)?([0-9a-f]{16})';
const pair = `${word64}:${word64}`;
const row = new RegExp(
  String.raw`^\s*([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])\s+${pair}\s+${pair}` +
    String.raw`\s+(-?\d{1,7})\s+${pair}:${word64}\s*$`,
  'i',
);
const PASIDS = 1 << 20;
const PGTT = bits(8, 6);

function begins(line: string): DumpRecord | undefined {
  const [, name, root = ''] = unit.exec(line) ?? [];
  if (name !== undefined)
    return { kind: 'unit', dump: 'dmar_translation_struct', unit: name, root: word(root) };
  // Linux 5.6 and 5.7 do not say which.
  const off = disabled.exec(line);
  return off === null ? undefined : { kind: 'disabled', unit: off[1] ?? '' };
}

function within(line: string): DumpRecord | 'passed' | undefined {
  const match = row.exec(line);
  if (match === null) return heading.test(line) ? 'passed' : undefined;
  const [, bus = '', device = '', fn = '', rootHigh = '', rootLow = '', contextHigh = '', contextLow = ''] =
    match;
  const sourceId = sourceIdOf(bus, device, fn);
  const pasid = Number(match[8]);
  if (sourceId === undefined || pasid < -1 || pasid >= PASIDS) return undefined;
  return {
    kind: 'table',
    sourceId,
    root: roots(rootHigh, rootLow),
    context: contexts(contextHigh, contextLow),
    pasid: pasid === -1 ? undefined : pasid,
    entry: pasid === -1 ? [] : lowestFirst(match.slice(9, 12).map(word)),
  };
}

/**
 * The words of a PASID table entry, which Linux prints highest first. The message of the commit that brought them has
 * them the other way round: there the last has no PGTT, and the first is that of a present entry.
 */
function lowestFirst(words: readonly bigint[]): readonly bigint[] {
  const [first = 0n, , last = 0n] = words;
  return (last & PGTT) === 0n && (first & PGTT) !== 0n && (first & 1n) === 1n ? words : words.toReversed();
}

/** Rows of one device stand together, and repeat what is above: the last words are kept. */
function lastWords(): (high: string, low: string) => readonly bigint[] {
  let last = { high: '', low: '', words: [] as readonly bigint[] };
  return (high, low) => {
    if (high !== last.high || low !== last.low) last = { high, low, words: [word(low), word(high)] };
    return last.words;
  };
}
const roots = lastWords();
const contexts = lastWords();

export const translationTables: DumpForm = { dump: 'dmar_translation_struct', begins, within };
