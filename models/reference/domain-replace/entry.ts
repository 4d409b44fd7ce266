/** PASID table entries (9.6) as far as they say which tables translate: quanta 0 and 1. */
import type { Domain, Profile } from '../../../spec/schema.ts';
import { unitOf } from '../unit.ts';

export type EntryWords = readonly bigint[];

export const NO_ENTRY: EntryWords = Array.from({ length: 8 }, () => 0n);
/** FPD without P (9.6): requests are blocked, and nobody is told. */
export const RELEASED_ENTRY: EntryWords = NO_ENTRY.with(0, 2n);
const PRESENT = 1n;
/** FSPTPTR and FSPM, SSPTPTR and AW. */
const FIRST_TABLES = 0xffff_ffff_ffff_f00cn;
const SECOND_TABLES = 0xffff_ffff_ffff_f01cn;
const SSADE = 1n << 9n;
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

/** What an entry translates by: equal ones reach the same pages. */
export interface Translation {
  readonly kind: Kind;
  /** FSPTPTR and FSPM where they stand in their word; 0 where the kind has no first stage. */
  readonly first: bigint;
  /** SSPTPTR and AW where they stand in their word; 0 where the kind has no second stage. */
  readonly second: bigint;
  /** SSADE, and PWSNP without which it faults (SSS.5): what is written through the second stage leaves a trace in its tables. */
  readonly tracked: boolean;
}

/** Whether `a` and `b` lead to the same pages, tracked or not. */
export function hasSameTables(a: Translation, b: Translation): boolean {
  return a === b || (a.kind === b.kind && a.first === b.first && a.second === b.second);
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
export function translationOf(low: bigint, high: bigint, first: bigint): Translation | undefined {
  const kind = kinds[Number((low >> 6n) & 7n)];
  if ((low & PRESENT) === 0n || kind === undefined) return undefined;
  const hasSecond = usesSecond(kind);
  return {
    kind,
    first: usesFirst(kind) ? first & FIRST_TABLES : 0n,
    second: hasSecond ? low & SECOND_TABLES : 0n,
    tracked: hasSecond && (low & SSADE) !== 0n && (high & PWSNP) !== 0n,
  };
}

/** What requests of `domain` are translated by; undefined when its parent is no second stage. */
export function translationFor(
  domain: Domain,
  domains: readonly Domain[],
  tracked = false,
): Translation | undefined {
  const second = secondOf(domain, domains);
  const hasSecond = usesSecond(domain.kind);
  if (hasSecond && second === undefined) return undefined;
  return {
    kind: domain.kind,
    first: firstWord(domain),
    second: secondWord(second),
    tracked: hasSecond && tracked,
  };
}

/** The entry of `domain` under domain id `did`, as drivers write it. */
export function entryFor(
  domain: Domain,
  domains: readonly Domain[],
  did: number,
  profile: Profile,
  tracked = false,
): bigint[] {
  const { SMPWCS, SAGAW, SSTS } = unitOf(profile).capabilities;
  const second = secondOf(domain, domains);
  const tables = second === undefined ? idleWidth(domain.kind, SSTS === 1, SAGAW) : secondWord(second);
  const flags = tracked && second !== undefined ? SSADE : 0n;
  const low = PRESENT | (codes[domain.kind] << 6n) | tables | flags;
  const high = BigInt(did) | (SMPWCS === 1 && domain.kind !== 'pass-through' ? PWSNP : 0n);
  return [low, high, firstWord(domain), 0n, 0n, 0n, 0n, 0n];
}

/** The index of the second-stage domain that requests of domain `index` go through, its own or its parent's. */
export function secondIndexOf(index: number, domains: readonly Domain[]): number | undefined {
  const domain = domains[index];
  if (domain?.kind === 'nested') return domain.parent;
  return domain?.kind === 'second-stage' ? index : undefined;
}

function secondOf(domain: Domain, domains: readonly Domain[]) {
  const one = domain.kind === 'nested' ? domains[domain.parent] : domain;
  return one?.kind === 'second-stage' ? one : undefined;
}

function firstWord(domain: Domain): bigint {
  if (domain.kind !== 'first-stage' && domain.kind !== 'nested') return 0n;
  return domain.table | (BigInt(domain.levels - 4) << 2n);
}

function secondWord(second: ReturnType<typeof secondOf>): bigint {
  return second === undefined ? 0n : second.table | (BigInt(second.levels - 2) << 2n);
}

/** AW without second stage: pass-through has the widest that the unit has, where AW is not reserved (9.6). */
function idleWidth(kind: Kind, hasSecond: boolean, sagaw: number): bigint {
  if (kind !== 'pass-through' || !hasSecond) return 0n;
  return BigInt([3, 2, 1].find((width) => (sagaw >> width) & 1) ?? 2) << 2n;
}
