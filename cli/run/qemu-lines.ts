/** Entries and descriptors in the messages of QEMU's VT-d unit about what it refuses. */
import type { DumpRecord } from '../../spec/dumps.ts';

const digits = '(?:0x)?([0-9a-f]{1,16})';
const pair = String.raw`:? \(?hi=${digits}, lo=${digits}`;
const four = [3, 2, 1, 0].map((index) => String.raw`val\[${index}\]=${digits}`).join(', ');
const form = (start: string, rest: string): RegExp =>
  new RegExp(String.raw`\bvtd_\w+: .*${start}${rest}`, 'i');

const kinds: readonly (readonly [RegExp, (words: readonly bigint[]) => DumpRecord])[] = [
  [form('root entry', pair), (words) => ({ kind: 'root', bus: 0, words })],
  [form('context entry', pair), (words) => ({ kind: 'context', sourceId: 0, words })],
  [form('inv(?:alidation)? desc', pair), (words) => ({ kind: 'slot', index: 0, words })],
  [form('inv(?:alidation)? desc', `:? ${four}`), (words) => ({ kind: 'slot', index: 0, words })],
];
const scalable = form('context entry', `:? ${four}`);
/** Between level and entry QEMU forgets a comma. */
const paging = form('', `level=0x([1-5]),? ?(?:slpte|flpte|sspte|fspte|pte)=${digits}`);

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
  const [, level, value] = paging.exec(line) ?? [];
  if (level === undefined || value === undefined) return undefined;
  const words = [BigInt(`0x${value}`)];
  return { record: { kind: 'fault-entry', entry: 'paging', words, index: Number(level) }, scalable: false };
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
