/** PASID table entries (9.6) as far as they say which tables translate: quanta 0 and 1. */
import { decodeCapabilities } from '../../../spec/capabilities.ts';
import type { Domain, Profile } from '../../../spec/schema.ts';

export type EntryWords = readonly bigint[];

export const NO_ENTRY: EntryWords = Array.from({ length: 8 }, () => 0n);
const PRESENT = 1n;
const PAGE = 0xffff_ffff_ffff_f000n;
const PWSNP = 1n << 23n;

export type Kind = Domain['kind'];
const kinds: Readonly<Record<number, Kind>> = {
  1: 'first-stage',
  2: 'second-stage',
  3: 'nested',
  4: 'pass-through',
};
const codes: Readonly<Record<Kind, bigint>> = {
  'first-stage': 1n,
  'second-stage': 2n,
  nested: 3n,
  'pass-through': 4n,
};

/** What an entry translates by. Texts compare: equal ones reach the same pages. */
export interface Translation {
  readonly kind: Kind;
  /** FSPTPTR and FSPM; empty where the kind has no first stage. */
  readonly first: string;
  /** SSPTPTR and AW; empty where the kind has no second stage. */
  readonly second: string;
}

export function usesFirst(kind: Kind): boolean {
  return kind === 'first-stage' || kind === 'nested';
}

export function usesSecond(kind: Kind): boolean {
  return kind === 'second-stage' || kind === 'nested';
}

/** The two kinds of each class must not share domain ids (6.2.3.1). */
export function classOf(kind: Kind): 'first' | 'second' {
  return usesSecond(kind) ? 'second' : 'first';
}

/** DID. */
export function domainIdOf(high: bigint): number {
  return Number(high & 0xffffn);
}

/** What quanta 0 (`low`, `high`) and 1 (`first`) say; undefined when not present or of a reserved PGTT. */
export function translationOf(low: bigint, first: bigint): Translation | undefined {
  const kind = kinds[Number((low >> 6n) & 7n)];
  if ((low & PRESENT) === 0n || kind === undefined) return undefined;
  return {
    kind,
    first: usesFirst(kind) ? firstText(first & PAGE, (first >> 2n) & 3n) : '',
    second: usesSecond(kind) ? secondText(low & PAGE, (low >> 2n) & 7n) : '',
  };
}

/** What requests of `domain` are translated by; undefined when its parent is no second stage. */
export function translationFor(domain: Domain, domains: readonly Domain[]): Translation | undefined {
  const { kind } = domain;
  if (kind === 'pass-through') return { kind, first: '', second: '' };
  const second = secondOf(domain, domains);
  if (usesSecond(kind) && second === undefined) return undefined;
  return {
    kind,
    first: kind === 'second-stage' ? '' : firstText(domain.table, BigInt(domain.levels - 4)),
    second: second === undefined ? '' : secondText(second.table, BigInt(second.levels - 2)),
  };
}

/** The entry of `domain` under domain id `did`, as drivers write it. */
export function entryFor(
  domain: Domain,
  domains: readonly Domain[],
  did: number,
  profile: Profile,
): bigint[] {
  const { SMPWCS, SAGAW, SSTS } = decodeCapabilities(profile);
  const second = secondOf(domain, domains);
  const width = second === undefined ? idleWidth(domain.kind, SSTS === 1, SAGAW) : BigInt(second.levels - 2);
  const low = PRESENT | (width << 2n) | (codes[domain.kind] << 6n) | (second?.table ?? 0n);
  const high = BigInt(did) | (SMPWCS === 1 && domain.kind !== 'pass-through' ? PWSNP : 0n);
  const first =
    domain.kind === 'first-stage' || domain.kind === 'nested'
      ? domain.table | (BigInt(domain.levels - 4) << 2n)
      : 0n;
  return [low, high, first, 0n, 0n, 0n, 0n, 0n];
}

function secondOf(domain: Domain, domains: readonly Domain[]) {
  const one = domain.kind === 'nested' ? domains[domain.parent] : domain;
  return one?.kind === 'second-stage' ? one : undefined;
}

/** AW without second stage: pass-through has the widest that the unit has, where AW is not reserved (9.6). */
function idleWidth(kind: Kind, hasSecond: boolean, sagaw: number): bigint {
  if (kind !== 'pass-through' || !hasSecond) return 0n;
  return BigInt([3, 2, 1].find((width) => (sagaw >> width) & 1) ?? 2);
}

function firstText(table: bigint, mode: bigint): string {
  return `0x${table.toString(16)}/${4n + mode}`;
}

function secondText(table: bigint, width: bigint): string {
  return `0x${table.toString(16)}/${2n + width}`;
}
