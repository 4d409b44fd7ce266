/** Tables of a case, written down word by word: one device (00:00.0) in scalable mode, and what it walks. */
import type { Profile, Request, TranslationCase } from '../../spec/schema.ts';

export const READ = 1n;
export const WRITE = 2n;
export const USER = 4n;
export const PRESENT = 1n;
export const PAGE_SIZE = 1n << 7n;
/** A first-stage entry that is present, writable and for users. */
export const FIRST_STAGE_PLAIN = PRESENT | WRITE | USER;

const ROOT = 0x1000n;
const CONTEXT = 0x2000n;
const DIRECTORY = 0x3000n;
const PASID_TABLE = 0x4000n;
const FIRST_FREE = 0x10_0000n;
const SCALABLE = 0x400n;
const LEGACY = 0n;

export interface Path {
  /** Physical address of each entry, by level. */
  readonly at: ReadonlyMap<number, bigint>;
}

export class Tables {
  readonly words = new Map<bigint, bigint>();
  readonly #profile: Profile;
  #mode = SCALABLE;
  #next = FIRST_FREE;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  set(address: bigint, ...words: readonly bigint[]): this {
    for (const [index, word] of words.entries()) this.words.set(address + 8n * BigInt(index), word);
    return this;
  }

  /** A page that nothing else has. */
  page(): bigint {
    this.#next += 0x1000n;
    return this.#next;
  }

  legacy(context: bigint, addressWidth: bigint): this {
    this.#mode = LEGACY;
    return this.set(ROOT, CONTEXT | PRESENT).set(CONTEXT, context, addressWidth);
  }

  /** `flags` are DTE (4), PASIDE (8), PRE (10h), HPTE (20h), EPTR (40h) and PDTS of the context entry. */
  scalable(flags = 0n, requester = 0n): this {
    return this.set(ROOT, CONTEXT | PRESENT)
      .set(CONTEXT, DIRECTORY | PRESENT | flags, requester)
      .set(DIRECTORY, PASID_TABLE | PRESENT);
  }

  /** The PASID table entry of `pasid`, below 64. */
  pasid(pasid: number, ...words: readonly bigint[]): this {
    return this.set(PASID_TABLE + 64n * BigInt(pasid), ...words);
  }

  /**
   * Maps `address` by tables from `top` at `levels` down to `leaf` at level `last`. Upper entries hold `upper`.
   * With `guest` tables are placed at guest addresses that the function turns into host addresses.
   */
  map(
    top: bigint,
    levels: number,
    address: bigint,
    leaf: bigint,
    { last = 1, upper = FIRST_STAGE_PLAIN, host = (guest: bigint): bigint => guest } = {},
  ): Path {
    const at = new Map<number, bigint>();
    let table = top;
    for (let level = levels; level >= last; level--) {
      const index = (address >> BigInt(3 + 9 * level)) & 511n;
      const place = host(table + 8n * index);
      at.set(level, place);
      const known = this.words.get(place);
      if (level === last) this.set(place, leaf);
      else {
        const next = known === undefined ? this.page() : known & 0xf_ffff_ffff_f000n;
        this.set(place, next | upper);
        table = next;
      }
    }
    return { at };
  }

  asCase(...requests: readonly Partial<Request>[]): TranslationCase {
    return {
      area: 'translation',
      profile: this.#profile,
      rtaddr: ROOT | this.#mode,
      memory: [...this.words].map(([address, word]) => ({ address, words: [word] })),
      requests: requests.map((request) => ({ sourceId: 0, address: 0n, op: 'read', ...request })),
    };
  }
}
