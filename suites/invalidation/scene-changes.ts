/** What changes in a scene: one structure comes to be there, grants less, is no longer there, or leads elsewhere. */
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { InvalidationCase, MemoryRun, StreamStep } from '../../spec/schema.ts';
import { trimmed } from '../core/trimmed-runs.ts';
import type { Part, SceneTables, Shape } from '../translation/scene-tables.ts';
import type { Known } from './scene-known.ts';

export interface Change {
  readonly store: Extract<StreamStep, { step: 'store' }>;
  /** The tables before it, with what it leads to. */
  readonly memory: readonly MemoryRun[];
}

const SCALABLE = 0x400n;
const PAGE_MASK = ~0xfffn;
const WRITE = 2n;
const PASS_THROUGH = { legacy: 9n, scalable: 0x101n } as const;

/** Of the parts that the stream changes, or of each where it is not known. */
export function changesOf(
  testCase: InvalidationCase,
  tables: SceneTables,
  shape: Shape,
  { parts, comes, loses }: Known,
): readonly Change[] {
  const { memory } = tables;
  const changed = [...tables.places].filter(([part]) => parts.size === 0 || parts.has(part));
  return changed.flatMap(([part, address]) => {
    if (shape.elsewhere) return elsewhere(testCase, tables, shape, part, address);
    const goes = { store: store(address, 0n), memory };
    if (comes) return [coming(memory, address), goes];
    return loses ? [losing(tables, address), goes] : [goes];
  });
}

/** All entries for paging grant writes, until the one at `address` does not. */
function losing({ memory, places }: SceneTables, address: bigint): Change {
  const entry = places.get('entry') ?? places.get('context');
  const last = memory.findIndex((run) => run.address === entry);
  const writable = memory.map((run, index) =>
    index > last ? { ...run, words: run.words.map((word) => word | WRITE) } : run,
  );
  return { store: store(address, wordAt(memory, address)), memory: writable };
}

/** The structure at `address` is not present until it is stored. */
function coming(memory: readonly MemoryRun[], address: bigint): Change {
  const before = memory.flatMap((run) =>
    run.address === address ? trimmed(address, run.words.with(0, 0n)) : [run],
  );
  return { store: store(address, wordAt(memory, address)), memory: before };
}

function elsewhere(
  { profile }: InvalidationCase,
  { rtaddr, memory, places, pageBytes, end }: SceneTables,
  { type }: Shape,
  part: Part,
  address: bigint,
): readonly Change[] {
  const word = wordAt(memory, address);
  const leaf = wordAt(memory, places.get('leaf') ?? 0n) ^ pageBytes;
  if (part === 'leaf') return [{ store: store(address, leaf), memory }];
  if (part === 'table') {
    return [
      {
        store: store(address, (word & ~PAGE_MASK) | end),
        memory: [...memory, { address: end, words: [leaf] }],
      },
    ];
  }
  const isScalable = (rtaddr & SCALABLE) !== 0n;
  if (part !== (isScalable ? 'entry' : 'context') || type === 'pass-through') return [];
  if (decodeCapabilities(profile).PT === 0) return [];
  const did = wordAt(memory, address, 1);
  const direct = isScalable ? PASS_THROUGH.scalable : PASS_THROUGH.legacy;
  // Under the same domain, and under another one.
  const other = did ^ (isScalable ? 1n : 0x100n);
  return [
    { store: store(address, direct), memory },
    { store: store(address, direct, other), memory },
  ];
}

function store(address: bigint, ...words: bigint[]): Change['store'] {
  return { step: 'store', address, words };
}

function wordAt(memory: readonly MemoryRun[], address: bigint, index = 0): bigint {
  return memory.find((run) => run.address === address)?.words[index] ?? 0n;
}
