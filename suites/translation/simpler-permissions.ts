/** Steps along host permission tables: a level less, and entries at index 0, with the address that leads there. */
import { walkTrace } from '../../models/reference/translation.ts';
import { extract, insert } from '../../spec/bits.ts';
import { hostPermissionLayouts } from '../../spec/layouts/host-permission.ts';
import type { MemoryRun, TranslationCase } from '../../spec/schema.ts';

const ENTRY_BYTES = 16n;
/** Address bits that choose the entry of a level, and those below that choose the permission (9.12). */
const levels = [
  { title: hostPermissionLayouts.l4.title, high: 51, low: 41, page: undefined },
  { title: hostPermissionLayouts.l3.title, high: 40, low: 33, page: 30 },
  { title: hostPermissionLayouts.l2.title, high: 32, low: 25, page: 21 },
  { title: hostPermissionLayouts.l1.title, high: 24, low: 17, page: 12 },
] as const;

/**
 * Cases in which one entry on the way of a lone request stands at the level above, or is the first of its table, or has
 * its first permission alone.
 */
export function* simplerPermissions(testCase: TranslationCase): Iterable<TranslationCase> {
  const [request, another] = testCase.requests;
  if (request === undefined || another !== undefined) return;
  const steps = walkTrace(testCase, 0);
  const entries = levels.flatMap(({ title }) => steps.find(({ name }) => name === title)?.address ?? []);
  for (const [level, entry] of entries.entries()) {
    const next = entries[level + 1];
    if (next === undefined) continue;
    const others = testCase.memory.filter(({ address }) => !isIn(entry, address));
    yield { ...testCase, memory: moved(others, next, entry) };
  }
  for (const [level, entry] of entries.entries()) {
    const { high, low, page } = levels[level]!;
    const index = extract(request.address, high, low);
    const asked = (first: number, last: number) => ({
      requests: [{ ...request, address: insert(request.address, first, last, 0n) }],
    });
    const first = entry - ENTRY_BYTES * index;
    if (index > 0n && !testCase.memory.some(({ address }) => isIn(first, address))) {
      yield { ...testCase, ...asked(high, low), memory: moved(testCase.memory, entry, first) };
    }
    if (page === undefined || extract(request.address, low - 1, page) === 0n) continue;
    const permission = permissionOf(testCase.memory, entry, Number(extract(request.address, low - 1, page)));
    const others = testCase.memory.filter(({ address }) => !isIn(entry, address));
    const memory = [...others, { address: entry, words: [permission] }];
    if (permission > 0n) yield { ...testCase, ...asked(low - 1, page), memory };
  }
}

/** Four bits for each page; 0 where the entry says none. */
function permissionOf(memory: readonly MemoryRun[], entry: bigint, page: number): bigint {
  const at = entry + 8n * BigInt(page >> 4);
  const word = memory.flatMap(({ address, words }) => words[Number(at - address) / 8] ?? [])[0] ?? 0n;
  return extract(word, 4 * (page & 15) + 3, 4 * (page & 15));
}

function moved(memory: readonly MemoryRun[], from: bigint, to: bigint): MemoryRun[] {
  return memory.map(({ address, words }) => ({
    address: isIn(from, address) ? address - from + to : address,
    words,
  }));
}

function isIn(entry: bigint, address: bigint): boolean {
  return entry <= address && address < entry + ENTRY_BYTES;
}
