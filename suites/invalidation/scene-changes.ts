/** What changes in a scene: one structure is no longer there, or leads elsewhere. */
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { InvalidationCase, MemoryRun, StreamStep } from '../../spec/schema.ts';
import type { Part, SceneTables, Shape } from '../translation/scene-tables.ts';
import type { Known } from './scene-known.ts';

export interface Change {
  readonly store: Extract<StreamStep, { step: 'store' }>;
  /** What it leads to, where nothing lies yet. */
  readonly memory: readonly MemoryRun[];
}

const SCALABLE = 0x400n;
const PAGE_MASK = ~0xfffn;
const PASS_THROUGH = { legacy: 9n, scalable: 0x101n } as const;

/** Of the parts that the stream changes, or of each where it is not known. */
export function changesOf(
  testCase: InvalidationCase,
  tables: SceneTables,
  shape: Shape,
  { parts }: Known,
): readonly Change[] {
  const changed = [...tables.places].filter(([part]) => parts.size === 0 || parts.has(part));
  return changed.flatMap(([part, address]) =>
    shape.elsewhere
      ? elsewhere(testCase, tables, shape, part, address)
      : [{ store: store(address, 0n), memory: [] }],
  );
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
  if (part === 'leaf') return [{ store: store(address, leaf), memory: [] }];
  if (part === 'table') {
    return [{ store: store(address, (word & ~PAGE_MASK) | end), memory: [{ address: end, words: [leaf] }] }];
  }
  const isScalable = (rtaddr & SCALABLE) !== 0n;
  if (part !== (isScalable ? 'entry' : 'context') || type === 'pass-through') return [];
  if (decodeCapabilities(profile).PT === 0) return [];
  const did = wordAt(memory, address, 1);
  const direct = isScalable ? PASS_THROUGH.scalable : PASS_THROUGH.legacy;
  // Under the same domain, and under another one.
  const other = did ^ (isScalable ? 1n : 0x100n);
  return [
    { store: store(address, direct), memory: [] },
    { store: store(address, direct, other), memory: [] },
  ];
}

function store(address: bigint, ...words: bigint[]): Change['store'] {
  return { step: 'store', address, words };
}

function wordAt(memory: readonly MemoryRun[], address: bigint, index = 0): bigint {
  return memory.find((run) => run.address === address)?.words[index] ?? 0n;
}
