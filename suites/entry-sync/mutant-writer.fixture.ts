/**
 * A writer that can be broken on purpose: each mutant does one thing wrong, as a person would. It follows
 * the same steps as the reference and shares nothing of it but the description of the format.
 */
import type { Writable } from '../../models/reference/writer-format.ts';
import type { TraceEvent } from '../../spec/schema.ts';

export const mutants = [
  'prepare by the bits of the target',
  'prepare by the bits of either',
  'difference in all bits',
  'critical quantum prepared too',
  'swap before prepare',
  'no prepare',
  'no clean up',
  'no sync after prepare',
  'no sync after swap',
  'no sync after clean up',
  'everything in one step',
  'always break',
  'two or more as hitless',
  'no syncs in a break',
  'fill with the valid quantum',
  'fill one short',
  'sync always',
  'no safe bits',
  'safe bits not masked',
  'valid bit cleared alone',
] as const;
export type Mutant = (typeof mutants)[number];

type Words = readonly bigint[];

/** The trace of a writer with one mistake; `undefined` is the correct one. */
export function mutantTrace(
  format: Writable,
  validMask: bigint,
  from: Words,
  to: Words,
  mutant?: Mutant,
): TraceEvent[] {
  const { quanta, validQuantum } = format;
  const memory = [...from];
  const trace: TraceEvent[] = [];
  const store = (quantum: number, source: Words): boolean => {
    const words = quanta[quantum];
    if (words === undefined || words.every((word) => memory[word] === source[word])) return false;
    trace.push({ op: 'store', quantum, value: words.map((word) => source[word]!) });
    for (const word of words) memory[word] = source[word]!;
    return true;
  };
  const step = (source: Words, indices: Iterable<number>, synced = true): void => {
    const stored = [...indices].map((quantum) => store(quantum, source)).some(Boolean);
    if (mutant === 'sync always' || (stored && synced)) trace.push({ op: 'sync' });
  };

  const used = format.used(from);
  const targetUsed = format.used(to);
  const prepareMask = used.map((mask, word) => {
    if (mutant === 'prepare by the bits of the target') return targetUsed[word]!;
    return mutant === 'prepare by the bits of either' ? mask | targetUsed[word]! : mask;
  });
  const safe = format.safe(from, to).map((mask, word) => {
    if (mutant === 'no safe bits') return 0n;
    return mutant === 'safe bits not masked' ? mask : mask & used[word]! & targetUsed[word]!;
  });
  const prepared = from.map((held, word) => {
    const fixed = prepareMask[word]! & ~safe[word]!;
    return (held & fixed) | (to[word]! & ~fixed);
  });
  const compared = (word: number) =>
    mutant === 'difference in all bits'
      ? from[word] !== to[word]
      : (prepared[word]! & targetUsed[word]!) !== to[word];
  const differing = [...quanta.keys()].filter((quantum) => quanta[quantum]!.some(compared));
  const all = [...quanta.keys()];

  if (mutant === 'everything in one step') {
    step(to, all);
    return trace;
  }
  if (differing.length === 0 && mutant !== 'always break') {
    step(to, all);
    return trace;
  }
  const hitless = differing.length === 1 || mutant === 'two or more as hitless';
  if (hitless && mutant !== 'always break') {
    if (mutant !== 'critical quantum prepared too') {
      for (const word of differing.flatMap((quantum) => quanta[quantum]!)) prepared[word] = from[word]!;
    }
    if (mutant === 'swap before prepare') step(to, differing);
    if (mutant !== 'no prepare') step(prepared, all, mutant !== 'no sync after prepare');
    step(to, differing, mutant !== 'no sync after swap');
    if (mutant !== 'no clean up') step(to, all, mutant !== 'no sync after clean up');
    return trace;
  }
  const invalid = [...memory];
  for (const word of quanta[validQuantum]!) invalid[word] = 0n;
  const first = quanta[validQuantum]![0]!;
  if (mutant === 'valid bit cleared alone') invalid[first] = memory[first]! & ~validMask;
  const synced = mutant !== 'no syncs in a break';
  step(invalid, [validQuantum], synced);
  if (mutant === 'fill with the valid quantum') step(to, all);
  else if (mutant === 'fill one short') {
    step(to, all.slice(0, Math.max(validQuantum - 1, 0)));
    step(to, all.slice(validQuantum, -1));
  } else {
    step(to, all.slice(0, validQuantum), synced);
    step(to, all.slice(validQuantum + 1), synced);
  }
  step(to, [validQuantum]);
  return trace;
}
