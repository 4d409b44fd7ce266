/**
 * Which rows of Tables 28 and 29 a request tests (VT-d 6.5.3.3, 6.5.3.4): an answer from an old structure is gone,
 * and since the structure was changed software did all that the row asks for and waited. Only for the count of
 * rules: that the answer is gone follows from the match tables.
 */
import type { Invalidation } from '../../models/reference/invalidation/effects.ts';
import type { GoneOption } from '../../models/reference/invalidation/expectation.ts';
import { type SequenceStep, sequenceRow } from '../../spec/invalidation/sequences.ts';
import type { InvalidationCase, Store } from '../../spec/schema.ts';
import { type ChangedStructure, rowsOf } from './changed-structure.ts';
import { invalidationsOf } from './software-invalidations.ts';

/** A change that lies further back is not looked for. */
const MOST_STEPS = 48;

/** What was stored before step `index`, as far back as changes are looked for. */
export function storesBefore({ steps }: InvalidationCase, index: number): readonly Stored[] {
  const stores: Stored[] = [];
  for (let at = Math.max(0, index - MOST_STEPS); at < index; at++) {
    const step = steps[at];
    if (step?.step === 'store') stores.push({ step: at, store: step });
    if (step?.step === 'request') for (const store of step.during ?? []) stores.push({ step: at, store });
  }
  return stores;
}

/**
 * Rules of the rows whose sequences were completed between the change that made `gone` old, one of `stores`, and
 * step `index`.
 */
export function completedRows(
  testCase: InvalidationCase,
  index: number,
  stores: readonly Stored[],
  { slots }: GoneOption,
): readonly string[] {
  if (slots === undefined || stores.length === 0) return [];
  const change = changedWords(stores, slots) ?? changedTables(stores, slots);
  if (change === undefined) return [];
  const legacy = change.legacy;
  const done = invalidationsOf(testCase, change.since, index);
  return rowsOf(change, legacy)
    .map(sequenceRow)
    .filter(({ steps }) =>
      isDone(
        steps.filter((step) => isAsked(step, change.pgtt)),
        done,
      ),
    )
    .map(({ rule }) => rule);
}

type Slots = NonNullable<GoneOption['slots']>;

export interface Stored {
  readonly step: number;
  readonly store: Store;
}

/** The structure of `slots` nearest to the root that a store has changed since, and the step of the last store. */
function changedWords(stores: readonly Stored[], slots: Slots): ChangedStructure | undefined {
  for (const { kind, level, address, words: before, passedBy } of slots) {
    if (before === undefined || passedBy) continue;
    const now = [...before];
    const since = lastStoreTo(stores, address, now);
    if (since === undefined || before.every((word, at) => word === now[at])) continue;
    return { kind, level, before, now, since, ...typeOf(slots) };
  }
  return undefined;
}

/** The entry that points to the tables was stored to, and what follows comes from those that it pointed to. */
function changedTables(stores: readonly Stored[], slots: Slots): ChangedStructure | undefined {
  const last = slots.at(-1);
  const type = typeOf(slots);
  const entry = slots.find(({ kind }) => kind === (type.legacy ? 'context' : 'pasid-table'));
  if (entry?.words === undefined || last === undefined) return undefined;
  const since = lastStoreTo(stores, entry.address, [...entry.words]);
  if (since === undefined) return undefined;
  const kind = last.kind === 'host-permission' ? 'host-permission-tables' : 'tables';
  return { kind, level: 0, before: entry.words, now: entry.words, since, ...type };
}

function typeOf(slots: Slots): Pick<ChangedStructure, 'legacy' | 'pgtt'> {
  const entry = slots.find(({ kind }) => kind === 'pasid-table')?.words;
  const legacy = !slots.some(({ kind }) => kind === 'pasid-directory' || kind === 'pasid-table');
  return { legacy, pgtt: entry && Number(((entry[0] ?? 0n) >> 6n) & 7n) };
}

/** Does the stores to `words` at `address`; the step of the last one. */
function lastStoreTo(stores: readonly Stored[], address: bigint, words: bigint[]): number | undefined {
  let since: number | undefined;
  for (const { step, store } of stores) if (write(words, address, store)) since = step;
  return since;
}

/** True when the store writes one of `words`, which start at `start`. */
function write(words: bigint[], start: bigint, { address, words: stored }: Store): boolean {
  const end = start + BigInt(8 * words.length);
  if (address >= end || address + BigInt(8 * stored.length) <= start) return false;
  for (const [index, word] of stored.entries()) {
    const at = Number((address - start) / 8n) + index;
    if (at >= 0 && at < words.length) words[at] = word;
  }
  return true;
}

const SECOND_STAGE = 2;
const NESTED = 3;

function isAsked({ only }: SequenceStep, pgtt: number | undefined): boolean {
  if (only === undefined) return true;
  const second = pgtt === SECOND_STAGE || pgtt === NESTED;
  return second === (only === 'second-stage-or-nested');
}

/** Every step is there in its order, as it is or coarser. */
function isDone(steps: readonly SequenceStep[], done: readonly Invalidation[]): boolean {
  let at = 0;
  for (const invalidation of done) {
    const step = steps[at];
    if (step === undefined) break;
    if (isEnough(invalidation, step)) at++;
  }
  return at === steps.length;
}

/** Granularities of each kind from the finest on; a PASID-based one is contained in that of the domain. */
const ranks: Readonly<Record<string, number>> = {
  page: 0,
  device: 0,
  pasid: 1,
  domain: 2,
  global: 3,
};

function isEnough(invalidation: Invalidation, { kind, granularity }: SequenceStep): boolean {
  if (!('granularity' in invalidation)) return false;
  const rank = ranks[invalidation.granularity] ?? 0;
  const least = ranks[granularity] ?? 0;
  if (invalidation.kind === kind) return rank >= least;
  // 6.5.3.3: domain-selective IOTLB invalidation in place of PASID-based ones.
  return kind === 'pasid-iotlb' && invalidation.kind === 'iotlb' && invalidation.granularity !== 'page';
}
