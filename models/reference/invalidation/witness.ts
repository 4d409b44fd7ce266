/**
 * Runs one concrete caching unit that gives a stale answer: it holds nothing but the entries of a witness, makes each
 * of them at the step that the witness names, with hits on exactly the entries that it names, executes invalidations
 * as soon as they harm no entry that is still needed and at the latest when a wait completes, and answers the request
 * by hits on exactly the entries of the witness. That it succeeds proves the answer to be one that permitted hardware
 * can give; it keeps no sets and foresees nothing.
 */
import type { CacheName } from '../../../spec/invalidation/caches.ts';
import type { InvalidationCase, Request, Store, StreamStep, WritableRegister } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import type { Alternative } from '../alternative.ts';
import { unitOf as translationUnitOf } from '../unit.ts';
import { askersOf } from './askers.ts';
import { type CacheInvalidation, type Entry, fateOf, isOfCaches, isSame } from './cached-entry.ts';
import { Choices } from './choices.ts';
import type { Effect } from './effects.ts';
import type { Witness } from './expectation.ts';
import { explore, type Surroundings } from './explore.ts';
import { type CachingPolicy, entriesOf, type Passage, policyOf } from './made-entries.ts';
import { MemoryReader, noRace, type Race } from './memory-reader.ts';
import { pageRequestEvent } from './page-request.ts';
import {
  afterStore,
  initialRegisters,
  type RegisterState,
  submitStores,
  type Unit,
  unitOf,
  withStatus,
  writeRegister,
} from './queue.ts';
import { raceWith } from './race.ts';
import { isSameAnswer } from './same-answer.ts';
import { afterWait, type StatusWrites } from './status-writes.ts';
import { UnknownFlags } from './unknown-flags.ts';
import { WalkMemo } from './walk-memo.ts';
import { WordTable } from './word-table.ts';

const MOST_WAYS = 4096;

/** Whether a unit answers step `index` of `testCase`, a request, with `answer` by the entries of `witness`. */
export function replays(
  testCase: InvalidationCase,
  index: number,
  answer: Alternative,
  witness: Witness,
): boolean {
  // The witnesses of the model are made of its own entries.
  const entries = witness.entries as readonly Entry[];
  // Where the registers may come out in several ways, one of them will do.
  const choices = new Choices();
  do {
    if (new Replay(testCase, index, entries, choices).run(answer)) return true;
  } while (choices.advance());
  return false;
}

class Replay {
  readonly #case: InvalidationCase;
  readonly #index: number;
  readonly #hits: readonly Entry[];
  readonly #choices: Choices;
  /** Every entry of the witness, behind those that it was made from. */
  readonly #needed: readonly Entry[];
  readonly #held = new Set<Entry>();
  readonly #memory = new GuestMemory();
  readonly #surroundings: Surroundings;
  readonly #policy: CachingPolicy;
  readonly #unit: Unit;
  #state: RegisterState;
  #status: StatusWrites;
  #rtaddr: bigint;
  #step = 0;
  #race: Race = noRace;
  #pending: readonly CacheInvalidation[] = [];

  constructor(testCase: InvalidationCase, index: number, hits: readonly Entry[], choices: Choices) {
    const { profile, memory, rtaddr } = testCase;
    this.#case = testCase;
    this.#index = index;
    this.#hits = hits;
    this.#choices = choices;
    this.#needed = [...withSources(hits)];
    this.#memory.reset(profile.backed, memory);
    this.#unit = unitOf(profile);
    this.#surroundings = {
      unit: translationUnitOf(profile),
      memory: this.#memory,
      flags: new UnknownFlags(),
      history: askersOf(testCase).history,
    };
    this.#policy = policyOf(profile);
    this.#state = initialRegisters(testCase);
    this.#status = this.#state.status;
    this.#rtaddr = rtaddr;
  }

  run(answer: Alternative): boolean {
    for (; this.#step < this.#index; this.#step++) {
      const step = this.#case.steps[this.#step] as StreamStep;
      if (!this.#do(step)) return false;
    }
    const step = this.#case.steps[this.#index];
    if (step?.step !== 'request') return false;
    this.#raceWith(step.during ?? []);
    const passages = this.#walks(step.request, this.#hits);
    return passages.some(({ answers }) => answers?.some((own) => isSameAnswer(own, answer)));
  }

  /** False when the architecture does not say what follows. */
  #do(step: StreamStep): boolean {
    this.#goOn();
    switch (step.step) {
      case 'store':
        this.#store(step);
        break;
      case 'write':
        return this.#write(step.register, step.value);
      case 'submit': {
        const { stores, tail } = submitStores(this.#state, step);
        for (const { address, word } of stores) this.#store({ address, words: [word] });
        return this.#write('IQT', tail);
      }
      case 'request':
        this.#request(step.request, step.during ?? []);
        break;
      default:
    }
    return true;
  }

  #store({ address, words }: Store): void {
    this.#goOn();
    for (const [at, word] of words.entries()) this.#memory.store(address + BigInt(8 * at), word);
    this.#status = afterStore(this.#status, address, words.length);
    this.#state = { ...this.#state, status: this.#status };
  }

  #request(request: Request, during: readonly Store[]): void {
    this.#raceWith(during);
    this.#race = noRace;
    if (request.kind !== 'page-request') return;
    // A unit that could as well have found a fault has dropped nothing.
    const passages = this.#walks(request, []);
    if (passages.some(({ answers = [] }) => answers.some(({ outcome }) => outcome !== 'queued'))) return;
    const event = pageRequestEvent(passages);
    if (event !== undefined && !this.#harms(event.invalidation)) this.#execute(event.invalidation);
  }

  #raceWith(during: readonly Store[]): void {
    this.#goOn();
    if (during.length === 0) return;
    this.#race = raceWith(
      during,
      (address) => this.#word(address),
      (store) => this.#store(store),
    );
    this.#goOn();
  }

  #write(register: WritableRegister, value: bigint): boolean {
    const outcomes = writeRegister(this.#unit, this.#state, register, value, (at) => this.#word(at));
    if (outcomes === 'undefined') return false;
    const outcome = outcomes[this.#choices.take(outcomes.length)];
    for (const effect of outcome?.effects ?? []) this.#undergo(effect);
    if (outcome !== undefined) this.#state = outcome.state;
    return true;
  }

  #undergo(effect: Effect): void {
    this.#goOn();
    switch (effect.effect) {
      case 'accepted':
        if (isOfCaches(effect.invalidation)) this.#pending = [...this.#pending, effect.invalidation];
        break;
      case 'completed':
        for (const invalidation of this.#pending) {
          this.#execute(invalidation);
          this.#fill();
        }
        this.#pending = [];
        break;
      case 'status':
        this.#status = afterWait(this.#status, effect.address, effect.data, effect);
        break;
      case 'root':
        if (effect.rule !== undefined) this.#held.clear();
        this.#rtaddr = effect.rtaddr;
        break;
      case 'translation':
        if (effect.rule !== undefined) this.#held.clear();
    }
    this.#goOn();
  }

  /** Time passes: what may be executed is, and what is to be made at this step is made. */
  #goOn(): void {
    let changed = true;
    while (changed) changed = this.#executeHarmless() || this.#fill();
  }

  /** One invalidation, in the order of the queue; those of host permissions have no place in it. */
  #executeHarmless(): boolean {
    const next = this.#pending.find(
      (one, index) => (index === 0 || one.kind === 'host-permission') && !this.#harms(one),
    );
    if (next === undefined) return false;
    this.#pending = this.#pending.filter((one) => one !== next);
    this.#execute(next);
    return true;
  }

  #execute(invalidation: CacheInvalidation): void {
    for (const entry of this.#held) if (fateOf(entry, invalidation).dropped) this.#held.delete(entry);
  }

  #harms(invalidation: CacheInvalidation): boolean {
    const isDropped = (entry: Entry) => fateOf(entry, invalidation).dropped;
    return [...this.#held].some(
      (entry) =>
        isDropped(entry) &&
        this.#isUsedLater(entry) &&
        // What can be made again at this very step is not lost.
        (entry.via.some(isDropped) || !this.#canBeMade(entry)),
    );
  }

  #isUsedLater(entry: Entry): boolean {
    return (
      this.#hits.includes(entry) ||
      this.#needed.some(
        (other) => other.via.includes(entry) && !this.#held.has(other) && !isPast(other, this.#step),
      )
    );
  }

  /** True when an entry was made. */
  #fill(): boolean {
    const made = this.#needed.filter((entry) => !this.#held.has(entry) && this.#canBeMade(entry));
    for (const entry of made) this.#held.add(entry);
    return made.length > 0;
  }

  /** It is the step to make the entry, and the walk that it comes from goes as it did. */
  #canBeMade(entry: Entry): boolean {
    return (
      entry.filledBefore === this.#step &&
      this.#walks(entry.filler, entry.via).some((passage) =>
        entriesOf(passage, this.#policy, this.#step, 0).some((own) => isSame(own, entry)),
      )
    );
  }

  /** Ways of `request` that hit exactly `hits`, which are held. */
  #walks(request: Request, hits: readonly Entry[]): readonly Passage[] {
    if (!hits.every((entry) => this.#held.has(entry))) return [];
    const source = { of: (cache: CacheName) => hits.filter((entry) => entry.cache === cache) };
    const reader = new MemoryReader(this.#memory, this.#status, new Map(), new WordTable(), this.#race);
    const all =
      explore(this.#surroundings, this.#rtaddr, request, [source], reader, new WalkMemo(), MOST_WAYS) ?? [];
    return all.filter(
      ({ used }) => used.length === hits.length && used.every((entry, index) => entry === hits[index]),
    );
  }

  #word(address: bigint): bigint | undefined {
    const word = this.#memory.read(address);
    return word === undefined ? undefined : withStatus(this.#status, address, word);
  }
}

const isPast = ({ filledBefore }: Entry, step: number): boolean => filledBefore < step;

/** `entries` and everything that they were made from, each behind its own sources. */
function withSources(entries: readonly Entry[], found = new Set<Entry>()): ReadonlySet<Entry> {
  for (const entry of entries) {
    withSources(entry.via, found);
    found.add(entry);
  }
  return found;
}
