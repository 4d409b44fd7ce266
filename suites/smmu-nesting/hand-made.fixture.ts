/** Cases written by hand: two devices behind one unit, a linear stream table, and what a guest does with them. */
import { runSmmuNesting as optimized } from '../../models/optimized/smmu-nesting/run.ts';
import { runSmmuNesting as reference } from '../../models/reference/smmu-nesting/run.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type {
  MemoryRun,
  SmmuCall,
  SmmuNestingCase,
  SmmuNestingObservation,
  SmmuStep,
} from '../../spec/schema.ts';
import { judgeSmmuNesting } from './judge.ts';

export type Report = SmmuNestingObservation['steps'][number];
export type Command = [bigint, bigint];

const TABLE = 0x1_0000n;
export const VMID = 0x77n;
/** Stream of the host for device `index`. */
export const physical = (index: number) => 0x100n + BigInt(index);
export const entryAt = (streamId: number) => TABLE + 64n * BigInt(streamId);

/** Words of stream table entries. */
export const stage1 = (context: bigint, word1 = 0n): bigint[] => [0xbn | context, word1];
export const bypassed: bigint[] = [0x9n, 0n];
export const aborted: bigint[] = [0x1n, 0n];
export const invalid: bigint[] = [0xan, 0n];
export const nested: bigint[] = [0xfn, 0n];
export const EATS = 1n << 28n;

export const plug = (device: number): SmmuStep => ({ step: 'plug', device });
export const unplug = (device: number): SmmuStep => ({ step: 'unplug', device });
export const on: SmmuStep = { step: 'enable', on: true };
export const off: SmmuStep = { step: 'enable', on: false };
export const gbpa = (abort: boolean): SmmuStep => ({ step: 'bypass', abort });
export const store = (address: bigint, words: bigint[]): SmmuStep => ({ step: 'store', address, words });
export const commands = (...all: Command[]): SmmuStep => ({ step: 'commands', commands: all });
export const acknowledge = (...all: Command[]): SmmuStep =>
  all.length > 0 ? { step: 'acknowledge', commands: all } : { step: 'acknowledge' };

const ofStream = (opcode: bigint, streamId: number | bigint, high = 0n): Command => [
  opcode | (BigInt(streamId) << 32n),
  high,
];
export const cfgiSte = (streamId: number | bigint, leaf = 1n) => ofStream(0x03n, streamId, leaf);
export const cfgiRange = (streamId: number, log2: bigint) => ofStream(0x04n, streamId, log2);
export const cfgiAll = cfgiRange(0, 31n);
export const cfgiCd = (streamId: number | bigint, leaf = 1n) => ofStream(0x05n, streamId, leaf);
export const cfgiCdAll = (streamId: number | bigint) => ofStream(0x06n, streamId);
export const tlbiAll = (vmid = 0n): Command => [0x10n | (vmid << 32n), 0n];
export const tlbiVa = (vmid = 0n, leaf = 0n): Command => [
  0x12n | (vmid << 32n) | (5n << 48n),
  0x4000n | leaf,
];
export const tlbiVaa = (vmid = 0n, leaf = 0n): Command => [0x13n | (vmid << 32n), 0x4000n | leaf];
export const tlbiNsnh: Command = [0x30n, 0n];
export const atcInv = (streamId: number | bigint, size = 52n) => ofStream(0x40n, streamId, size);
export const sync: Command = [0x46n, 0n];
export const reserved: Command = [0x00n, 0n];

export interface Parts {
  readonly steps: SmmuStep[];
  readonly memory?: MemoryRun[];
  readonly smmu?: Partial<SmmuNestingCase['smmu']>;
  readonly units?: SmmuNestingCase['units'];
  readonly devices?: Partial<SmmuNestingCase['devices'][number]>[];
  readonly streamTable?: SmmuNestingCase['streamTable'];
  readonly failing?: SmmuNestingCase['failing'];
}

export function smmuCase(parts: Parts): SmmuNestingCase {
  const profile = namedProfile('nested-48');
  if (profile === undefined) throw new RangeError('nested-48');
  const { steps, memory = [], smmu = {}, units = [{ vmid: Number(VMID) }], failing = [] } = parts;
  return {
    area: 'smmu-nesting',
    profile,
    smmu: {
      streamIdBits: 16,
      substreamIdBits: 8,
      outputBits: 48,
      ats: true,
      pri: false,
      twoLevelDescriptors: true,
      stallModel: 0,
      ...smmu,
    },
    units,
    devices: (parts.devices ?? [{}, {}]).map((one, index) => ({
      streamId: index,
      unit: 0,
      physicalStreamId: Number(physical(index)),
      ...one,
    })),
    streamTable: parts.streamTable ?? { base: TABLE, config: 6n },
    memory,
    steps,
    failing,
  };
}

/** What both models do, the calls in short words; both are right. */
export function callsOf(testCase: SmmuNestingCase): readonly string[][] {
  for (const run of [reference, optimized]) {
    const { mismatches } = judgeSmmuNesting(testCase, run(testCase));
    const wrong = mismatches.find(({ rule }) => rule !== 'smmu-nesting.table.shared');
    if (wrong) throw new Error(`${wrong.rule}: ${wrong.expected}, ${wrong.observed}`);
  }
  return optimized(testCase).steps.map(({ calls }) => calls.map(inShort));
}

function inShort(call: SmmuCall): string {
  switch (call.call) {
    case 'create':
      return `table ${call.table} 0x${call.ste
        .toReversed()
        .map((word) => word.toString(16))
        .join(':')}`;
    case 'attach':
      return `attach ${call.device} ${call.to}`;
    case 'free':
      return `free ${call.table}`;
    case 'issue':
      return `issue ${call.unit}: ${call.commands.map(([low = 0n]) => `0x${low.toString(16)}`).join(' ')}`;
  }
}

/** The first binding rule, else a cost, and its aspect, that is broken when step `at` was reported as `change` says. */
export function blamed(
  testCase: SmmuNestingCase,
  at: number,
  change: (report: Report) => Partial<Report>,
): string {
  const { steps } = reference(testCase);
  const report = steps[at] as Report;
  const changed = { steps: steps.with(at, { ...report, ...change(report) }) };
  const { mismatches } = judgeSmmuNesting(testCase, changed);
  const first = mismatches.find(({ rule }) => ruleOf(rule)?.level !== 'may') ?? mismatches[0];
  return first === undefined ? 'nothing' : `${first.rule.replace('smmu-nesting.', '')}/${first.aspect}`;
}
