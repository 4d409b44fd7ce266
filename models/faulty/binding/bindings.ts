/** The smallest cases of area `binding`, as its bugs write them down: one device, its tables, and steps. */
import { decodeCapabilities, encodeCapabilities } from '../../../spec/capabilities.ts';
import { namedProfile } from '../../../spec/profiles.ts';
import type { BindingCase, BindingStep, MemoryRun, Profile } from '../../../spec/schema.ts';

export const ROOT = 0n;
export const CONTEXT = 0x1000n;
export const DIRECTORY = 0x2000n;
/** The PASID table entry for requests without PASID. */
export const ENTRY = 0x3000n;
const SCALABLE = 0x400n;

/** The source of what its review and its first versions got wrong. */
export const NESTING = 'QEMU "intel_iommu: Enable stage-1 translation for passthrough device", 2025 to 2026';

export interface Parts {
  readonly steps: readonly BindingStep[];
  readonly memory?: readonly MemoryRun[];
  readonly policies?: Profile['policies'];
  /** Of the virtual unit. */
  readonly guest?: Parameters<typeof encodeCapabilities>[0];
  /** Of the host's units. */
  readonly host?: Parameters<typeof encodeCapabilities>[0];
  readonly units?: readonly Partial<BindingCase['units'][number]>[];
  readonly devices?: readonly Partial<BindingCase['devices'][number]>[];
  readonly failing?: readonly number[];
}

/** First stage over nesting, in caching mode. */
function profileOf(changes: NonNullable<Parts['guest']> = {}, policies: Profile['policies'] = {}): Profile {
  const base = namedProfile('nested-48');
  if (base === undefined) throw new RangeError('no profile nested-48');
  return { ...base, ...encodeCapabilities({ ...decodeCapabilities(base), CM: 1, ...changes }), policies };
}

export const at = (address: bigint, ...words: readonly bigint[]): MemoryRun => ({
  address,
  words: [...words],
});

/** Devices 0, 1 … have source ids 0, 1 …; only tables of the first are there. */
export function binding(parts: Parts): BindingCase {
  const { steps, memory = [], policies, guest, host, units = [{}], devices = [{}], failing = [] } = parts;
  const profile = profileOf(guest, policies);
  const { cap, ecap } = profileOf(host);
  return {
    area: 'binding',
    profile,
    units: units.map((unit) => ({ cap, ecap, coherent: false, erratum772415: false, ...unit })),
    devices: devices.map((device, index) => ({
      ...{ sourceId: index, unit: 0, iommufd: 0, pasidBits: 0 },
      ...device,
    })),
    rtaddr: ROOT | SCALABLE,
    memory: [...memory],
    steps: [...steps],
    failing: [...failing],
  };
}

/** PASIDE of the context entry. */
export const PASIDS = 8n;

interface Way {
  /** Left out: for requests without PASID. */
  readonly pasid?: number;
  /** What the context entry has beside the directory. */
  readonly context?: readonly bigint[];
}

/** Root, context and directory of device 0, and its PASID table entry. */
export function tables(entry: readonly bigint[], { pasid = 0, context = [] }: Way = {}): MemoryRun[] {
  const [flags = 0n, ...high] = context;
  return [
    at(ROOT, CONTEXT | 1n),
    at(CONTEXT, DIRECTORY | flags | 1n, ...high),
    at(DIRECTORY + 8n * BigInt(pasid >> 6), ENTRY | 1n),
    at(ENTRY + 64n * BigInt(pasid & 63), ...entry),
  ];
}

/** A device with PASIDs 0 to 127, and the entries of the first two of them. */
export const ofPasids = (first: readonly bigint[], second: readonly bigint[]) => ({
  devices: [{ pasidBits: 7 }],
  memory: [...tables(first, { context: [PASIDS] }), at(ENTRY + 64n, ...second)],
});

/** Entries in domain 0. */
export const passing: readonly bigint[] = [0x101n];
export const firstStage = (flags = 0n): readonly bigint[] => [0x41n, 0n, flags];

export const plug = (device = 0): BindingStep => ({ step: 'plug', device });
export const unplug = (device = 0): BindingStep => ({ step: 'unplug', device });
export const enable: BindingStep = { step: 'enable', on: true };
export const disable: BindingStep = { step: 'enable', on: false };
export const track: BindingStep = { step: 'track-dirty', on: true };
export const store = (address: bigint, ...words: readonly bigint[]): BindingStep => ({
  step: 'store',
  ...at(address, ...words),
});
export const invalidate = (low: bigint, high = 0n): BindingStep => ({
  step: 'invalidate',
  descriptor: [low, high],
});

export const ALL_PASIDS = 0x37n;
export const PASIDS_OF_DOMAIN = 0x07n;
export const ALL_CONTEXTS = 0x11n;
export const CONTEXT_OF_DEVICE = 0x31n;
export const MAPPINGS_OF_DOMAIN = 0x22n;
export const MAPPINGS_OF_PASID = 0x26n;
export const PAGE_OF_PASID = 0x36n;
