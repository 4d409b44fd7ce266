/**
 * Memory as one way of a stream sees it: what the ways share, what waits wrote in this one, and while a request
 * is under way the stores that race with it. Of a structure each 128-bit piece may come from another moment, in
 * any order (7.1, D10); a structure that another one leads to is read no earlier than the piece that leads there.
 */
import type { GuestMemory } from '../../memory.ts';
import type { KnownChecks } from '../entry.ts';
import type { SlotKind, Walk } from '../walk.ts';
import { areSame, type Slot } from './cached-entry.ts';
import type { Choices } from './choices.ts';
import { translationType } from './entry-fields.ts';
import { mayHold, type StatusWrites, withStatus } from './status-writes.ts';
import type { WordTable } from './word-table.ts';

/** A word at moments that are counted by stores done: the value that it has from `moment` on. */
export interface RacingValue {
  readonly moment: number;
  readonly word: bigint;
}
/** Words that change during a request, by address, with the value at moment 0 first. */
export type Race = ReadonlyMap<bigint, readonly RacingValue[]>;

export const noRace: Race = new Map();
const WORDS_OF_PIECE = 2;

interface Piece {
  readonly moment: number;
  readonly words: readonly bigint[];
}

/** Structures that were read, by page and address, until a word of the page changes. */
export type KnownStructures = Map<number, Map<number, readonly bigint[]>>;

const PAGE_BYTES = 4096;

/**
 * The 8-byte aligned `address` as a number, which the engine finds faster than a bigint. It is exact below 2^56, and no
 * memory answers above (a host address has 52 bits at most).
 */
export function placeOf(address: bigint): number {
  return Number(address);
}

/** Number of the page that a structure lies in, by its place; none crosses its end. */
export function pageOf(place: number): number {
  return Math.floor(place / PAGE_BYTES);
}

export class MemoryReader {
  readonly #memory: GuestMemory;
  readonly #status: StatusWrites;
  readonly #known: KnownStructures;
  readonly #table: WordTable;
  readonly #race: Race;
  /** Nothing is read any more as it was before this moment. */
  #earliest = 0;

  constructor(
    memory: GuestMemory,
    status: StatusWrites,
    known: KnownStructures,
    table: WordTable,
    race: Race = noRace,
  ) {
    this.#table = table;
    this.#memory = memory;
    this.#status = status;
    this.#known = known;
    this.#race = race;
  }

  get checks(): KnownChecks {
    return this.#table.checks;
  }

  /** The one object for such words. */
  same(words: readonly bigint[]): readonly bigint[] {
    return this.#table.sameAs(words);
  }

  /** Another walk starts. */
  restart(): void {
    this.#earliest = 0;
  }

  /** The word at the 8-byte aligned `address` when nothing changes it; undefined also where memory does not answer. */
  word(address: bigint): bigint | undefined {
    return this.#race.size > 0 && this.#race.has(address) ? undefined : this.#settled(address);
  }

  /** Whether memory gives the words of `slot` where they were read, and nothing changes them. */
  holds({ address, words, passedBy }: Slot): boolean {
    if (passedBy || words === undefined) return true;
    if (this.#race.size > 0 && words.some((_, index) => this.#race.has(address + BigInt(8 * index)))) {
      return false;
    }
    return areSame(this.#structure(address, words.length), words);
  }

  /** The `count` words of a structure of `kind`. */
  read(
    walk: Walk,
    kind: SlotKind,
    address: bigint,
    count: number,
    choices: Choices,
  ): readonly bigint[] | undefined {
    const words =
      this.#race.size === 0
        ? this.#structure(address, count)
        : this.#racingStructure(kind, address, count, choices);
    if (words === undefined || kind === 'first-stage' || kind === 'second-stage') return words;
    if (walk.flags.isEmpty) return words;
    for (let index = 0; index < count; index++) {
      if (walk.flags.uncertain(address + BigInt(8 * index)) !== 0n) walk.traces.unsure = true;
    }
    return words;
  }

  #structure(address: bigint, count: number): readonly bigint[] | undefined {
    const place = placeOf(address);
    const page = pageOf(place);
    const ofPage = this.#known.get(page);
    const known = ofPage?.get(place);
    if (known?.length === count) return known;
    const words = this.#settledWords(address, count);
    if (words === undefined) return undefined;
    const same = this.#table.sameAs(words);
    if (ofPage === undefined) this.#known.set(page, new Map([[place, same]]));
    else ofPage.set(place, same);
    return same;
  }

  #racingStructure(
    kind: SlotKind,
    address: bigint,
    count: number,
    choices: Choices,
  ): readonly bigint[] | undefined {
    const words: bigint[] = [];
    const moments: number[] = [];
    for (let at = 0; at < count; at += WORDS_OF_PIECE) {
      const pieces = this.#pieces(address + BigInt(8 * at), Math.min(WORDS_OF_PIECE, count - at));
      const piece = pieces[choices.take(pieces.length)];
      if (piece === undefined) return undefined;
      words.push(...piece.words);
      moments.push(piece.moment);
    }
    this.#earliest = Math.max(this.#earliest, ...leading(kind, words, moments));
    return this.#table.sameAs(words);
  }

  /** What the piece may be, at the first moment of each; none when memory does not answer. */
  #pieces(address: bigint, count: number): readonly Piece[] {
    const first = this.#at(address, count, this.#earliest);
    if (first === undefined) return [];
    const pieces = [first];
    for (const moment of this.#changes(address, count)) {
      const piece = moment > this.#earliest && this.#at(address, count, moment);
      if (piece) pieces.push(piece);
    }
    return pieces;
  }

  /** Moments at which one of the words changes, in order. */
  #changes(address: bigint, count: number): readonly number[] {
    const moments = new Set<number>();
    for (let index = 0; index < count; index++) {
      for (const { moment } of this.#race.get(address + BigInt(8 * index)) ?? []) moments.add(moment);
    }
    return [...moments].sort((a, b) => a - b);
  }

  #at(address: bigint, count: number, moment: number): Piece | undefined {
    const words: bigint[] = [];
    for (let index = 0; index < count; index++) {
      const at = address + BigInt(8 * index);
      const word = this.#race.get(at)?.findLast((value) => value.moment <= moment)?.word ?? this.#settled(at);
      if (word === undefined) return undefined;
      words.push(word);
    }
    return { moment, words };
  }

  #settledWords(address: bigint, count: number): readonly bigint[] | undefined {
    if (!mayHold(this.#status, address, count)) return this.#memory.readWords(address, count);
    const words: bigint[] = [];
    for (let index = 0; index < count; index++) {
      const word = this.#settled(address + BigInt(8 * index));
      if (word === undefined) return undefined;
      words.push(word);
    }
    return words;
  }

  #settled(address: bigint): bigint | undefined {
    const word = this.#memory.read(address);
    return word === undefined ? undefined : withStatus(this.#status, address, word);
  }
}

/** The moments of the pieces that say where the walk goes on. */
function leading(kind: SlotKind, words: readonly bigint[], moments: readonly number[]): readonly number[] {
  const [first = 0, second = 0] = moments;
  if (kind !== 'pasid-table') return [first];
  // 9.6: FSPTPTR lies in the second piece, SSPTPTR and PGTT in the first.
  const type = translationType(words);
  return type === 'first-stage' || type === 'nested' ? [first, second] : [first];
}
