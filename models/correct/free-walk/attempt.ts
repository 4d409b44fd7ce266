/**
 * One request on its way. What is wrong with it for sure may be found at once or later: it is kept in `due` until
 * something is reported, which is then one of all that hold.
 */
import { type Capabilities, decodeCapabilities } from '../../../spec/capabilities.ts';
import type { Profile, Request } from '../../../spec/schema.ts';
import type { GuestMemory } from '../../memory.ts';
import { type TranslationUnit, translationUnitOf } from '../../optimized/translation-unit.ts';
import type { Choices } from './choices.ts';

/** Reserved bits of paging structures are taken from the optimized unit; everything else is read anew. */
export interface FreeUnit {
  readonly capabilities: Capabilities;
  readonly masks: TranslationUnit;
  readonly haw: number;
}

const units = new WeakMap<Profile, FreeUnit>();

export function freeUnitOf(profile: Profile): FreeUnit {
  let unit = units.get(profile);
  if (unit === undefined) {
    unit = { capabilities: decodeCapabilities(profile), masks: translationUnitOf(profile), haw: profile.haw };
    units.set(profile, unit);
  }
  return unit;
}

/** What the request wants (4.2.3.1, 3.14). */
export interface Wants {
  readonly read: boolean;
  readonly write: boolean;
  /** A translation request takes what rights there are. */
  readonly whatever: boolean;
  /** A write right does instead of a read right. */
  readonly zeroLength: boolean;
  readonly dirties: boolean;
}

export class Attempt {
  readonly unit: FreeUnit;
  readonly request: Request;
  readonly choices: Choices;
  readonly wants: Wants;
  /** FPD of an entry on the way. */
  fpd = false;
  /** Supervisor privilege, of the request or by RID_PRIV. */
  privileged = false;
  readonly #memory: GuestMemory;
  readonly #due: number[] = [];
  /** Flags to be set when the request succeeds, by address. */
  readonly #flags = new Map<bigint, bigint>();
  /** Accessed flags are set as soon as an entry is used, whatever comes (3.6.2, 3.7.2). */
  readonly #early: boolean;
  readonly #changed: Map<bigint, bigint>;

  constructor(
    unit: FreeUnit,
    memory: GuestMemory,
    request: Request,
    choices: Choices,
    changed: Map<bigint, bigint>,
  ) {
    this.unit = unit;
    this.request = request;
    this.choices = choices;
    this.wants = wantsOf(request, unit);
    this.#memory = memory;
    this.#early = choices.may();
    this.#changed = changed;
  }

  get isDoomed(): boolean {
    return this.#due.length > 0;
  }

  /** The request fails here: with one of `codes`, or with what held before. */
  fails(codes: readonly number[]): number {
    return this.choices.one([...codes, ...this.#due]);
  }

  /** What `codes` name holds for sure. The code if it is reported at once, or 0. */
  meets(codes: readonly number[]): number {
    if (codes.length === 0) return 0;
    this.#due.push(...codes);
    return this.choices.may() ? this.fails([]) : 0;
  }

  /** The words at `address`; undefined when memory does not answer to them all. */
  words(address: bigint, count: number): bigint[] | undefined {
    return this.#memory.readWords(address, count);
  }

  word(address: bigint): bigint | undefined {
    return this.#memory.read(address);
  }

  /** Accessed `flags` of the entry at `address` are due. */
  accesses(address: bigint, flags: bigint): void {
    if (this.#early) this.#set(address, flags);
    else this.dirties(address, flags);
  }

  /** `flags` of the entry at `address` are due when the request succeeds. */
  dirties(address: bigint, flags: bigint): void {
    this.#flags.set(address, (this.#flags.get(address) ?? 0n) | flags);
  }

  succeed(): void {
    for (const [address, flags] of this.#flags) this.#set(address, flags);
  }

  #set(address: bigint, flags: bigint): void {
    const before = this.#memory.read(address) ?? 0n;
    if ((flags & ~before) === 0n) return;
    this.#memory.store(address, before | flags);
    this.#changed.set(address, before | flags);
  }
}

function wantsOf({ kind, op, noWrite }: Request, { capabilities }: FreeUnit): Wants {
  if (kind === 'translation') {
    const dirties = !(noWrite === true && capabilities.NWFS === 1);
    return { read: false, write: false, whatever: true, zeroLength: false, dirties };
  }
  const write = op === 'write' || op === 'atomic';
  const zeroLength = op === 'zero-length-read' && capabilities.ZLR === 1;
  return { read: op !== 'write', write, whatever: false, zeroLength, dirties: write };
}
