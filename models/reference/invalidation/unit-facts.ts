/** What the registers of one profile decide about the queue, worked out once. */
import { bits } from '../../../spec/bits.ts';
import { type Capabilities, decodeCapabilities } from '../../../spec/capabilities.ts';
import { type DescriptorFormat, descriptorFormats } from '../../../spec/invalidation/descriptors.ts';
import type { Field } from '../../../spec/layouts/layout.ts';
import { type ResolvedLayout, resolveLayout } from '../../../spec/layouts/resolve.ts';
import type { Profile } from '../../../spec/schema.ts';

/** The 64-bit word at an 8-byte aligned address; undefined where memory does not answer. */
export type ReadWord = (address: bigint) => bigint | undefined;

export interface UnitFormat {
  readonly format: DescriptorFormat;
  readonly resolved: ResolvedLayout;
  /** By name. */
  readonly fields: ReadonlyMap<string, Field>;
  /** The rule that a descriptor of the format which was taken shows. */
  readonly rule: string;
}

export interface Unit {
  readonly capabilities: Capabilities;
  /** Bits of an address below the host address width, and below the guest address width. */
  readonly hostMask: bigint;
  readonly guestMask: bigint;
  /** Bits of a domain id that ND gives. */
  readonly didMask: bigint;
  /** By type. */
  readonly formats: ReadonlyMap<number, UnitFormat>;
}

const known = new WeakMap<Profile, Unit>();

/** The unit that `profile` describes; the same one for the same object. */
export function unitOf(profile: Profile): Unit {
  const found = known.get(profile);
  if (found !== undefined) return found;
  const capabilities = decodeCapabilities(profile);
  const unit: Unit = {
    capabilities,
    hostMask: bits(profile.haw - 1, 0),
    guestMask: bits(capabilities.MGAW, 0),
    didMask: bits(3 + 2 * capabilities.ND, 0),
    formats: new Map(descriptorFormats.map((format) => [format.type, unitFormat(format, profile)])),
  };
  known.set(profile, unit);
  return unit;
}

function unitFormat(format: DescriptorFormat, profile: Profile): UnitFormat {
  return {
    format,
    resolved: resolveLayout(format.layout, profile),
    fields: new Map(format.layout.fields.map((field) => [field.name, field])),
    rule: `invalidation.descriptor.${format.name}`,
  };
}
