/** What memory and RTADDR were at earlier moments of a stream: only who is to blame depends on it. */
import type { InvalidationCase, Store, StreamStep, TranslationCase } from '../../spec/schema.ts';

/** What a request is answered by where nothing is cached. */
export type State = Pick<TranslationCase, 'profile' | 'rtaddr' | 'memory'>;

/** So many changes back is far enough for a name. */
const MOST_STATES = 256;
/** GCMD.SRTP (11.4.4). */
const SET_ROOT = 1n << 30n;

interface Change {
  readonly step: number;
  readonly store?: Store;
  readonly rtaddr?: bigint;
}

/** The state when step `index` begins. */
export function stateBefore(testCase: InvalidationCase, index: number): State {
  const { start, changes } = pastOf(testCase, index);
  return after(start, changes);
}

/** The states before that, the latest first; `step` made an end of each. */
export function* earlierStates(
  testCase: InvalidationCase,
  index: number,
): Iterable<State & { readonly step: number }> {
  const { start, changes } = pastOf(testCase, index);
  for (let count = changes.length - 1; count >= 0; count--) {
    yield { ...after(start, changes.slice(0, count)), step: changes[count]?.step ?? 0 };
  }
}

/** The same under a root table that was written and that no SRTP has latched yet; undefined when there is none. */
export function underWrittenRoot(testCase: InvalidationCase, index: number): State | undefined {
  const steps = testCase.steps.slice(0, index);
  const written = steps.findLast((step) => step.step === 'write' && step.register === 'RTADDR');
  if (written?.step !== 'write') return undefined;
  const state = stateBefore(testCase, index);
  return written.value === state.rtaddr ? undefined : { ...state, rtaddr: written.value };
}

/** Every mixture of old and new 64-bit words that stores during step `index` can leave a reader with. */
export function* mixturesDuring(testCase: InvalidationCase, index: number): Iterable<State> {
  const step = testCase.steps[index];
  if (step?.step !== 'request' || step.during === undefined) return;
  const state = stateBefore(testCase, index);
  const words = step.during.flatMap(({ address, words }) =>
    words.map((word, at) => ({ address: address + BigInt(8 * at), words: [word] })),
  );
  for (let chosen = 0; chosen < 1 << words.length; chosen++) {
    yield { ...state, memory: [...state.memory, ...words.filter((_, at) => (chosen >> at) & 1)] };
  }
}

/** The changes before step `index`, as many as are told apart, and the state in front of them. */
function pastOf(
  testCase: InvalidationCase,
  index: number,
): { readonly start: State; readonly changes: readonly Change[] } {
  const all = changesBefore(testCase.steps, index);
  if (all.length <= MOST_STATES) return { start: testCase, changes: all };
  const older = after(testCase, all.slice(0, -MOST_STATES));
  return { start: { ...older, memory: latest(older.memory) }, changes: all.slice(-MOST_STATES) };
}

/** Each word once, as it was written last: the runs of a long past are many, its words are not. */
function latest(memory: State['memory']): State['memory'] {
  const words = new Map<bigint, bigint>();
  for (const run of memory) {
    for (const [at, word] of run.words.entries()) words.set(run.address + BigInt(8 * at), word);
  }
  return [...words].map(([address, word]) => ({ address, words: [word] }));
}

function changesBefore(steps: readonly StreamStep[], index: number): readonly Change[] {
  let written: bigint | undefined;
  return steps.slice(0, index).flatMap((step, at): readonly Change[] => {
    if (step.step === 'store') return [{ step: at, store: step }];
    if (step.step === 'request') return (step.during ?? []).map((store) => ({ step: at, store }));
    if (step.step !== 'write') return [];
    if (step.register === 'RTADDR') written = step.value;
    const isLatched = step.register === 'GCMD' && (step.value & SET_ROOT) !== 0n && written !== undefined;
    return isLatched ? [{ step: at, rtaddr: written as bigint }] : [];
  });
}

function after({ profile, rtaddr, memory }: State, changes: readonly Change[]): State {
  const stores = changes.flatMap(({ store }) => store ?? []);
  const latched = changes.findLast((change) => change.rtaddr !== undefined)?.rtaddr ?? rtaddr;
  const runs = stores.map(({ address, words }) => ({ address, words: [...words] }));
  return { profile, rtaddr: latched, memory: [...memory, ...runs] };
}
