/**
 * What must hold on the host before a device is plugged: everything that the virtual unit tells the guest of
 * its first stage (11.4.2, 11.4.3), and what nesting itself needs. One function a requirement.
 */
import { type Capabilities, decodeCapabilities } from '../../../spec/capabilities.ts';
import type { BindingCase, HostUnit, PassthroughDevice, Refusal } from '../../../spec/schema/binding.ts';
import { unitOf } from '../unit.ts';

/** What the guest and a device of the case have, and the unit of the host that the device is behind. */
export interface Offer {
  /** What the guest is told. */
  readonly guest: Capabilities;
  /** What the host's unit can do. */
  readonly host: Capabilities;
  readonly device: PassthroughDevice;
}

interface Requirement {
  readonly refusal: Exclude<Refusal, 'failure'>;
  readonly met: (offer: Offer) => boolean;
}

const requirements: readonly Requirement[] = [
  // Without it nobody tells the unit of an entry that became present (6.1).
  { refusal: 'caching-mode', met: ({ guest }) => guest.CM === 1 },
  { refusal: 'iommufd', met: ({ device }) => device.iommufd !== undefined },
  { refusal: 'first-stage', met: ({ guest, host }) => guest.FSTS <= host.FSTS },
  { refusal: 'nesting', met: ({ guest, host }) => guest.FSTS <= host.NEST },
  { refusal: 'page-size', met: ({ guest, host }) => guest.FS1GP <= host.FS1GP },
  { refusal: 'levels', met: ({ guest, host }) => guest.FS5LP <= host.FS5LP },
  { refusal: 'address-width', met: ({ guest, host }) => guest.MGAW <= host.MGAW },
  {
    refusal: 'pasid-width',
    met: ({ guest, host, device }) => Math.min(device.pasidBits, pasidWidth(guest)) <= pasidWidth(host),
  },
  { refusal: 'supervisor-requests', met: ({ guest, host }) => guest.SRS <= host.SRS },
  { refusal: 'extended-accessed', met: ({ guest, host }) => guest.EAFS <= host.EAFS },
];

/** What registers were decoded to: case after case has the same few. */
const decoded = new Map<bigint, Capabilities>();
const MOST_DECODED = 4096;

function capabilitiesOf(unit: HostUnit): Capabilities {
  const registers = (unit.cap << 64n) | unit.ecap;
  const known = decoded.get(registers);
  if (known !== undefined) return known;
  const capabilities = decodeCapabilities(unit);
  if (decoded.size === MOST_DECODED) decoded.clear();
  decoded.set(registers, capabilities);
  return capabilities;
}

function pasidWidth({ PASID, PSS }: Capabilities): number {
  return PASID === 1 ? PSS + 1 : 0;
}

/** The guest is told of wider PASIDs than the unit takes, or the device has some, though not both. */
function mayLackPasids({ guest, host, device }: Offer): boolean {
  return device.pasidBits > 0 && Math.max(device.pasidBits, pasidWidth(guest)) > pasidWidth(host);
}

/** Why a device must not be plugged; empty when nothing is missing. */
export function refusalsOf(offer: Offer | undefined): readonly Refusal[] {
  if (offer === undefined) return ['iommufd'];
  return requirements.filter(({ met }) => !met(offer)).map(({ refusal }) => refusal);
}

/** Of a host that nests nothing, though the guest is told of no first stage that could be nested. */
function mayLackNesting({ guest, host }: Offer): boolean {
  return guest.FSTS === 0 && (host.FSTS === 0 || host.NEST === 0);
}

/** Why it may be refused all the same. */
export function doubtsOf(offer: Offer | undefined): readonly Refusal[] {
  if (offer === undefined) return [];
  return [
    ...(mayLackPasids(offer) ? (['pasid-width'] as const) : []),
    ...(mayLackNesting(offer) ? (['nesting', 'first-stage'] as const) : []),
  ];
}

/** Of device number `index` of the case; undefined when there is none. */
export function offerOf({ profile, devices, units }: BindingCase, index: number): Offer | undefined {
  const device = devices[index];
  const unit = device && units[device.unit];
  return unit && { guest: unitOf(profile).capabilities, host: capabilitiesOf(unit), device };
}
