/** A writer with habits: the analysis of the reference, other steps. */
import type { EntrySyncCase, EntrySyncObservation, Profile, TraceEvent } from '../../../spec/schema.ts';
import { type SyncContract, writerFormats } from '../../../spec/writer-formats.ts';
import { amdSteps } from '../../reference/amd-dte.ts';
import { analyse, type Step, type Store } from '../../reference/entry-sync.ts';
import type { Words } from '../../reference/used-bits.ts';
import { type Writable, writableFormat } from '../../reference/writer-format.ts';
import { choicesFor } from '../free-walk/choices.ts';
import type { Habits, Update } from './habits.ts';

/** ECAP.C and CAP.CM (11.4.2, 11.4.3). */
const isCoherent = ({ ecap }: Profile): boolean => (ecap & 1n) !== 0n;
const caches = ({ cap }: Profile): boolean => (cap & 0x80n) !== 0n;

export function writeWithHabits(testCase: EntrySyncCase, habits: Habits): EntrySyncObservation {
  const { format, from, to } = testCase;
  if (format === 'amd-dte') return { trace: traceOf(amdSteps(from, to), syncOf(testCase, habits)) };
  const planned = plan(writable(testCase, habits), from, to, habits);
  const ordered = planned.map((stores) => inOrder(stores, habits, [...from, ...to]));
  const steps = ordered.map((stores) => ({ name: '', stores, sync: true }));
  return { trace: traceOf(steps, syncOf(testCase, habits)) };
}

function writable({ format, layout, profile }: EntrySyncCase, { table }: Habits): Writable {
  const own = writableFormat(format, layout);
  if (table === undefined || format === 'synthetic' || profile.policies.usedBits === 'reviewed') return own;
  const { knowledge } = writerFormats[format];
  return { ...own, used: (entry) => table(knowledge, entry) };
}

/** The stores of each step; steps without any are left out. */
function plan(format: Writable, from: Words, to: Words, habits: Habits): Store[][] {
  const { currentUsed, targetUsed, prepared, differing } = analyse(format, from, to);
  const all = [...format.quanta.keys()];
  const { validQuantum: valid } = format;
  const [critical, ...more] = differing;
  if (critical === undefined) return write(format, from, [[to, all]]);
  if (more.length > 0) {
    const others = all.filter((quantum) => quantum !== valid);
    const before = habits.fillsAtOnce ? others : others.filter((quantum) => quantum < valid);
    const unused = others.filter((quantum) =>
      format.quanta[quantum]!.every((word) => currentUsed[word] === 0n),
    );
    return write(format, from, [
      [to, habits.fillsBefore ? unused : []],
      [from.map(() => 0n), [valid]],
      [to, before],
      [to, others],
      [to, [valid]],
    ]);
  }
  const others = all.filter((quantum) => quantum !== critical);
  const needed = prepared.map((value, word) => {
    const early = targetUsed[word]! & ~currentUsed[word]!;
    return (value & early) | (from[word]! & ~early);
  });
  return write(format, from, [
    [habits.leavesForLast ? needed : prepared, others],
    [to, [critical]],
    [to, others],
  ]);
}

function write(
  { quanta }: Writable,
  from: Words,
  plans: readonly (readonly [source: Words, quanta: readonly number[]])[],
): Store[][] {
  const memory = [...from];
  const steps = plans.map(([source, stored]) =>
    stored.flatMap((quantum): Store[] => {
      const words = quanta[quantum]!;
      if (words.every((word) => memory[word] === source[word])) return [];
      for (const word of words) memory[word] = source[word]!;
      return [{ quantum, value: words.map((word) => source[word]!) }];
    }),
  );
  return steps.filter(({ length }) => length > 0);
}

function inOrder(stores: readonly Store[], { order }: Habits, seeds: Words): readonly Store[] {
  if (order === 'ascending') return stores;
  if (order === 'descending') return stores.toReversed();
  const { one } = choicesFor(seeds);
  const left = [...stores];
  return stores.map(() => {
    const store = one(left);
    left.splice(left.indexOf(store), 1);
    return store;
  });
}

function syncOf({ format, from, profile }: EntrySyncCase, { sync }: Habits): TraceEvent {
  if (format === 'synthetic') return { op: 'sync' };
  const contract: SyncContract = writerFormats[format].sync;
  const uncached = format === 'vtd-pasid' && (from[0]! & 1n) === 0n && !caches(profile);
  const update: Update = { contract, coherent: isCoherent(profile), uncached };
  const actions = sync(update);
  return actions === undefined ? { op: 'sync' } : { op: 'sync', actions: [...actions] };
}

function traceOf(steps: readonly Step[], sync: TraceEvent): TraceEvent[] {
  return steps.flatMap(({ stores, sync: synced }) => [
    ...stores.map(({ quantum, value }) => ({ op: 'store' as const, quantum, value: [...value] })),
    ...(synced ? [sync] : []),
  ]);
}
