/** Invalidation descriptors that drivers submit while they change PASID table entries (6.5.2). */
import { extract } from '../../../spec/bits.ts';
import {
  type DescriptorFormat,
  type DescriptorName,
  formatOfType,
} from '../../../spec/invalidation/descriptors.ts';
import { readField, resolveLayout } from '../../../spec/layouts/resolve.ts';
import type { Profile } from '../../../spec/schema.ts';
import { unitOf } from '../unit.ts';

/** What one descriptor drops; `all` of a field: whatever it is. */
export type Invalidation =
  | { readonly cache: 'pasid'; readonly did: number | 'all'; readonly pasid: number | 'all' }
  /** `whole` false: a range of addresses, of which nothing can be relied upon. */
  | { readonly cache: 'iotlb'; readonly did: number | 'all'; readonly whole: boolean }
  | {
      readonly cache: 'pasid-iotlb';
      readonly did: number;
      readonly pasid: number;
      readonly whole: boolean;
      /** By their addresses, if all of them: translations of second stage alone and pass-through stay (Table 24). */
      readonly byPage: boolean;
      /** Paging-structure caches are dropped too. */
      readonly upper: boolean;
    }
  | {
      readonly cache: 'device-tlb';
      readonly sourceId: number;
      /** `none`: of requests without PASID; `all`: of all that have one. */
      readonly pasid: number | 'all' | 'none';
      readonly whole: boolean;
    }
  /** `fence`: what stands behind it is executed after it; `drains`: page requests are seen before it is over. */
  | { readonly cache: 'wait'; readonly fence: boolean; readonly drains: boolean }
  | { readonly cache: 'other' };

/** Input addresses have at most 57 bits. */
const EVERY_PAGE = 57 - 12;

/** What `words` drops on the unit; a text says why the unit refuses it. */
export function invalidationOf(words: readonly bigint[], profile: Profile): Invalidation | string {
  const [first = 0n, second = 0n] = words;
  const code = Number((extract(first, 11, 9) << 4n) | extract(first, 3, 0));
  const format = formatOfType(code);
  if (format === undefined) return `type ${code} is reserved`;
  const { capabilities } = unitOf(profile);
  if (format.requires !== undefined && capabilities[format.requires] === 0) {
    return `type ${code} needs ${format.requires}`;
  }
  const reserved = reservedBits(format, profile);
  if (words.some((word, index) => (word & (reserved[index] ?? ~0n)) !== 0n)) return 'a reserved bit is set';
  const field = (name: string): number => {
    const found = format.layout.fields.find((one) => one.name === name);
    return found === undefined ? 0 : Number(readField(found, words));
  };
  if (format.granularities !== undefined && !format.granularities.includes(field('G'))) {
    return `granularity ${field('G')} is reserved`;
  }
  const did = field('DID') & (2 ** (4 + 2 * capabilities.ND) - 1);
  return effect(format.name, field, did, second);
}

const masks = new WeakMap<Profile, Map<DescriptorFormat, readonly bigint[]>>();

/** One mask a word, worked out once a unit. */
function reservedBits(format: DescriptorFormat, profile: Profile): readonly bigint[] {
  let known = masks.get(profile);
  if (known === undefined) {
    known = new Map();
    masks.set(profile, known);
  }
  let reserved = known.get(format);
  if (reserved === undefined) {
    ({ reserved } = resolveLayout(format.layout, profile));
    known.set(format, reserved);
  }
  return reserved;
}

function effect(
  name: DescriptorName,
  field: (name: string) => number,
  did: number,
  second: bigint,
): Invalidation {
  const granularity = field('G');
  switch (name) {
    case 'pasid':
      return {
        cache: 'pasid',
        did: granularity === 3 ? 'all' : did,
        pasid: granularity === 1 ? field('PASID') : 'all',
      };
    case 'iotlb':
      return { cache: 'iotlb', did: granularity === 1 ? 'all' : did, whole: granularity !== 3 };
    case 'pasid-iotlb': {
      const whole = granularity === 2 || field('AM') >= EVERY_PAGE;
      const upper = granularity === 2 || field('IH') === 0;
      return { cache: 'pasid-iotlb', did, pasid: field('PASID'), whole, byPage: granularity === 3, upper };
    }
    case 'device-tlb':
      return {
        cache: 'device-tlb',
        sourceId: field('SID'),
        pasid: 'none',
        whole: isWhole(second, field('S') === 1),
      };
    case 'pasid-device-tlb': {
      const whole = isWhole(second, field('S') === 1);
      return {
        cache: 'device-tlb',
        sourceId: field('SID'),
        pasid: field('GI') === 1 ? 'all' : field('PASID'),
        whole,
      };
    }
    case 'wait':
      return { cache: 'wait', fence: field('FN') === 1, drains: field('PD') === 1 };
    default:
      return { cache: 'other' };
  }
}

/** With S the lowest clear bit of ADDR says how much: all pages when bits 55:12 are ones (6.5.2.5). */
function isWhole(second: bigint, sized: boolean): boolean {
  if (!sized) return false;
  const ones = (1n << BigInt(EVERY_PAGE - 1)) - 1n;
  return ((second >> 12n) & ones) === ones;
}
