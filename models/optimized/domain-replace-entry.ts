/** PASID table entries (9.6) as this driver writes them: quantum 0 in two halves, and the first-stage pointer. */
import type { Domain, DomainReplaceCase } from '../../spec/schema.ts';

export interface Place {
  readonly device: number;
  readonly pasid?: number;
}

export interface Entry {
  readonly key: number;
  readonly place: Place;
  readonly domain: number;
  readonly did: number;
  readonly kind: Domain['kind'];
  /** Quantum 0, then FSPTPTR and its flags. */
  readonly low: bigint;
  readonly high: bigint;
  readonly first: bigint;
}

const codes: Readonly<Record<Domain['kind'], bigint>> = {
  'first-stage': 0x41n,
  'second-stage': 0x81n,
  nested: 0xc1n,
  'pass-through': 0x101n,
};
const SSADE = 0x200n;
const FIVE_LEVELS = 4n;

export class EntryMaker {
  readonly #domains: readonly Domain[];
  readonly #snoop: bigint;
  /** AW of pass-through. */
  readonly #widest: bigint;
  readonly #tracked = new Set<number>();

  constructor({ domains, profile: { cap, ecap } }: DomainReplaceCase) {
    this.#domains = domains;
    this.#snoop = ((ecap >> 48n) & 1n) << 23n;
    const hasSecond = (ecap & (1n << 46n)) !== 0n;
    this.#widest = hasSecond ? BigInt(31 - Math.clz32(Number((cap >> 8n) & 0xen) || 4)) : 0n;
  }

  /** From now on writes through second-stage domain `parent` are tracked, or no longer. */
  track(parent: number, on: boolean): void {
    if (on) this.#tracked.add(parent);
    else this.#tracked.delete(parent);
  }

  entry(key: number, place: Place, index: number, did: number): Entry {
    const domain = this.#domains[index] ?? { kind: 'pass-through' };
    const { kind } = domain;
    const parent = kind === 'nested' ? domain.parent : index;
    const second = this.#domains[parent];
    const isSecond = second?.kind === 'second-stage';
    const idle = kind === 'pass-through' ? this.#widest : 0n;
    const width = isSecond ? BigInt(second.levels) - 2n : idle;
    const tables = isSecond ? second.table | (this.#tracked.has(parent) ? SSADE : 0n) : 0n;
    const hasFirst = kind === 'first-stage' || kind === 'nested';
    return {
      key,
      place,
      domain: index,
      did,
      kind,
      low: codes[kind] | (width << 2n) | tables,
      high: BigInt(did) | (kind === 'pass-through' ? 0n : this.#snoop),
      first: hasFirst ? domain.table | (domain.levels === 5 ? FIVE_LEVELS : 0n) : 0n,
    };
  }
}
