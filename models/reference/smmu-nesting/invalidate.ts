/**
 * What a host does with IOMMU_HWPT_INVALIDATE on a virtual IOMMU (iommufd): an array of commands as the guest wrote
 * them becomes commands within its VMID, for its streams. The count that comes back is what was truly done: all
 * before the first command that was not.
 */
import { opcodeOf, streamIdOf, type Words } from './command.ts';
import { physicalStream, physicalTlbi } from './physical-command.ts';

export interface InvalidateRequest {
  /** What the id names; a nested table of an SMMU takes no commands. */
  readonly object: 'virtual-iommu' | 'nested-table' | 'parent-table' | 'nothing';
  readonly dataType: number;
  /** Bytes of an entry. */
  readonly entryLength: number;
  readonly count: number;
  /** `count` of them; undefined: no pointer was given. */
  readonly entries: readonly Words[] | undefined;
  readonly reserved: number;
}

/** The side of the host: the streams of the guest by its StreamIDs, and the queue of the unit. */
export interface VirtualIommu {
  readonly vmid: number;
  readonly streams: ReadonlyMap<number, number>;
  /** Issues all, and waits. How many were done, from the first on. */
  issue(commands: bigint[][]): number;
}

export interface InvalidateResult {
  readonly error?: 'EINVAL' | 'EOPNOTSUPP' | 'EIO';
  /** entry_num as it comes back. */
  readonly done: number;
}

export const ARM_SMMUV3 = 1;
export const COMMAND_BYTES = 16;
const ofTranslations: readonly number[] = [0x10, 0x11, 0x12, 0x13, 0x30];
/** CFGI_CD, CFGI_CD_ALL, ATC_INV. CFGI_STE is not among them: entries are tables, which are attached. */
const ofStreams: readonly number[] = [0x05, 0x06, 0x40];

/** One command of a guest, as VMMs ask for it. */
export function requestOf(words: Words): InvalidateRequest {
  const form = { dataType: ARM_SMMUV3, entryLength: COMMAND_BYTES, count: 1, reserved: 0 };
  return { object: 'virtual-iommu', ...form, entries: [words] };
}

export function invalidate(request: InvalidateRequest, iommu: VirtualIommu): InvalidateResult {
  const { object, dataType, entryLength, count, entries, reserved } = request;
  if (reserved !== 0) return { error: 'EOPNOTSUPP', done: 0 };
  if (count > 0 && (entries === undefined || entryLength === 0)) return { error: 'EINVAL', done: 0 };
  if (object === 'nested-table') return { error: 'EOPNOTSUPP', done: 0 };
  if (object !== 'virtual-iommu' || dataType !== ARM_SMMUV3) return { error: 'EINVAL', done: 0 };
  if (count === 0) return { done: 0 };
  if (entryLength !== COMMAND_BYTES) return { error: 'EINVAL', done: 0 };
  const physical: bigint[][] = [];
  for (const words of (entries ?? []).slice(0, count)) {
    const command = convert(words, iommu);
    if (command === undefined) break;
    physical.push(command);
  }
  const done = physical.length === 0 ? 0 : iommu.issue(physical);
  return done === count ? { done } : { error: 'EIO', done };
}

/** The command for the unit; undefined: the guest may not give it, or has no such stream. */
function convert(words: Words, { vmid, streams }: VirtualIommu): bigint[] | undefined {
  const opcode = opcodeOf(words);
  if (ofTranslations.includes(opcode)) return physicalTlbi(words, vmid);
  const streamId = ofStreams.includes(opcode) ? streams.get(streamIdOf(words)) : undefined;
  return streamId === undefined ? undefined : physicalStream(words, streamId);
}
