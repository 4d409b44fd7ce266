/**
 * Follows one stream along every way that the architecture leaves open. A way has registers and a queue of its own
 * (queue.ts), and caches (caches.ts); memory is shared, but for what waits wrote.
 *
 * A request is `open` where nothing is said: page requests and untranslated requests to FEEx_xxxxh while translation
 * is off (D29), whatever may be answered for what memory holds or held, more entries or ways through them than are
 * followed (caches.ts). With more ways of registers than are followed, the stream is `undefined` from there on.
 */
import { ALL_64 } from '../../../spec/bits.ts';
import { queueAddressFields } from '../../../spec/invalidation/registers.ts';
import type { InvalidationCase, ReadableRegister, Store, StreamStep } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { unitOf as translationUnitOf } from '../unit.ts';
import { type Askers, askersOf } from './askers.ts';
import type { CacheModel } from './cache-model.ts';
import { Caches, type CachesOfCase } from './caches.ts';
import type { CachedEntry, RequestOption, StepExpectation, ValueOption, Way } from './expectation.ts';
import { type Passage, policyOf } from './made-entries.ts';
import { pageRequestEvent } from './page-request.ts';
import { affected, type Path } from './path.ts';
import {
  afterStore,
  initialRegisters,
  loadRules,
  readRegister,
  submitStores,
  type Unit,
  unitOf,
  withStatus,
  wordsWithStatus,
  writeRegister,
} from './queue.ts';
import { fetchDescriptors } from './queue-fetch.ts';
import { raceWith } from './race.ts';
import {
  addOptions,
  goneOptions,
  isQueued,
  optionsOf,
  RequestExpectation,
  withoutTranslation,
} from './request-options.ts';
import { UnknownFlags } from './unknown-flags.ts';
import { Walks } from './walks.ts';

/** A way is that of `from` up to the step, and one of its own from there on. */
export interface Fork {
  readonly from: Way;
  readonly step: number;
}

interface Asked {
  readonly passagesByWay: ReadonlyMap<Way, readonly Passage[]>;
  readonly isQueued: boolean;
}

/** One stream writes few pages; memory for more would be cleared for each. */
const USUAL_PAGES = 32;
/** More ways than this are not followed. */
const MOST_WAYS = 64;

const silent: StepExpectation = { kind: 'silent' };
const open: StepExpectation = { kind: 'open' };
const undefinedFromHere: StepExpectation = { kind: 'undefined' };

export class StreamModel {
  readonly #case: InvalidationCase;
  readonly #memory: GuestMemory;
  readonly #flags = new UnknownFlags();
  readonly #unit: Unit;
  readonly #askers: Askers;
  #paths: Path[];
  readonly #forks = new Map<Way, Fork>();
  #nextWay = 1;
  #index = 0;
  #isUndefined: boolean;
  /** The request last done, as long as it may turn out to be a page request that was queued. */
  #asked: Asked | undefined;

  /**
   * `space` is the memory of this model for as long as it is used; to give one saves making it. `Model` is what is
   * made of the caches: everything that they may hold.
   */
  constructor(
    testCase: InvalidationCase,
    space = new GuestMemory(USUAL_PAGES),
    Model: new (testCase: CachesOfCase, walks: Walks) => CacheModel = Caches,
  ) {
    const { profile, memory, rtaddr, translationEnabled } = testCase;
    this.#case = testCase;
    this.#memory = space;
    this.#memory.reset(profile.backed, memory);
    this.#unit = unitOf(profile);
    this.#askers = askersOf(testCase);
    const surroundings: CachesOfCase = {
      unit: translationUnitOf(profile),
      memory: this.#memory,
      flags: this.#flags,
      history: this.#askers.history,
      askers: this.#askers.all,
      policy: policyOf(profile),
    };
    // A unit without QI cannot have come to where the case begins (11.4.4, QIE).
    this.#isUndefined = testCase.iqa !== undefined && this.#unit.capabilities.QI === 0;
    const caches = new Model(surroundings, new Walks(surroundings, surroundings.askers, rtaddr));
    this.#paths = [{ way: 0, state: initialRegisters(testCase), caches, enabled: translationEnabled }];
  }

  /** Does the next step of the case and says what may be observed. Throws RangeError after the last. */
  next(): StepExpectation {
    const step = this.#case.steps[this.#index];
    if (step === undefined) throw new RangeError(`the stream has ${this.#index} steps`);
    this.#settlePageRequest();
    for (const { caches } of this.#paths) caches.startStep(this.#index);
    const expectation = this.#isUndefined ? undefinedFromHere : this.#do(step);
    if (expectation.kind === 'undefined') this.#isUndefined = true;
    this.#index++;
    return expectation;
  }

  /** The ways that are open after the step last done. */
  get ways(): readonly Way[] {
    return this.#paths.map(({ way }) => way);
  }

  /** Where a way parted from another one; undefined for the first. */
  forkOf(way: Way): Fork | undefined {
    return this.#forks.get(way);
  }

  /** Of the step last done, only these options agree with what was observed. */
  keep(options: readonly (RequestOption | ValueOption)[]): void {
    const ways = new Set(options.map(({ way }) => way));
    this.#paths = this.#paths.filter(({ way }) => ways.has(way));
    if (this.#asked !== undefined) this.#asked = { ...this.#asked, isQueued: options.every(isQueued) };
  }

  /** What a register may hold after the step last done. */
  valuesOf(register: ReadableRegister): readonly ValueOption[] {
    return this.#paths.flatMap(({ way, state }) =>
      readRegister(this.#unit, state, register).map((expected) => ({ way, ...expected })),
    );
  }

  /** The 64-bit word at `offset` of the queue, in bytes; undefined where no memory is. */
  queueWordAt(offset: bigint): bigint | undefined {
    const [path] = this.#paths;
    return path && this.#word(path, (path.state.iqa & queueAddressFields.IQA.mask) + offset);
  }

  /** Whether a unit whose head is at `head` stops there, or may, whatever made it come so far. */
  stopsAt(head: bigint): boolean {
    const [path] = this.#paths;
    if (path === undefined) return false;
    const state = { ...path.state, head, error: undefined };
    const outcomes = fetchDescriptors(this.#unit, state, (address) => this.#word(path, address));
    return outcomes !== 'undefined' && outcomes.some((way) => way.state.error && way.state.head === head);
  }

  /** What may be cached after the step last done and differs from memory; in any of the ways. */
  held(): readonly CachedEntry[] {
    return this.#paths.flatMap(({ caches }) => caches.held());
  }

  #do(step: StreamStep): StepExpectation {
    switch (step.step) {
      case 'store':
        this.#store(step);
        return silent;
      case 'write':
        return this.#write(step.register, step.value);
      case 'submit':
        return this.#submit(step);
      case 'request':
        return this.#request(step);
      case 'read':
        return { kind: 'value', options: this.valuesOf(step.register) };
      case 'load':
        return this.#load(step.address);
    }
  }

  #store({ address, words }: Store): void {
    const addresses: bigint[] = [];
    for (const [index, word] of words.entries()) {
      const at = address + BigInt(8 * index);
      if (this.#isOther(at, word)) addresses.push(at);
    }
    if (addresses.length === 0) return;
    for (const { caches } of this.#paths) caches.beforeStore(addresses);
    for (const [index, word] of words.entries()) this.#memory.store(address + BigInt(8 * index), word);
    for (const [index, path] of this.#paths.entries()) {
      const status = afterStore(path.state.status, address, words.length);
      path.caches.afterStore(addresses, status);
      if (status !== path.state.status) this.#paths[index] = { ...path, state: { ...path.state, status } };
    }
  }

  /** In one of the ways memory holds another word. */
  #isOther(address: bigint, word: bigint): boolean {
    for (const path of this.#paths) if (this.#word(path, address) !== word) return true;
    return false;
  }

  #submit(step: Extract<StreamStep, { step: 'submit' }>): StepExpectation {
    const [first] = this.#paths;
    // Without QI there is no register that says where a queue is (11.4.9).
    if (first === undefined || this.#unit.capabilities.QI === 0) return undefinedFromHere;
    // Where software puts descriptors depends on what it wrote, which is the same in every way.
    const { stores, tail } = submitStores(first.state, step);
    for (const { address, word } of stores) {
      if (this.#isOther(address, word)) this.#store({ address, words: [word] });
    }
    return this.#write('IQT', tail);
  }

  #write(register: Parameters<typeof writeRegister>[2], value: bigint): StepExpectation {
    const paths: Path[] = [];
    for (const path of this.#paths) {
      const read = (address: bigint) => this.#word(path, address);
      const outcomes = writeRegister(this.#unit, path.state, register, value, read);
      if (outcomes === 'undefined') return undefinedFromHere;
      const [only, ...others] = outcomes;
      // Copies first: the last outcome goes on with the caches of this way.
      for (const { state, effects } of others) {
        const way = this.#nextWay++;
        this.#forks.set(way, { from: path.way, step: this.#index });
        paths.push(affected({ ...path, way, state, caches: path.caches.copy() }, path.state, effects));
      }
      if (only !== undefined) paths.push(affected({ ...path, state: only.state }, path.state, only.effects));
    }
    if (paths.length > MOST_WAYS) return undefinedFromHere;
    this.#paths = paths;
    return silent;
  }

  #request({ request, during }: Extract<StreamStep, { step: 'request' }>): StepExpectation {
    const asker = this.#askers.ofSteps.get(this.#index);
    if (asker === undefined) throw new RangeError(`step ${this.#index} is no request`);
    const [first] = this.#paths;
    const race =
      during &&
      raceWith(
        during,
        (address) => first && this.#word(first, address),
        (store) => this.#store(store),
      );
    const options: RequestOption[] = [];
    const passagesByWay = new Map<Way, readonly Passage[]>();
    for (const { way, caches, enabled } of this.#paths) {
      if (!enabled) {
        const answer = withoutTranslation(this.#unit.capabilities, request);
        if (answer === undefined) return open;
        options.push({ way, answer, witness: undefined });
        continue;
      }
      const passages = caches.request(asker, race);
      if (passages === undefined || passages.some(({ answers }) => answers === undefined)) return open;
      addOptions(options, way, passages);
      if (request.kind === 'page-request') passagesByWay.set(way, passages);
    }
    this.#asked = { passagesByWay, isQueued: options.every(isQueued) };
    const translating = this.#paths.filter(({ enabled }) => enabled);
    return new RequestExpectation(
      options,
      (besideHeld) =>
        translating.flatMap(({ caches }) => goneOptions(caches.goneWays(asker, besideHeld), options)),
      // What follows from a page request takes all of the ways to say.
      request.kind === 'page-request'
        ? () => []
        : () => translating.map(({ way, caches }) => optionsOf(way, caches.furtherWays(asker, race))),
    );
  }

  /** Table 27: what the unit drops before it queues the page request that was made last. */
  #settlePageRequest(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked === undefined || !asked.isQueued) return;
    for (const { way, caches } of this.#paths) {
      const event = pageRequestEvent(asked.passagesByWay.get(way) ?? []);
      if (event !== undefined) caches.execute(event.invalidation, event.rule);
    }
  }

  #load(address: bigint): StepExpectation {
    const mask = ~this.#flags.uncertain(address) & ALL_64;
    const options: ValueOption[] = [];
    for (const path of this.#paths) {
      const word = this.#memory.read(address);
      if (word === undefined) return open;
      const { status } = path.state;
      const rules = loadRules(status, address);
      for (const value of wordsWithStatus(status, address, word))
        options.push({ way: path.way, value, mask, rules });
    }
    return { kind: 'value', options };
  }

  #word({ state }: Path, address: bigint): bigint | undefined {
    const word = this.#memory.read(address);
    return word === undefined ? undefined : withStatus(state.status, address, word);
  }
}
