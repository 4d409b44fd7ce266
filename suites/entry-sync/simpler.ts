/** Simpler updates: one or both entries simpler, still such as makers of entries make them. */
import { entryKinds } from '../../generators/entry-kinds.ts';
import { simplerWords } from '../../generators/simpler-entry.ts';
import { usedMask } from '../../models/masks.ts';
import { extract } from '../../spec/bits.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import { writerFormats } from '../../spec/writer-formats.ts';

const words = new BigUint64Array(16);
const halves = new Uint32Array(words.buffer);
const used = new Uint32Array(32);

/** Cases with a lower number in one or both entries, most drastic first; the format and layout stay. */
export function* simplerEntrySync(testCase: EntrySyncCase): Iterable<EntrySyncCase> {
  for (const candidate of candidates(testCase)) if (isDrawable(candidate)) yield candidate;
}

function* candidates(testCase: EntrySyncCase): Iterable<EntrySyncCase> {
  const { format, from, to } = testCase;
  const layout = format === 'synthetic' ? undefined : writerFormats[format].knowledge.layout;
  for (const word of from.keys()) {
    const [held, target] = [from[word]!, to[word]!];
    if (held !== 0n && target !== 0n) yield { ...testCase, from: from.with(word, 0n), to: to.with(word, 0n) };
    if (held > target) yield { ...testCase, from: from.with(word, target) };
    if (target > held) yield { ...testCase, to: to.with(word, held) };
  }
  for (const simpler of simplerWords(from, layout)) yield { ...testCase, from: simpler };
  for (const simpler of simplerWords(to, layout)) yield { ...testCase, to: simpler };
  // What both entries hold alike may have to change in both at once.
  for (const simpler of simplerWords(from, layout)) {
    const word = simpler.findIndex((value, index) => value !== from[index]);
    const cleared = from[word]! & ~simpler[word]!;
    const both = (to[word]! & cleared) === cleared && (simpler[word]! & ~from[word]!) === 0n;
    if (both) yield { ...testCase, from: simpler, to: to.with(word, to[word]! & ~cleared) };
  }
}

/** A target within its used bits, and no present PASID entry of a reserved type. */
function isDrawable({ format, layout, from, to }: EntrySyncCase): boolean {
  if (format === 'amd-dte') return true;
  if (format === 'vtd-pasid' && [from, to].some(hasReservedType)) return false;
  const { table } = entryKinds(format, layout);
  words.set(to);
  usedMask(table, halves, 0, used);
  for (let half = 0; half < table.halves; half++) if ((halves[half]! & ~used[half]!) !== 0) return false;
  return true;
}

function hasReservedType([control = 0n]: readonly bigint[]): boolean {
  const type = extract(control, 8, 6);
  return extract(control, 0, 0) === 1n && (type === 0n || type > 4n);
}
