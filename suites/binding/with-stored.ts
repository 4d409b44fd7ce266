import type { MemoryRun } from '../../spec/schema.ts';

/** Memory with the words of a store, which may overlap runs, be zero, and lie between them. */
export function withStored(memory: readonly MemoryRun[], { address, words }: MemoryRun): MemoryRun[] {
  const all = new Map<bigint, bigint>();
  for (const run of [...memory, { address, words }]) {
    for (const [at, word] of run.words.entries()) all.set(run.address + BigInt(8 * at), word);
  }
  const runs: MemoryRun[] = [];
  for (const [place, word] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (word === 0n) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.address + BigInt(8 * last.words.length) === place) last.words.push(word);
    else runs.push({ address: place, words: [word] });
  }
  return runs;
}
