/**
 * One translation through the caches (VT-d 6.2.7): where a cache may hold what the walk is about to read, either
 * the entry or memory serves it, as `choices` says. An entry serves a whole part of the walk, slot by slot. That
 * an entry is redundant, because memory would give the same, is found out here, and leaves no choice.
 *
 * A hit of the IOTLB may serve the whole translation, or what follows after the context entry, or after the PASID
 * table entry: rights and fault processing may be taken from the entries above all the same.
 */
import type { CacheName } from '../../../spec/invalidation/caches.ts';
import type { Request } from '../../../spec/schema.ts';
import type { KnownChecks } from '../entry.ts';
import type { SlotKind, SlotReader, Walk } from '../walk.ts';
import { areSame, type Entry, isGuestPage, isLeaf, type Slot, serves } from './cached-entry.ts';
import type { Choices } from './choices.ts';
import { type Crossings, startsWith } from './crossings.ts';
import {
  contextDid,
  firstStageLevels,
  hostPermissionDid,
  isSecondStageTop,
  pasidDid,
  translationType,
} from './entry-fields.ts';
import type { MemoryReader } from './memory-reader.ts';
import { flagsOf, isAbove, originOf, partOf, type Served, Serving, tableBelow } from './serving.ts';

type Words = readonly bigint[];

/** Entries that may be held. */
export interface EntrySource {
  of(cache: CacheName): readonly Entry[];
}

/** Thrown where an earlier course went on from here: this one has no answer of its own. */
export const abandoned: unique symbol = Symbol('abandoned');

export class Course implements SlotReader {
  readonly slots: Slot[] = [];
  readonly used: Entry[] = [];
  /** Entries of translation structures, in the order of the walk, that the request may go on from. */
  valid = 0;
  /** The chosen entry does not fit the walk that it was chosen for: there is no such hit. */
  failed = false;
  readonly #request: Request;
  readonly #legacy: boolean;
  readonly #sources: readonly EntrySource[];
  readonly #choices: Choices;
  readonly #memory: MemoryReader;
  /** Where courses before this one came by, to go on as it would. */
  readonly #crossings: Crossings;
  /** What serves a part of the walk that is under way. */
  #serving: Serving | undefined;
  /** Where the structure that is asked for is read: elsewhere when an entry in use leads to another table. */
  #place = 0n;

  constructor(
    request: Request,
    legacy: boolean,
    sources: readonly EntrySource[],
    choices: Choices,
    memory: MemoryReader,
    crossings: Crossings,
  ) {
    this.#crossings = crossings;
    this.#request = request;
    this.#legacy = legacy;
    this.#sources = sources;
    this.#choices = choices;
    this.#memory = memory;
  }

  get checks(): KnownChecks {
    return this.#memory.checks;
  }

  read(
    walk: Walk,
    kind: SlotKind,
    level: number,
    input: bigint,
    address: bigint,
    count: number,
  ): Words | undefined {
    this.#place = address;
    const words = this.#wordsOf(walk, kind, level, input, address, count);
    const passedBy = this.#serving?.passesBy === true;
    this.slots.push({ kind, level, input, address: this.#place, words, passedBy });
    return words;
  }

  checked(mayBeValid: boolean): void {
    if (mayBeValid) this.valid = this.slots.length;
  }

  #wordsOf(
    walk: Walk,
    kind: SlotKind,
    level: number,
    input: bigint,
    address: bigint,
    count: number,
  ): Words | undefined {
    if (this.#sources.length === 0) return this.#memory.read(walk, kind, address, count, this.#choices);
    const served = this.#serve(kind, level);
    if (served !== undefined) return this.#without(this.#serving?.refused, served.words);
    if (this.#isCrossed(kind, address)) throw abandoned;
    const junction = this.#choices.once(() =>
      this.#candidates(kind, input).map((candidates) =>
        this.#distinct(candidates, kind, level, input, address),
      ),
    );
    for (const fitting of junction) {
      const choice = this.#choices.take(fitting.length + 1);
      if (choice === 0) continue;
      const entry = fitting[choice - 1] as Entry;
      this.used.push(entry);
      const below = tableBelow(entry, kind, level);
      if (below !== undefined) {
        this.#place = below.table + (address % 4096n);
        const words = this.#memory.read(walk, kind, this.#place, count, this.#choices);
        return this.#without(below.refused, words);
      }
      this.#serving = new Serving(entry, partOf(entry, kind), walk.unit.capabilities.SSADS === 1);
      const given = this.#serve(kind, level);
      if (given !== undefined) return this.#without(this.#serving.refused, given.words);
      this.failed = true;
    }
    return this.#memory.read(walk, kind, address, count, this.#choices);
  }

  /** Rights that tables above do not grant count for nothing. */
  #without(refused: bigint | undefined, words: Words | undefined): Words | undefined {
    const [first, ...rest] = words ?? [];
    if (!refused || first === undefined) return words;
    return this.#memory.same([first & ~refused, ...rest]);
  }

  /** What the chosen entry gives; undefined when none is in use, or it has come to its end. */
  #serve(kind: SlotKind, level: number): Served | undefined {
    const serving = this.#serving;
    if (serving === undefined) return undefined;
    const served = serving.next(kind, level);
    if (served !== undefined) return served;
    if (serving.isEnd(kind)) this.#serving = undefined;
    else this.failed = true;
    return undefined;
  }

  /**
   * Where a first-stage table lies under nesting is found by a walk of its own, and is all that is left of it: a
   * course that came to the same table before went on in every way that there is.
   */
  #isCrossed(kind: SlotKind, address: bigint): boolean {
    if (kind !== 'first-stage' || this.slots.at(-1)?.kind !== 'second-stage') return false;
    const own = this.slots.filter((slot) => slot.kind !== 'second-stage');
    const isListed = !this.used.some(isGuestPage);
    return this.#crossings.isKnown({ address, slots: own, path: this.#choices.path, isListed });
  }

  /** Lists of entries that may serve what is read now; one of a list, or none of it and then the next list. */
  #candidates(kind: SlotKind, input: bigint): readonly (readonly Entry[])[] {
    const last = this.slots.at(-1);
    if (kind === 'root') return [this.#whole(), this.#of('context', (entry) => this.#isOwn(entry))];
    if (kind === 'pasid-directory') {
      const pasid = Number(input);
      const own = this.#of('pasid', (entry) => this.#isOwn(entry) && entry.pasid === pasid);
      return [this.#rest('context'), own];
    }
    if (kind === 'context' || kind === 'pasid-table' || last === undefined) return [];
    const isFirst = last.kind === 'pasid-table' || last.kind === 'context';
    if (kind === 'host-permission')
      return isFirst ? [this.#rest('pasid-table'), this.#hostPermissions()] : [];
    const startsWalk = kind === 'second-stage' && (last.kind !== kind || isLeaf(last));
    return [
      ...(isFirst ? [this.#rest(last.kind), this.#firstStage()] : []),
      ...(startsWalk ? [this.#secondStage(input)] : []),
    ];
  }

  #of(cache: CacheName, matches: (entry: Entry) => boolean): readonly Entry[] {
    const [only, ...others] = this.#sources;
    const found = only?.of(cache) ?? [];
    const all = others.length === 0 ? found : [...found, ...others.flatMap((source) => source.of(cache))];
    return all.length === 0 ? all : all.filter((entry) => entry.legacy === this.#legacy && matches(entry));
  }

  #isOwn({ sourceId }: Entry): boolean {
    return sourceId === this.#request.sourceId;
  }

  /** Hits of the whole translation. D15: with PASID also what a request without PASID left, if RID_PASID is it. */
  #whole(): readonly Entry[] {
    const { kind = 'untranslated', pasid, address } = this.#request;
    if (kind === 'page-request') return [];
    const cache = kind === 'translated' ? 'host-permission-leaf' : 'iotlb';
    return this.#of(
      cache,
      (entry) =>
        this.#isOwn(entry) &&
        serves(entry, address) &&
        (pasid === undefined
          ? !entry.withPasid
          : entry.pasid === pasid && (entry.withPasid || cache === 'iotlb')),
    );
  }

  /** Hits that serve what follows after `kind`, where what was met there may say something else of the request. */
  #rest(kind: SlotKind): readonly Entry[] {
    return this.#whole().filter((entry) => {
      const own = entry.slots.find((slot) => slot.kind === kind)?.words;
      const met = this.slots.find((slot) => slot.kind === kind)?.words;
      return own !== undefined && met !== undefined && !areSame(flagsOf(own), flagsOf(met));
    });
  }

  #firstStage(): readonly Entry[] {
    const { address } = this.#request;
    const table = this.slots[3]?.words;
    if (this.#legacy || table === undefined) return [];
    const type = translationType(table);
    if (type !== 'first-stage' && type !== 'nested') return [];
    const [did, pasid] = [pasidDid(table), Number(this.slots[3]?.input)];
    const matches = (entry: Entry) => entry.did === did && entry.pasid === pasid && serves(entry, address);
    const own = this.#of('first-stage', matches);
    return type === 'nested' ? [...own, ...this.#of('combined', matches)] : own;
  }

  #secondStage(input: bigint): readonly Entry[] {
    const words = this.slots[this.#legacy ? 1 : 3]?.words;
    if (words === undefined) return [];
    const did = this.#legacy ? contextDid(words) : pasidDid(words);
    const isNested = !this.#legacy && translationType(words) === 'nested';
    return this.#of(
      'second-stage',
      (entry) => entry.did === did && serves(entry, input) && (isNested || !isGuestPage(entry)),
    );
  }

  #hostPermissions(): readonly Entry[] {
    const words = this.slots[3]?.words;
    if (words === undefined) return [];
    const did = hostPermissionDid(words);
    return this.#of('host-permission', (entry) => entry.did === did && serves(entry, this.#request.address));
  }

  /** Those of `candidates` that lead to something else than memory does, and than another of them does. */
  #distinct(
    candidates: readonly Entry[],
    kind: SlotKind,
    level: number,
    input: bigint,
    address: bigint,
  ): readonly Entry[] {
    if (candidates.length === 0) return candidates;
    const table = this.#legacy ? undefined : this.slots[3]?.words;
    const firstStage = table === undefined ? Number.POSITIVE_INFINITY : firstStageLevels(table);
    const others = candidates
      .map((entry) => ({ entry, part: originOf(entry, kind) }))
      .filter(({ part }) => !isReadNow(part[0], level, input, address) || !this.#isInMemory(part));
    const found = others.filter(
      ({ entry, part }, index) =>
        !others.some(({ entry: other, part: start }, at) => {
          if (at === index || !startsWith(part, start)) return false;
          // An entry of a deeper walk that leads to the top of this one has nothing for it.
          const end = start.at(-1);
          if (isAbove(end, kind, level) || isAbove(end, 'first-stage', firstStage)) return false;
          if (other.cache !== entry.cache) {
            return entry.cache === 'combined' && this.#isNextInMemory(part, start.length);
          }
          if (start.length === part.length) return at < index;
          return this.#isInMemory(part.slice(start.length));
        }),
    );
    return found.map(({ entry }) => entry);
  }

  /** Where the next table lies is all that an entry of both stages adds to one of first stage: memory says the same. */
  #isNextInMemory(combined: readonly Slot[], start: number): boolean {
    const rest = combined.slice(start);
    const words = this.slots[3]?.words;
    // Another requester of the domain may have other second-stage tables, against 6.2.3.1.
    const isOwn = rest[0] === undefined || (words !== undefined && isSecondStageTop(words, rest[0]));
    return isOwn && rest.every(({ kind }) => kind === 'second-stage') && this.#isInMemory(rest);
  }

  #isInMemory(part: readonly Slot[]): boolean {
    return part.every((slot) => this.#memory.holds(slot));
  }
}

/** The walk that `slot` is the first of begins here; one of second stage for the same address, too. */
function isReadNow(slot: Slot | undefined, level: number, input: bigint, address: bigint): boolean {
  return (
    slot?.address === address &&
    slot.level === level &&
    (slot.kind !== 'second-stage' || slot.input === input)
  );
}
