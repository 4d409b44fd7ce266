/**
 * What QEMU's VT-d unit says of requests and of what it refuses: entries, descriptors and fault records in its messages
 * and its trace events, and the names that its source has for fault reasons.
 */
import type { DumpRecord } from '../../spec/dumps.ts';
import { qemuFaults } from '../../spec/qemu-faults.ts';

const digits = '(?:0x)?([0-9a-f]{1,16})';
const pair = String.raw`:? \(?hi=${digits}, lo=${digits}`;
const four = [3, 2, 1, 0].map((index) => String.raw`val\[${index}\]=${digits}`).join(', ');
const form = (start: string, rest: string): RegExp =>
  new RegExp(String.raw`\bvtd_\w+: .*${start}${rest}`, 'i');

type FormOfRecord = readonly [RegExp, (words: readonly bigint[]) => DumpRecord];
const slot = (words: readonly bigint[]): DumpRecord => ({ kind: 'slot', index: 0, words });
const kinds: readonly FormOfRecord[] = [
  [form('root entry', pair), (words) => ({ kind: 'root', bus: 0, words })],
  [form('context entry', pair), (words) => ({ kind: 'context', sourceId: 0, words })],
  [form('inv(?:alidation)? desc', pair), slot],
  [form('inv(?:alidation)? desc', `:? ${four}`), slot],
  [new RegExp(String.raw`\bvtd_inv_desc\b.* high ${digits} low ${digits}`, 'i'), slot],
];
const scalable = form('context entry', `:? ${four}`);
/** Between level and entry QEMU forgets a comma. */
const paging = form('', `level=0x([1-5]),? ?(?:slpte|flpte|sspte|fspte|pte)=${digits}`);
/** A trace event, with the reason in decimal. */
const fault =
  /\bvtd_dmar_fault\b.* sid 0x([0-9a-f]{1,4}) fault (\d{1,3}) addr 0x([0-9a-f]{1,16}) write ([01])/i;
/** Written in any way, the upper half first when the two stand in one number. */
const faultRecords: readonly (readonly [RegExp, 'upper first' | 'lower first'])[] = [
  [new RegExp(String.raw`\bvtd_frr_new\b.* high ${digits} low ${digits}`, 'i'), 'upper first'],
  [
    new RegExp(String.raw`\bFRCD\S*\s.*?\bhi(?:gh)?\W+${digits}\b.*?\blow?\W+${digits}\b`, 'i'),
    'upper first',
  ],
  [new RegExp(String.raw`\bFRCD\S*\W+${digits}:${digits}\b`, 'i'), 'upper first'],
  [new RegExp(String.raw`\bFRCD\S*\W+${digits}[\s,]+${digits}\b`, 'i'), 'lower first'],
];

/** Undefined for every other line; `scalable` tells a context entry of four words. */
export function qemuRecord(
  line: string,
): { readonly record: DumpRecord; readonly scalable: boolean } | undefined {
  for (const [expression, record] of kinds) {
    const words = wordsOf(expression.exec(line));
    if (words !== undefined) return { record: record(words), scalable: false };
  }
  const entry = wordsOf(scalable.exec(line));
  if (entry !== undefined) return { record: contextEntry(entry), scalable: true };
  const record = pagingEntry(line) ?? faultOf(line);
  return record === undefined ? undefined : { record, scalable: false };
}

/** The two words of a fault recording register (11.4.7.6), the lower first; undefined for every other line. */
export function faultRecordWords(line: string): readonly bigint[] | undefined {
  for (const [expression, order] of faultRecords) {
    const words = wordsOf(expression.exec(line));
    if (words !== undefined) return order === 'upper first' ? words : words.toReversed();
  }
  return undefined;
}

/** The name that stands in the line, and the reason that it is of. */
export function qemuFault(line: string): { readonly name: string; readonly code: number } | undefined {
  const [name = ''] = /\bVTD_FR_\w+/.exec(line) ?? [];
  const code = qemuFaults[name];
  return code === undefined ? undefined : { name, code };
}

function pagingEntry(line: string): DumpRecord | undefined {
  const [, level, value] = paging.exec(line) ?? [];
  if (level === undefined || value === undefined) return undefined;
  return { kind: 'fault-entry', entry: 'paging', words: [BigInt(`0x${value}`)], index: Number(level) };
}

function faultOf(line: string): DumpRecord | undefined {
  const [, sourceId, code, address, isWrite] = fault.exec(line) ?? [];
  if (sourceId === undefined) return undefined;
  return {
    ...{ kind: 'fault', sourceId: Number.parseInt(sourceId, 16), code: Number(code) },
    ...{ request: isWrite === '1' ? 'a write' : 'a read', pasid: undefined, address: BigInt(`0x${address}`) },
  };
}

function contextEntry(words: readonly bigint[]): DumpRecord {
  return { kind: 'fault-entry', entry: 'context', words, index: 0 };
}

/** Lowest first: QEMU has the highest first. */
function wordsOf(match: RegExpExecArray | null): readonly bigint[] | undefined {
  return match
    ?.slice(1)
    .map((word) => BigInt(`0x${word}`))
    .reverse();
}
