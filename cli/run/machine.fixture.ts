/** A machine whose tables keep every rule, built from choices, as cases are. */

import { Choices } from '../../generators/choices.ts';
import { unitOf } from '../../models/reference/unit.ts';
import type { Profile } from '../../spec/schema.ts';
import type { Row } from './dump-text.fixture.ts';

type Kind = 'first' | 'second' | 'nested' | 'pass-through';

interface Domain {
  readonly kind: Kind;
  readonly did: bigint;
  readonly second: bigint;
  readonly first: bigint;
  readonly flags: bigint;
  readonly fiveLevels: bigint;
}

/** Second stage, the plainest there is. */
export const secondStageDomain: Domain = {
  kind: 'second',
  did: 5n,
  second: 0x1_0000_0000n,
  first: 0n,
  flags: 0n,
  fiveLevels: 0n,
};

export interface Machine {
  readonly profile: Profile;
  readonly rows: Row[];
}

const PAGE = 0x1000n;
/** Below the narrowest host address width. */
const TABLES = 0x1_0000_0000n;

/** What a unit has of PGTT. */
export function kindsOf(profile: Profile): readonly Kind[] {
  const { FSTS, SSTS, NEST, PT } = unitOf(profile).capabilities;
  const has = { 'pass-through': PT, first: FSTS, second: SSTS, nested: NEST };
  return (Object.keys(has) as Kind[]).filter((kind) => has[kind] === 1);
}

export function widthOf(profile: Profile): bigint {
  const { SAGAW } = unitOf(profile).capabilities;
  return BigInt([1, 2, 3].findLast((aw) => (SAGAW >> aw) & 1) ?? 0);
}

/** Scalable mode: devices with a few PASIDs, each in a domain; domains are shared. */
export function scalableMachine(profile: Profile, seed: number): Machine {
  const choices = new Choices(seed);
  const { FS5LP, SSADS, PASID } = unitOf(profile).capabilities;
  const kinds = kindsOf(profile);
  const domains = Array.from({ length: 1 + choices.pick(5) }, (_, index): Domain => {
    const base = TABLES + BigInt(index) * 16n * PAGE;
    return {
      kind: choices.one(kinds),
      did: BigInt(index + 1),
      second: base,
      first: base + PAGE,
      flags: BigInt(SSADS === 1 ? choices.pick(2) : 0),
      fiveLevels: BigInt(FS5LP === 1 ? choices.pick(2) : 0),
    };
  });
  const rows: Row[] = [];
  const devices = 1 + choices.pick(6);
  for (let device = 0; device < devices; device++) {
    const sourceId = 0x100 * choices.pick(3) + device * 0x2b + 1;
    const processes = PASID === 1 ? choices.pick(4) : 0;
    for (let index = 0; index <= processes; index++)
      rows.push(scalableRow(profile, sourceId, index, choices.one(domains)));
  }
  return { profile, rows };
}

export function scalableRow(profile: Profile, sourceId: number, pasid: number, domain: Domain): Row {
  const { PASID, DT, PRS } = unitOf(profile).capabilities;
  const flags = BigInt(DT * 4 + PASID * 8 + PRS * 16);
  const directory = 0x2_0000_0000n + BigInt(sourceId) * PAGE;
  return {
    ...tablesAbove(sourceId),
    context: [directory | 0x400n | flags | 1n, 0n],
    pasid,
    entry: entryOf(profile, domain),
  };
}

function entryOf(profile: Profile, { kind, did, second, first, flags, fiveLevels }: Domain): bigint[] {
  const aw = widthOf(profile);
  switch (kind) {
    case 'first':
      return [0x41n, did, first | (fiveLevels << 2n)];
    case 'second':
      return [second | 0x81n | (aw << 2n) | (flags << 9n), did, 0n];
    case 'nested':
      // The pointer is of the guest: below what the second stage translates.
      return [second | 0xc1n | (aw << 2n) | (flags << 9n), did, (first & 0xffff_ffffn) | (fiveLevels << 2n)];
    case 'pass-through':
      return [0x101n, did, 0n];
  }
}

function tablesAbove(sourceId: number): { readonly sourceId: number; root: bigint[] } {
  const half = (upper: bigint): bigint =>
    (0x3_0000_0000n + BigInt(sourceId >> 8) * 0x2000n + upper * PAGE) | 1n;
  return { sourceId, root: [half(0n), half(1n)] };
}

/** Legacy mode: a context entry a device. */
export function legacyMachine(profile: Profile, seed: number): Machine {
  const choices = new Choices(seed);
  const { PT, DT } = unitOf(profile).capabilities;
  const rows = Array.from({ length: 1 + choices.pick(8) }, (_, device): Row => {
    const sourceId = 0x100 * choices.pick(3) + device * 0x11;
    return {
      ...legacyRow(
        profile,
        sourceId,
        choices.pick(3) + 1,
        choices.pick(PT + 1) === 1 ? 2 : choices.pick(DT + 1),
      ),
    };
  });
  return { profile, rows };
}

/** `type` is TT. */
export function legacyRow(profile: Profile, sourceId: number, domain: number, type: number): Row {
  const { root } = tablesAbove(sourceId);
  const table = TABLES + BigInt(domain) * PAGE;
  const context = [table | BigInt(type * 4) | 1n, (BigInt(domain) << 8n) | widthOf(profile)];
  return { sourceId, root: [root[0] ?? 0n, 0n], context, entry: [] };
}
