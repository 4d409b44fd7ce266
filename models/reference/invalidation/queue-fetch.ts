/**
 * The unit at work on its queue until it is at rest (VT-d 6.5.2, 6.5.2.11): descriptor by descriptor from the
 * head on, while the queue is enabled, not empty and without error. What the architecture does not settle is
 * tried both ways, once for each name of a doubt.
 */
import type { QueueMode } from '../../../spec/invalidation/modes.ts';
import { queueErrors } from '../../../spec/invalidation/queue-errors.ts';
import { queueAddressFields } from '../../../spec/invalidation/registers.ts';
import { checkDescriptor, type Defect, type FetchedDescriptor } from './descriptor.ts';
import { type Doubt, hasUnstatedDid } from './descriptor-doubts.ts';
import { invalidationOf } from './descriptor-invalidation.ts';
import type { Effect } from './effects.ts';
import { modeDoubt, modeOf, setupDefects, tailDefects } from './queue-checks.ts';
import { isEnabled, type RegisterState } from './register-state.ts';
import type { RegisterOutcome, RegisterOutcomes } from './register-write.ts';
import { isHazard } from './status-hazards.ts';
import { settled, withStatus } from './status-writes.ts';
import { queueBytes, slotBytes } from './submit.ts';
import type { ReadWord, Unit } from './unit-facts.ts';
import { completeWait, statusAddress } from './wait.ts';
import { WordTable } from './word-table.ts';

/** Fetches what can be fetched. `read` gives memory as it is before the first descriptor. */
export function fetchDescriptors(unit: Unit, start: RegisterState, read: ReadWord): RegisterOutcomes {
  const outcomes: RegisterOutcome[] = [];
  const open: RegisterOutcome[] = [{ state: start, effects: [] }];
  const queue = queueOf(unit, start);
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    const effects = [...way.effects];
    let state = way.state;
    while (hasWork(state)) {
      const step = takeOne(queue, state, withStatusOf(state, read));
      if (step === 'undefined') return 'undefined';
      if (step.refusal !== undefined) open.push({ state: step.refusal, effects: [...effects] });
      state = step.state;
      effects.push(...step.effects);
    }
    outcomes.push({ state: atRest({ ...state, status: settled(state.status) }, start), effects });
  }
  return outcomes;
}

function hasWork(state: RegisterState): boolean {
  return isEnabled(state, 'QIE') && state.error === undefined && state.head !== state.tail;
}

function atRest(state: RegisterState, start: RegisterState): RegisterState {
  const nothing = state.head === start.head && state.error === undefined;
  if (!nothing || !isEnabled(state, 'QIE')) return state;
  return { ...state, queueReasons: inFront(['invalidation.queue.empty'], state.queueReasons) };
}

function withStatusOf({ status }: RegisterState, read: ReadWord): ReadWord {
  if (status.size === 0) return read;
  return (address) => {
    const word = read(address);
    return word === undefined ? undefined : withStatus(status, address, word);
  };
}

interface Step {
  readonly state: RegisterState;
  readonly effects: readonly Effect[];
  /** The descriptor may be refused as well: the state when it is. */
  readonly refusal?: RegisterState;
}

/** What stays the same while the unit fetches. */
interface Queue {
  readonly unit: Unit;
  readonly mode: QueueMode;
  /** What makes every descriptor an error. */
  readonly defects: readonly Defect[];
  readonly doubt: Doubt | undefined;
  readonly base: bigint;
  /** Bytes of the queue, and of a slot. */
  readonly bytes: bigint;
  readonly slot: bigint;
  /** Descriptors as they were checked, by their words: software submits the same ones many times over. */
  readonly words: WordTable;
  readonly checked: Map<readonly bigint[], FetchedDescriptor>;
}

function queueOf(unit: Unit, state: RegisterState): Queue {
  return {
    unit,
    mode: modeOf(state),
    // A unit that does not see the wrong width takes the tail for another one.
    defects: [...setupDefects(unit, state), ...tailDefects(state)],
    doubt: modeDoubt(unit, state),
    base: state.iqa & queueAddressFields.IQA.mask,
    bytes: queueBytes(state.iqa),
    slot: slotBytes(state.iqa),
    words: new WordTable(),
    checked: new Map(),
  };
}

/** Looks at the descriptor at the head. */
function takeOne(queue: Queue, state: RegisterState, read: ReadWord): Step | 'undefined' {
  const { unit, mode, defects, doubt, base, bytes } = queue;
  const doubts = doubt === undefined ? [] : [doubt];
  // 11.4.9.3: whether bits above HAW are there is not stated.
  if ((base & ~unit.hostMask) !== 0n) return 'undefined';
  if (state.tail >= bytes) return refuseAnyOf(state, defects, doubts);
  const slot = fetchSlot(queue, state, read);
  if (slot === undefined) {
    const fetch = { codes: [queueErrors.fetch], rule: 'invalidation.queue.fetch-error' };
    return refuseAnyOf(state, [fetch, ...defects], doubts);
  }
  const words = queue.words.sameAs(slot);
  const descriptor = queue.checked.get(words) ?? checkDescriptor(unit, mode, words);
  queue.checked.set(words, descriptor);
  const all = [...defects, ...descriptor.defects];
  if (all.length > 0) return refuseAnyOf(state, all, [...doubts, ...descriptor.doubts]);
  return decided(queue, state, descriptor, read);
}

/** The words of the slot at the head; undefined when memory does not give one of them. */
function fetchSlot({ base, slot }: Queue, { head }: RegisterState, read: ReadWord) {
  const words: bigint[] = [];
  for (let offset = 0n; offset < slot; offset += 8n) {
    const word = read(base + head + offset);
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}

/** Goes by the habits of this way; a new doubt makes a way in which the descriptor is refused. */
function decided(
  queue: Queue,
  state: RegisterState,
  descriptor: FetchedDescriptor,
  read: ReadWord,
): Step | 'undefined' {
  const doubts = queue.doubt === undefined ? descriptor.doubts : [queue.doubt, ...descriptor.doubts];
  const known = doubts.filter(({ name }) => state.habits.get(name) === false);
  if (known.length > 0) return refuse(state, known);
  const fresh = doubts.filter(({ name }) => !state.habits.has(name));
  const taken = take(queue, withHabits(state, fresh, true), descriptor, read);
  if (fresh.length === 0 || taken === 'undefined') return taken;
  // With several doubts any of them may be the reason; which one it was is not known, and not remembered.
  const refuser = fresh.length === 1 ? withHabits(state, fresh, false) : state;
  return { ...taken, refusal: refuse(refuser, fresh).state };
}

function withHabits(state: RegisterState, doubts: readonly Doubt[], taken: boolean): RegisterState {
  if (doubts.length === 0) return state;
  const habits = new Map(state.habits);
  for (const { name } of doubts) habits.set(name, taken);
  return { ...state, habits };
}

/** No order of checks is stated: beside what is wrong for sure, a doubt may be what the unit reports. */
function refuseAnyOf(state: RegisterState, defects: readonly Defect[], doubts: readonly Doubt[]): Step {
  return refuse(state, [...defects, ...doubts.filter(({ name }) => state.habits.get(name) !== true)]);
}

/** IQE is set, IQERCD latched, and the head stays. */
function refuse(state: RegisterState, defects: readonly Defect[]): Step {
  const codes = new Set([queueErrors.unknown, ...defects.flatMap((defect) => defect.codes)]);
  const rules = [...defects.map(({ rule }) => rule), 'invalidation.queue.stays-at-error'];
  const error = { codes: [...codes].sort(), rules };
  return { state: { ...state, error, queueReasons: inFront(rules, state.queueReasons) }, effects: [] };
}

/** The head goes on, and what was asked is done. */
function take(
  { unit, mode, bytes, slot }: Queue,
  state: RegisterState,
  { format, get, doubts }: FetchedDescriptor,
  read: ReadWord,
): Step | 'undefined' {
  if (format === undefined) throw new RangeError('a descriptor of no format was taken');
  if (mode.ttm === 'legacy' && hasUnstatedDid(unit, format, get)) return 'undefined';
  const { name } = format.format;
  const head = (state.head + slot) % bytes;
  const rules = [format.rule, mode.rule, 'invalidation.queue.head'];
  for (const { rule } of doubts.toReversed()) rules.unshift(rule);
  if (head === 0n) rules.unshift('invalidation.queue.wrap');
  const queueReasons = inFront(rules, state.queueReasons);
  if (name !== 'wait') {
    const invalidation = invalidationOf(name, get, unit);
    const deviceTlb = state.deviceTlb || name === 'device-tlb' || name === 'pasid-device-tlb';
    return {
      state: { ...state, head, queueReasons, quiesced: false, deviceTlb },
      effects: [{ effect: 'accepted', invalidation }],
    };
  }
  const fetched = { ...state, head, queueReasons, quiesced: true };
  const status = statusAddress(unit, get);
  if (status !== undefined && isHazard(fetched, status, read)) return 'undefined';
  return completeWait(unit, fetched, get);
}

/** `rules`, then those of `known` that are not among them; each once. */
function inFront(rules: readonly string[], known: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const rule of rules) if (!all.includes(rule)) all.push(rule);
  for (const rule of known) if (!all.includes(rule)) all.push(rule);
  return all;
}
