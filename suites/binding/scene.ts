/** What scenes consist of: the tables of one requester in the first pages of memory, steps, and host units. */
import { nestingUnit } from '../../generators/binding.ts';
import { type CapabilityName, decodeCapabilities } from '../../spec/capabilities.ts';
import type {
  BindingCase,
  BindingStep,
  HostUnit,
  MemoryRun,
  PassthroughDevice,
  Profile,
} from '../../spec/schema.ts';

/** What is left out is the plainest: any virtual unit, one device behind one unit, no tables, no failures. */
export interface Scene {
  readonly steps: readonly BindingStep[];
  readonly needs?: readonly CapabilityName[];
  /** Units whose guest is told of wider ones have no such scene. */
  readonly mostPasidBits?: number;
  readonly memory?: readonly MemoryRun[];
  readonly units?: readonly Partial<HostUnit>[];
  readonly devices?: readonly Partial<PassthroughDevice>[];
  readonly failing?: readonly number[];
}

const PAGE = 0x1000n;
const SCALABLE = 0x400n;
/** PASIDE of a context entry. */
export const PASIDE = 8n;
const PASIDS_PER_TABLE = 64;

/** Root table, context table, PASID directory and PASID table lie one after the other. */
export const CONTEXT = PAGE;
export const DIRECTORY = 2n * PAGE;
export const ENTRY = 3n * PAGE;
/** The same again, for another root table. */
export const OTHER = 4n * PAGE;

export const plug = (device = 0): BindingStep => ({ step: 'plug', device });
export const unplug: BindingStep = { step: 'unplug', device: 0 };
export const enable: BindingStep = { step: 'enable', on: true };
export const disable: BindingStep = { step: 'enable', on: false };
export const reset: BindingStep = { step: 'reset' };
export const track: BindingStep = { step: 'track-dirty', on: true };
export const untrack: BindingStep = { step: 'track-dirty', on: false };
export const root = (page: bigint): BindingStep => ({ step: 'root', rtaddr: page | SCALABLE });
export const store = (address: bigint, words: readonly bigint[]): BindingStep => ({
  step: 'store',
  address,
  words: [...words],
});
export const invalidate = (low: bigint, high = 0n): BindingStep => ({
  step: 'invalidate',
  descriptor: [low, high],
});

/** Where the entry of `pasid` is. */
export function entryOf(pasid = 0): bigint {
  return ENTRY + 64n * BigInt(pasid % PASIDS_PER_TABLE);
}

/** From the root table at `page` to the entry of `pasid`, or of requests without PASID. */
export function tables(entry: readonly bigint[], pasid?: number, page = 0n): readonly MemoryRun[] {
  const directoryEntry = DIRECTORY + 8n * BigInt(Math.floor((pasid ?? 0) / PASIDS_PER_TABLE));
  const run = (address: bigint, ...words: bigint[]): MemoryRun => ({ address: page + address, words });
  return [
    run(0n, (page + CONTEXT) | 1n),
    run(CONTEXT, (page + DIRECTORY) | (pasid === undefined ? 0n : PASIDE) | 1n),
    run(directoryEntry, (page + ENTRY) | 1n),
    ...(entry.length > 0 ? [run(entryOf(pasid), ...entry)] : []),
  ];
}

/** The case of a scene under `profile`; undefined when that lacks what it needs. */
export function caseOf(
  { steps, needs = [], mostPasidBits, memory = [], units = [{}], devices = [{}], failing = [] }: Scene,
  profile: Profile,
): BindingCase | undefined {
  const capabilities = decodeCapabilities(profile);
  if (needs.some((name) => capabilities[name] === 0)) return undefined;
  if (mostPasidBits !== undefined && capabilities.PSS >= mostPasidBits) return undefined;
  const plain = { ...nestingUnit(profile), coherent: false, erratum772415: false };
  return {
    area: 'binding',
    profile,
    units: units.map((unit) => ({ ...plain, ...unit })),
    devices: devices.map((device, index) => ({
      ...{ sourceId: index, unit: 0, pasidBits: 0, iommufd: 0 },
      ...device,
    })),
    rtaddr: SCALABLE,
    memory: memory.map(({ address, words }) => ({ address, words: [...words] })),
    steps: [...steps],
    failing: [...failing],
  };
}
