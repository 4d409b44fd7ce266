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
  return after(testCase, changesBefore(testCase.steps, index));
}

/** The states before that, the latest first; `step` made an end of each. */
export function* earlierStates(
  testCase: InvalidationCase,
  index: number,
): Iterable<State & { readonly step: number }> {
  const changes = changesBefore(testCase.steps, index);
  const last = Math.max(0, changes.length - MOST_STATES);
  for (let count = changes.length - 1; count >= last; count--) {
    yield { ...after(testCase, changes.slice(0, count)), step: changes[count]?.step ?? 0 };
  }
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

function after({ profile, rtaddr, memory }: InvalidationCase, changes: readonly Change[]): State {
  const stores = changes.flatMap(({ store }) => store ?? []);
  const latched = changes.findLast((change) => change.rtaddr !== undefined)?.rtaddr ?? rtaddr;
  const runs = stores.map(({ address, words }) => ({ address, words: [...words] }));
  return { profile, rtaddr: latched, memory: [...memory, ...runs] };
}
