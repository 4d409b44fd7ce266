/** Streams for tests, written down step by step: one requester with tables, and a queue behind them. */
import type {
  InvalidationCase,
  Profile,
  ReadableRegister,
  Request,
  StreamAnswer,
  StreamStep,
  WritableRegister,
} from '../../../spec/schema.ts';
import { cachingUnit } from './caching-unit.ts';
import { type CachingConfiguration, defaultConfiguration } from './configuration.ts';

export const ROOT = 0x1000n;
export const CONTEXT = 0x2000n;
export const DIRECTORY = 0x3000n;
export const PASID_TABLE = 0x4000n;
export const STATUS = 0x8000n;
export const QUEUE = 0x1_0000n;
export const SCALABLE = 0x400n;
const FIRST_FREE = 0x10_0000n;
/** An empty queue, translation on. */
export const ENABLED = 0x8400_0000n;

/** CAP_REG, ECAP_REG and HAW of units: legacy mode only, second stage, nesting, and all that there is. */
const units = {
  small: [0x222f_0400n, 0x2n, 36],
  legacy: [0xd2_008c_222f_0606n, 0xfc7n, 46],
  secondStage: [0x80d2_008c_222f_0606n, 0x1_4800_0000_0fc3n, 46],
  nested: [0x81d2_008c_222f_0606n, 0x23_e99c_a400_0fc7n, 46],
  everything: [0x91d2_078c_2278_0e06n, 0xbb3_ef9e_a6f0_0fcfn, 52],
} as const;

/** A profile of one of these units, with bits of CAP_REG changed. */
export function profileOf(name: keyof typeof units, set = 0n, clear = 0n): Profile {
  const [cap, ecap, haw] = units[name];
  return {
    name,
    cap: (cap | set) & ~clear,
    ecap,
    haw,
    specRev: '5.10',
    backed: [{ start: 0n, end: 0x8000_0000n }],
    policies: {},
  };
}

/** CAP.CM. */
export const CACHING_MODE = 0x80n;
/** CAP.ESRTPS. */
export const ENHANCED_ROOT = 1n << 63n;

export class Stream {
  readonly #words = new Map<bigint, bigint>();
  readonly #steps: StreamStep[] = [];
  readonly #profile: Profile;
  #free = FIRST_FREE;
  #rtaddr = ROOT | SCALABLE;
  #iqa: bigint | undefined = QUEUE | 0x800n;
  #enabled = true;

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  // ------------------------------------------------------------------------------ before the first step

  put(address: bigint, ...words: readonly bigint[]): this {
    for (const [index, word] of words.entries()) this.#words.set(address + 8n * BigInt(index), word);
    return this;
  }

  queue(iqa: bigint | undefined): this {
    this.#iqa = iqa;
    return this;
  }

  translationOff(): this {
    this.#enabled = false;
    return this;
  }

  /** Legacy mode, a queue of 128-bit slots, one context entry. */
  legacy(context: bigint, upper: bigint): this {
    this.#rtaddr = ROOT;
    return this.queue(QUEUE)
      .put(ROOT, CONTEXT | 1n)
      .put(CONTEXT, context, upper);
  }

  rtaddr(value: bigint): this {
    this.#rtaddr = value;
    return this;
  }

  /** Scalable mode: `flags` and words 1 of the context entry, and the PASID table entry of PASID 0. */
  scalable(flags: bigint, ...entry: readonly bigint[]): this {
    return this.put(ROOT, CONTEXT | 1n)
      .put(CONTEXT, DIRECTORY | 1n | flags)
      .put(DIRECTORY, PASID_TABLE | 1n)
      .put(PASID_TABLE, ...entry);
  }

  /** Maps `address` through 4 levels from `top` on; where each entry lies, by level. */
  map(top: bigint, address: bigint, leaf: bigint, upper = 7n, last = 1): ReadonlyMap<number, bigint> {
    const places = new Map<number, bigint>();
    let table = top;
    for (let level = 4; level >= last; level--) {
      const place = table + 8n * ((address >> BigInt(3 + 9 * level)) & 511n);
      places.set(level, place);
      if (level === last) {
        this.put(place, leaf);
        break;
      }
      const known = this.#words.get(place);
      if (known === undefined) this.#free += 0x1000n;
      table = known === undefined ? this.#free : known & 0xf_ffff_ffff_f000n;
      this.put(place, table | upper);
    }
    return places;
  }

  // ------------------------------------------------------------------------------------------- steps

  store(address: bigint, ...words: readonly bigint[]): this {
    return this.step({ step: 'store', address, words: [...words] });
  }

  submit(...descriptors: readonly (readonly bigint[])[]): this {
    return this.step({ step: 'submit', descriptors: descriptors.map(([a = 0n, b = 0n]) => [a, b]) });
  }

  write(register: WritableRegister, value: bigint): this {
    return this.step({ step: 'write', register, value });
  }

  read(register: ReadableRegister): this {
    return this.step({ step: 'read', register });
  }

  load(address: bigint): this {
    return this.step({ step: 'load', address });
  }

  request(request: Partial<Request> = {}, ...during: readonly (readonly bigint[])[]): this {
    const stores = during.map(([address = 0n, ...words]) => ({ address, words }));
    const whole: Request = { sourceId: 0, address: 0n, op: 'read', ...request };
    return this.step({ step: 'request', request: whole, ...(stores.length > 0 && { during: stores }) });
  }

  step(step: StreamStep): this {
    this.#steps.push(step);
    return this;
  }

  get case(): InvalidationCase {
    return {
      area: 'invalidation',
      profile: this.#profile,
      rtaddr: this.#rtaddr,
      translationEnabled: this.#enabled,
      ...(this.#iqa !== undefined && { iqa: this.#iqa }),
      memory: [...this.#words].map(([address, word]) => ({ address, words: [word] })),
      steps: this.#steps,
    };
  }

  answers(configuration: Partial<CachingConfiguration> = {}): readonly StreamAnswer[] {
    return cachingUnit({ ...defaultConfiguration, ...configuration }).run(this.case).answers;
  }

  /** Of each answer the value, the address, or the fault code; -1n for a block without one. */
  shown(configuration: Partial<CachingConfiguration> = {}): readonly bigint[] {
    return this.answers(configuration).map((answer) => {
      if (answer.outcome === 'value') return answer.value;
      if (answer.outcome === 'translated') return answer.address ?? -1n;
      return answer.outcome === 'blocked' ? BigInt(answer.code ?? -1) : -1n;
    });
  }
}

// ---------------------------------------------------------------------------------- descriptors (6.5.2)

const did = (domain: number) => BigInt(domain) << 16n;

export const wait = (data: bigint, flags = 0x20n, address = STATUS) => [5n | flags | (data << 32n), address];
export const contextInvalidation = (g: bigint, domain = 0, sourceId = 0n, functionMask = 0n) => [
  1n | (g << 4n) | did(domain) | (sourceId << 32n) | (functionMask << 48n),
];
export const pasidInvalidation = (g: bigint, domain = 0, pasid = 0n) => [
  7n | (g << 4n) | did(domain) | (pasid << 32n),
];
export const iotlbInvalidation = (g: bigint, domain = 0, page = 0n) => [2n | (g << 4n) | did(domain), page];
export const pasidIotlbInvalidation = (g: bigint, domain = 0, pasid = 0n, page = 0n) => [
  6n | (g << 4n) | did(domain) | (pasid << 32n),
  page,
];
export const permissionInvalidation = (g: bigint, domain = 0, page = 0n) => [
  10n | (g << 4n) | did(domain),
  page,
];
/** IH of the descriptors that have it in word 1. */
export const HINT = 0x40n;

// ---------------------------------------------------------------------------------- one page

export const everything = profileOf('everything');
/** Top tables of second and first stage, and pages. */
export const SECOND_TOP = 0x6000n;
export const FIRST_TOP = 0x7000n;
export const OLD = 0x50_0000n;
export const NEW = 0x60_0000n;
/** P and PGTT of second stage, AW of 4 levels. */
export const SECOND = 0x89n;
/** Second-stage entries with all rights and flags that are set: of a page and above it. */
export const LEAF = 0x303n;
export const UPPER = 0x103n;

/** One page of second stage in domain 5, with the place of its entry. */
export function onePage(profile = everything): { stream: Stream; leaf: bigint } {
  const stream = new Stream(profile).scalable(0n, SECOND_TOP | SECOND, 5n);
  return { stream, leaf: stream.map(SECOND_TOP, 0n, OLD | LEAF, UPPER).get(1) ?? 0n };
}
