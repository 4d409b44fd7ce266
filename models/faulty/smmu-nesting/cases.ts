/** The smallest streams of area `smmu-nesting`, as its bugs write them down: one unit, a linear stream table. */
import type { SmmuNestingCase, SmmuStep } from '../../../spec/schema.ts';
import { simplestProfile } from '../updates.ts';

export type Command = [bigint, bigint];
type Device = SmmuNestingCase['devices'][number];

/** Where the stream table of one entry lies. */
export const TABLE = 0x1000n;
export const CONTEXT = 0x40n;
export const BYPASS = [0x9n];
export const ABORT = [0x1n];
/** Stage 1 with one context descriptor. */
export const stage1 = (word0 = CONTEXT, word1 = 0n) => [0xbn | word0, word1];

export const plug = (device = 0): SmmuStep => ({ step: 'plug', device });
export const unplug = (device = 0): SmmuStep => ({ step: 'unplug', device });
export const on: SmmuStep = { step: 'enable', on: true };
export const off: SmmuStep = { step: 'enable', on: false };
export const store = (words: bigint[], address = TABLE): SmmuStep => ({ step: 'store', address, words });
export const commands = (...all: Command[]): SmmuStep => ({ step: 'commands', commands: all });

export const sync: Command = [0x46n, 0n];
export const cfgiSte: Command = [0x03n, 0n];
export const cfgiAll: Command = [0x04n, 31n];
export const cfgiCd: Command = [0x05n, 0n];
export const tlbiAll: Command = [0x10n, 0n];
export const tlbiNsnh: Command = [0x30n, 0n];
export const atcInv: Command = [0x40n, 52n];
export const reserved: Command = [0x00n, 0n];

interface Parts extends Partial<Pick<SmmuNestingCase, 'units' | 'streamTable' | 'memory' | 'failing'>> {
  readonly smmu?: Partial<SmmuNestingCase['smmu']>;
  readonly devices?: readonly Partial<Device>[];
}

/** `steps` of a guest whose first entry is `entry`. */
export function nesting(entry: bigint[], steps: SmmuStep[], parts: Parts = {}): SmmuNestingCase {
  return {
    area: 'smmu-nesting',
    profile: simplestProfile,
    smmu: {
      ...{ streamIdBits: 1, substreamIdBits: 0, outputBits: 32 },
      ...{ ats: false, pri: false, twoLevelDescriptors: false, stallModel: 0 },
      ...parts.smmu,
    },
    units: parts.units ?? [{ vmid: 1 }],
    devices: (parts.devices ?? [{}]).map((one) => ({ streamId: 0, unit: 0, physicalStreamId: 1, ...one })),
    streamTable: parts.streamTable ?? { base: TABLE, config: 0n },
    memory: parts.memory ?? (entry.length > 0 ? [{ address: TABLE, words: entry }] : []),
    steps,
    failing: parts.failing ?? [],
  };
}
