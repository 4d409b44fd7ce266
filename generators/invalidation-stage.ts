/**
 * The stage that a stream plays on: tables as they stand now, requesters and the way from each to its pages,
 * the queue as software knows it, and the steps so far.
 */
import type { ReadableRegister, Request, Store, StreamStep, WritableRegister } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import {
  type Frames,
  type Ground,
  NESTED,
  PASS_THROUGH_DID,
  type Page,
  type Space,
} from './invalidation-world.ts';
import { framesOf, type TableEntry, type Tree } from './tables.ts';
import type { HostPermissions } from './translation-host-permissions.ts';

/** Someone who makes requests. */
export interface Subject {
  readonly sourceId: number;
  /** Undefined: without PASID. */
  readonly pasid: number | undefined;
}

/** The entries on the way of a subject's requests, as far as there are pointers to follow. */
export interface Route {
  readonly subject: Subject;
  readonly root: TableEntry | undefined;
  /** Word of the root entry that counts. */
  readonly half: 0 | 1;
  readonly context: TableEntry | undefined;
  readonly directory: TableEntry | undefined;
  readonly entry: TableEntry | undefined;
  /** RID_PASID where the subject has no PASID; 0 in legacy mode. */
  readonly pasid: number;
  readonly space: Space | undefined;
}

const POINTER = 0xf_ffff_ffff_f000n;
const PASID_MASK = 0xf_ffffn;

/** Every unit has domain ids up to this one, and few have so many bits more. */
const DIDS_APART = 16;
const HIGHER_BITS = 12;

export class Stage {
  readonly ground: Ground;
  readonly frames: Frames;
  readonly spaces: Space[] = [];
  readonly subjects: Subject[] = [];
  /** What a legacy context entry or PASID table entry stands for. */
  readonly served = new Map<TableEntry, Space>();
  /** Host permissions that PASID table entries name. */
  readonly permissions = new Map<TableEntry, HostPermissions>();
  readonly steps: StreamStep[] = [];
  /** Address of the root table that the unit uses. */
  root: number;
  readonly #now = new Map<number, bigint>();

  constructor(ground: Ground, frames: Frames, root: number) {
    this.ground = ground;
    this.frames = frames;
    this.root = root;
  }

  /** What `word` of `entry` holds now. */
  word(entry: TableEntry, word: number): bigint {
    return this.#now.get(entry.address + 8 * word) ?? entry.words[word] ?? 0n;
  }

  /** The store of one or two words from `word` of `entry` on, done from now on. */
  change(entry: TableEntry, word: number, ...words: bigint[]): Store {
    const address = entry.address + 8 * word;
    for (const [index, value] of words.entries()) this.#now.set(address + 8 * index, value);
    return { address: BigInt(address), words };
  }

  /**
   * A domain id that means nothing yet, as long as there are some: a low one, one with a high bit, or the first one
   * with another bit, which is the same to who looks at few bits.
   */
  nextDid(choices: Choices): number {
    const { domainIds } = this.ground.target;
    const last = Number(domainIds);
    const known = this.spaces.map(({ did }) => did);
    const low = 1 + Math.max(PASS_THROUGH_DID, ...known.map((did) => did % DIDS_APART));
    const high = DIDS_APART * 2 ** choices.pick(HIGHER_BITS);
    const like = (known[0] ?? 0) ^ high;
    const wanted = choices.one([low, low + high, low + high, like]);
    if (wanted <= last && low < DIDS_APART && !known.includes(wanted)) return wanted;
    return low <= last ? low : last;
  }

  store({ address, words }: Store): void {
    this.steps.push({ step: 'store', address, words });
  }

  write(register: WritableRegister, value: bigint): void {
    this.steps.push({ step: 'write', register, value });
  }

  read(register: ReadableRegister): void {
    this.steps.push({ step: 'read', register });
  }

  load(address: number): void {
    this.steps.push({ step: 'load', address: BigInt(address) });
  }

  request(request: Request, during?: Store[]): void {
    const shape = during !== undefined && during.length > 0 ? { during } : {};
    this.steps.push({ step: 'request', request, ...shape });
  }

  /** The way of `subject` through the tables as they stand, present or not. */
  route(subject: Subject): Route {
    const { sourceId } = subject;
    const { legacy } = this.ground;
    const root = this.at(this.root + 16 * (sourceId >> 8));
    const half = !legacy && (sourceId & 0x80) !== 0 ? 1 : 0;
    const contexts = root && this.pointer(root, half);
    const offset = legacy ? 16 * (sourceId & 0xff) : 32 * (sourceId & 0x7f);
    const context = contexts ? this.at(contexts + offset) : undefined;
    if (legacy || context === undefined) {
      const space = context && this.served.get(context);
      return { subject, root, half, context, directory: undefined, entry: undefined, pasid: 0, space };
    }
    const rid = this.ground.target.capabilities.RPS === 1 ? Number(this.word(context, 1) & PASID_MASK) : 0;
    const pasid = subject.pasid ?? rid;
    const directory = this.at(this.pointer(context, 0) + 8 * (pasid >> 6));
    const table = directory && this.pointer(directory, 0);
    const entry = table ? this.at(table + 64 * (pasid & 63)) : undefined;
    const space = entry && this.served.get(entry);
    return { subject, root, half, context, directory, entry, pasid, space };
  }

  /** The entries that translate `frame` in `tree`, from the top down, as far as pointers lead. */
  path(tree: Tree, frame: number): TableEntry[] {
    const path: TableEntry[] = [];
    let table = tree.top;
    for (let level = tree.levels; level > 0; level--) {
      const index = Math.floor(frame / framesOf(level)) % 512;
      const entry = this.at(table + 8 * index);
      if (entry === undefined || entry.structure !== tree.stage) break;
      path.push(entry);
      if (level > 1 && level < 4 && (this.word(entry, 0) & 0x80n) !== 0n) break;
      table = this.pointer(entry, 0) - tree.shift;
    }
    return path;
  }

  at(address: number): TableEntry | undefined {
    return this.ground.tables.at(address);
  }

  pointer(entry: TableEntry, word: number): number {
    return Number(this.word(entry, word) & POINTER);
  }

  /** Every way that leads to `space`. */
  users(space: Space): Route[] {
    return this.subjects.map((subject) => this.route(subject)).filter((route) => route.space === space);
  }
}

/** What invalidations of a page name. */
export interface Place {
  readonly route: Route;
  readonly space: Space;
  readonly page: Page;
}

/** The tables and the frame that one stage looks up. */
export function stageOf({ space, page }: Place, second: boolean): readonly [Tree, number] | undefined {
  const { domain } = space;
  if (domain === undefined) return undefined;
  if (!second && domain.first !== undefined) return [domain.first, page.frame];
  if (domain.second === undefined) return undefined;
  return [domain.second, space.kind === NESTED ? (page.guestFrame ?? 0) : page.frame];
}
