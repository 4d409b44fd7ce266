/**
 * Simpler entries. Each has a plainer kind, or the same kind and fewer set bits, or as many at lower places:
 * so it ends. Steps that change two fields at once lead out of forms that no single bit leads out of.
 */
import { insert } from '../../spec/bits.ts';
import { contextScalable } from '../../spec/layouts/context.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import type { EntryCase } from '../../spec/schema.ts';

const PGTT = fieldOf(pasidTable, 'PGTT');
const AW = fieldOf(pasidTable, 'AW');
const PDTS = fieldOf(contextScalable, 'PDTS');
const RID_PASID = fieldOf(contextScalable, 'RID_PASID');
const BITS = 64n;

/** PGTT from the plainest: none, pass-through, first stage, second stage, nested, reserved values. */
const typeRanks = [0, 2, 3, 4, 1, 5, 6, 7];
const PASS_THROUGH = 4n;
const FIRST_STAGE = 1n;
const SECOND_STAGE = 2n;

/** Most drastic first. */
export function* simplerEntries(testCase: EntryCase): Iterable<EntryCase> {
  const rank = kindRank(testCase);
  for (const words of [...plainerKinds(testCase), ...lessOrLower(testCase)]) {
    const candidate = { ...testCase, words };
    if (kindRank(candidate) <= rank) yield candidate;
  }
}

/** What an entry is, as a number that no step raises. */
function kindRank({ format, words }: EntryCase): number {
  if (format === 'pasid-table') return typeRanks[Number(readField(PGTT, words))] ?? 0;
  return format === 'context-scalable' ? Number(readField(PDTS, words)) : 0;
}

/** The same entry with another translation type, or for a smaller PASID directory. */
function* plainerKinds({ format, words }: EntryCase): Iterable<bigint[]> {
  const [first = 0n, second = 0n] = words;
  if (format === 'context-scalable' && readField(PDTS, words) > 0n) {
    const smaller = insert(first, PDTS.high, PDTS.low, 0n);
    const pasid = readField(RID_PASID, words) >> readField(PDTS, words);
    yield words.with(0, smaller).with(1, insert(second, RID_PASID.high, RID_PASID.low, pasid));
  }
  if (format !== 'pasid-table') return;
  const typed = (type: bigint, width: bigint) =>
    words.with(0, insert(insert(first, PGTT.high, PGTT.low, type), AW.high, AW.low, width));
  const rank = typeRanks[Number(readField(PGTT, words))] ?? 0;
  for (const type of [PASS_THROUGH, FIRST_STAGE, SECOND_STAGE]) {
    if ((typeRanks[Number(type)] ?? 0) < rank)
      yield typed(type, type === SECOND_STAGE ? readField(AW, words) : 0n);
  }
}

/** A word less, a field less, a bit less, a bit at a lower place. */
function* lessOrLower({ format, words }: EntryCase): Iterable<bigint[]> {
  for (const [index, word] of words.entries()) if (word !== 0n) yield words.with(index, 0n);
  for (const { word: index, mask } of entryLayouts[format].fields) {
    const word = words[index] ?? 0n;
    if ((word & mask) !== 0n) yield words.with(index, word & ~mask);
  }
  for (const [index, word] of words.entries()) {
    for (let bit = BITS - 1n; bit >= 0n; bit--)
      if (isSet(word, bit)) yield words.with(index, word ^ (1n << bit));
  }
  for (const [index, word] of words.entries()) {
    for (let bit = 1n; bit < BITS; bit++) {
      if (!isSet(word, bit)) continue;
      for (let lower = 0n; lower < bit; lower++) {
        if (!isSet(word, lower)) yield words.with(index, word ^ (1n << bit) ^ (1n << lower));
      }
    }
  }
}

function isSet(word: bigint, bit: bigint): boolean {
  return ((word >> bit) & 1n) === 1n;
}
