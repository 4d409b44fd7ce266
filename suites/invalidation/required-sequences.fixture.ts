/**
 * A small world for the laws of required sequences: two requesters behind one half of the root entry and one
 * behind the other, each with two PASIDs, and domains of each translation type that they share. Every structure
 * has a page of its own, so that each can be exchanged; the programming rules for shared tags hold (6.2.2.1,
 * 6.2.3.1): one domain id stands for one set of tables.
 */
import type { MemoryRun, Request, Store } from '../../spec/schema.ts';

export const PRESENT = 1n;
export const PAGE_SIZE = 0x80n;
export const SSADE = 0x200n;
/** R, W, A and D of a second-stage entry, and P, R/W, U/S, A and D of a first-stage entry. */
const SECOND_FLAGS = 0x303n;
const FIRST_FLAGS = 0x67n;
const DEVICE_TLB = 4n;
const PASIDS = 8n;
export const HOST_PERMISSIONS = 0x20n;
export const REQUEST_PASIDS = 0x40n;

export type TranslationType = 1 | 2 | 3 | 4;
export const FIRST_STAGE = 1;
export const SECOND_STAGE = 2;
export const NESTED = 3;
export const PASS_THROUGH = 4;

/** 00:01.0 and 00:01.1 in the lower half of the root entry, 00:10.0 in the upper. */
export const requesters = [0x08, 0x09, 0x80] as const;
/** RID_PASID, and another in the same PASID table. */
export const pasids = [0, 5] as const;

/** A page of 4 KiB, another beside it, and one of 2 MiB that is asked for in its middle. */
export const pages = { small: 0x20_3000n, beside: 0x20_4000n, large: 0x80_0000n } as const;
const inLarge = pages.large + 0x5_0000n;
/** Guest addresses of pages and of first-stage tables under nesting. */
const GUEST = 0x1_4000_0000n;
const GUEST_TABLES = 0x2_0000_0000n;
const LARGE_BYTES = 0x20_0000n;
const ROOT = 0x1000n;
const FIRST_FREE = 0x10_0000n;
const FIRST_DATA = 0x40_0000_0000n;
const FIRST_LARGE_DATA = 0x80_0000_0000n;

/** Entries of one page table walk by level: where they are. */
export type Path = Readonly<Record<number, bigint>>;

export interface Tables {
  readonly top: bigint;
  readonly small: Path;
  readonly large: Path;
}

export interface Domain {
  readonly type: TranslationType;
  readonly did: number;
  readonly first: Tables | undefined;
  readonly second: Tables | undefined;
  /** Under nesting, guest page of the first-stage table of level 1, and the second-stage path to it. */
  readonly guestTable: { readonly address: bigint; readonly path: Path; readonly host: bigint } | undefined;
}

export interface Device {
  readonly sourceId: number;
  readonly root: bigint;
  readonly context: bigint;
  readonly directory: bigint;
  /** By PASID. */
  readonly entries: ReadonlyMap<number, bigint>;
  readonly domains: ReadonlyMap<number, Domain>;
}

export class World {
  readonly memory = new Map<bigint, bigint>();
  readonly legacy: boolean;
  #page = FIRST_FREE;
  #data = FIRST_DATA;
  #largeData = FIRST_LARGE_DATA;
  #did = 1;

  constructor(legacy: boolean) {
    this.legacy = legacy;
  }

  get rtaddr(): bigint {
    return ROOT | (this.legacy ? 0n : 0x400n);
  }

  runs(): MemoryRun[] {
    return [...this.memory].map(([address, word]) => ({ address, words: [word] }));
  }

  word(address: bigint): bigint {
    return this.memory.get(address) ?? 0n;
  }

  set(address: bigint, ...words: readonly bigint[]): void {
    for (const [index, word] of words.entries()) this.memory.set(address + 8n * BigInt(index), word);
  }

  page(): bigint {
    this.#page += 0x1000n;
    return this.#page;
  }

  /** A page of 4 KiB that nothing else has; nobody looks into it. */
  data(): bigint {
    this.#data += 0x1000n;
    return this.#data;
  }

  largeData(): bigint {
    this.#largeData += LARGE_BYTES;
    return this.#largeData;
  }

  nextDid(): number {
    return this.#did++;
  }

  /** Tables of one stage for `pages`, at guest addresses when `shift` is not 0. */
  #tables(flags: bigint, map: (level: number) => bigint, shift: (table: bigint) => bigint): Tables {
    const top = this.page();
    const entry = (table: bigint, level: number, address: bigint): bigint =>
      table + 8n * ((address >> BigInt(3 + 9 * level)) & 511n);
    const walk = (address: bigint, last: number): Path => {
      const path: Record<number, bigint> = {};
      let table = top;
      for (let level = 4; level >= last; level--) {
        const at = entry(table, level, address);
        path[level] = at;
        if (level > last) {
          if (!this.memory.has(at)) this.set(at, shift(this.page()) | flags);
          table = this.#hostOf(this.word(at) & 0xf_ffff_ffff_f000n);
        }
      }
      return path;
    };
    const [base] = [map(0)];
    const small = walk(base + pages.small, 1);
    const beside = walk(base + pages.beside, 1);
    const large = walk(base + pages.large, 2);
    this.set(small[1] as bigint, map(1) | flags);
    this.set(beside[1] as bigint, map(1) | flags);
    this.set(large[2] as bigint, map(2) | flags | PAGE_SIZE);
    return { top, small, large };
  }

  readonly #guestTables = new Map<bigint, bigint>();
  #hostOf(address: bigint): bigint {
    return this.#guestTables.get(address) ?? address;
  }

  /** A domain of `type` with tables of its own, under a domain id of its own unless one is given. */
  domain(type: TranslationType, did = this.nextDid()): Domain {
    const plain = (table: bigint): bigint => table;
    const data = (base: bigint) => (level: number) =>
      level === 0 ? base : level === 1 ? this.data() : this.largeData();
    if (type === PASS_THROUGH)
      return { type, did, first: undefined, second: undefined, guestTable: undefined };
    if (type === SECOND_STAGE) {
      const second = this.#tables(SECOND_FLAGS, data(0n), plain);
      return { type, did, first: undefined, second, guestTable: undefined };
    }
    if (type === FIRST_STAGE) {
      const first = this.#tables(FIRST_FLAGS, data(0n), plain);
      return { type, did, first, second: undefined, guestTable: undefined };
    }
    return this.#nested(did);
  }

  /** First-stage tables lie at guest addresses of pages of their own; their pages go to those of the second. */
  #nested(did: number): Domain {
    const second = this.#tables(SECOND_FLAGS, this.#guestData(), (table) => table);
    const guests: bigint[] = [];
    const shift = (table: bigint): bigint => {
      const guest = GUEST_TABLES + table;
      this.#guestTables.set(guest, table);
      guests.push(guest);
      return guest;
    };
    const targets = [GUEST + pages.small, GUEST + pages.beside];
    let small = 0;
    const first = this.#tables(
      FIRST_FLAGS,
      (level) => (level === 0 ? 0n : level === 1 ? (targets[small++] as bigint) : GUEST + pages.large),
      shift,
    );
    const top = shift(first.top);
    for (const guest of guests) this.#mapGuest(second.top, guest, this.#hostOf(guest));
    const [levelOne] = [this.word(first.small[2] as bigint) & 0xf_ffff_ffff_f000n];
    const path = this.#mapGuest(second.top, levelOne, this.#hostOf(levelOne));
    return {
      type: NESTED,
      did,
      first: { ...first, top },
      second,
      guestTable: { address: levelOne, path, host: this.#hostOf(levelOne) },
    };
  }

  #guestData(): (level: number) => bigint {
    return (level) => (level === 0 ? GUEST : level === 1 ? this.data() : this.largeData());
  }

  #mapGuest(top: bigint, guest: bigint, host: bigint): Path {
    const path: Record<number, bigint> = {};
    let table = top;
    for (let level = 4; level >= 1; level--) {
      const at = table + 8n * ((guest >> BigInt(3 + 9 * level)) & 511n);
      path[level] = at;
      if (level === 1) this.set(at, host | SECOND_FLAGS);
      else {
        if (!this.memory.has(at)) this.set(at, this.page() | SECOND_FLAGS);
        table = this.word(at) & 0xf_ffff_ffff_f000n;
      }
    }
    return path;
  }

  /** Words 0 to 5 of a PASID table entry, or of a legacy context entry the first two. */
  entryWords(
    domain: Domain,
    hostPermissions?: { readonly top: bigint; readonly did: number },
  ): readonly bigint[] {
    const { type, did, first, second } = domain;
    const width = 2n;
    if (this.legacy) {
      const translation = type === PASS_THROUGH ? 8n : 0n;
      return [PRESENT | translation | (second?.top ?? 0n), width | (BigInt(did) << 8n)];
    }
    const low = PRESENT | (width << 2n) | (BigInt(type) << 6n) | (second?.top ?? 0n);
    const permissions =
      hostPermissions === undefined ? [0n, 0n] : [hostPermissions.top, BigInt(hostPermissions.did)];
    return [low, BigInt(did), first?.top ?? 0n, 0n, ...permissions];
  }

  /** Where the entry of `pasid` stands in the table that `directory` leads to. */
  pasidTable(domains: ReadonlyMap<number, Domain>, permissions?: Parameters<World['entryWords']>[1]) {
    const table = this.page();
    const entries = new Map<number, bigint>();
    for (const [pasid, domain] of domains) {
      const at = table + 64n * BigInt(pasid);
      this.set(at, ...this.entryWords(domain, permissions));
      entries.set(pasid, at);
    }
    return { table, entries };
  }

  /** The flags of every scalable-mode context entry. */
  contextFlags = DEVICE_TLB | PASIDS;

  /** A device all of whose tables, but for the root table, are new; behind the same context table when given. */
  device(
    sourceId: number,
    domains: ReadonlyMap<number, Domain>,
    permissions?: Parameters<World['entryWords']>[1],
  ): Device {
    const upper = !this.legacy && sourceId >= 0x80 ? 8n : 0n;
    const root = ROOT + 16n * BigInt(sourceId >> 8) + upper;
    if (!this.memory.has(root)) this.set(root, this.page() | PRESENT);
    const contexts = this.word(root) & ~0xfffn;
    const context = contexts + (this.legacy ? 16n * BigInt(sourceId) : 32n * BigInt(sourceId & 0x7f));
    if (this.legacy) {
      const [domain] = [...domains.values()];
      if (domain !== undefined) this.set(context, ...this.entryWords(domain));
      return { sourceId, root, context, directory: 0n, entries: new Map(), domains };
    }
    const directory = this.page();
    const { table, entries } = this.pasidTable(domains, permissions);
    this.set(directory, table | PRESENT);
    this.set(context, directory | PRESENT | this.contextFlags, 0n);
    return { sourceId, root, context, directory, entries, domains };
  }
}

/** A store of `words` that `world` keeps as it was, for the steps of a stream. */
export const storeOf = (address: bigint, ...words: readonly bigint[]): Store => ({
  address,
  words: [...words],
});

/** Reads of every page by every requester, with each of its PASIDs. */
export function requestsOf(devices: readonly Device[]): readonly Request[] {
  return devices.flatMap(({ sourceId, domains, entries }) =>
    [...domains.keys()].flatMap((pasid) =>
      [pages.small, pages.beside, inLarge].map((address): Request => {
        const withPasid = entries.size > 0 && pasid !== 0;
        return { sourceId, address, op: 'read', ...(withPasid ? { pasid } : {}) };
      }),
    ),
  );
}
