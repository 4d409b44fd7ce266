/** What a stream is about: the domain and PASID of its last request, and the structures behind it that change. */
import { walkTrace } from '../../models/reference/translation.ts';
import type { InvalidationCase, MemoryRun } from '../../spec/schema.ts';
import type { Part, Shape } from '../translation/scene-tables.ts';
import { asTranslation } from './as-translation.ts';

export interface Known {
  readonly type: Shape['type'];
  readonly did: bigint;
  /** Also of requests without PASID. */
  readonly pasid: number;
  /** Those that a store changes; empty when no store does. */
  readonly parts: ReadonlySet<Part>;
  /** What is not present at first, and then is, is what the last request needs. */
  readonly comes: boolean;
  /** A page may no longer be written to, and that is all that changes. */
  readonly loses: boolean;
}

const types = ['first-stage', 'second-stage', 'nested', 'pass-through'] as const;
/** In the order of the walk; what follows are tables. */
const entries: readonly Part[] = ['root', 'context', 'directory', 'entry'];
const paging: readonly Part[] = ['leaf', 'table', 'second-leaf'];
const PASID = 0xf_ffffn;
const PASS_THROUGH = 8n;
/** P of entries; rights, one of which a page needs. */
const PRESENT = 7n;
const WRITE = 2n;

/** By the walks through memory when the first request was made, and when all stores were. */
export function knownOf(testCase: InvalidationCase, isScalable: boolean): Known {
  const first = testCase.steps.findIndex(({ step }) => step === 'request');
  const early = asTranslation({ ...testCase, steps: testCase.steps.slice(0, first) });
  const after = asTranslation(testCase);
  const stores = after.memory.slice(early.memory.length);
  const index = after.requests.length - 1;
  const parts = new Set<Part>();
  let known: Pick<Known, 'type' | 'did' | 'pasid'> = {
    type: 'pass-through',
    did: 0n,
    pasid: after.requests[index]?.pasid ?? 0,
  };
  const ends: bigint[] = [];
  const changed: bigint[] = [];
  for (const { memory } of [after, early]) {
    const steps = walkTrace({ ...after, memory }, index);
    ends.push((steps.at(-1)?.words?.[0] ?? 0n) & PRESENT);
    for (const [order, { address, words = [] }] of steps.entries()) {
      const part = order < (isScalable ? 4 : 2) ? entries[order] : undefined;
      if (stores.some((store) => isChanged(store, address, words.length))) {
        for (const one of part === undefined ? paging : entries) parts.add(one);
        changed.push(part === undefined ? (words[0] ?? 0n) : 0n);
      }
    }
    const [context, entry] = [steps[1]?.words, steps[3]?.words];
    const pasid = after.requests[index]?.pasid ?? (isScalable ? Number((context?.[1] ?? 0n) & PASID) : 0);
    const found = isScalable ? entry : context;
    const isPresent = ((found?.[0] ?? 0n) & 1n) !== 0n;
    if (found !== undefined && isPresent)
      known = { ...(isScalable ? ofPasidEntry(found) : ofContext(found)), pasid };
  }
  const [now = 0n, before = 0n] = changed;
  return {
    ...known,
    parts,
    comes: ends[0] !== 0n && ends[1] === 0n,
    loses: changed.length === 2 && before - now === WRITE,
  };
}

function isChanged(store: MemoryRun, address: bigint, count: number): boolean {
  const end = store.address + BigInt(8 * store.words.length);
  return store.address < address + BigInt(8 * count) && end > address;
}

function ofPasidEntry([low = 0n, second = 0n]: readonly bigint[]): Pick<Known, 'type' | 'did'> {
  const type = types[Number((low >> 6n) & 7n) - 1] ?? 'pass-through';
  return { type, did: second & 0xffffn };
}

function ofContext([low = 0n, second = 0n]: readonly bigint[]): Pick<Known, 'type' | 'did'> {
  return {
    type: (low & 0xcn) === PASS_THROUGH ? 'pass-through' : 'second-stage',
    did: (second >> 8n) & 0xffffn,
  };
}
