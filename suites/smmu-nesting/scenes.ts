/**
 * Plain guests from which shrinking begins: one or two devices, one change, what the guest tells its SMMU, and a host
 * that refuses one call where a rule is about failures. What the rules of the area are about is in one of them.
 */
import { asClaimed, isAsClaimed } from '../../spec/claimed-smmu.ts';
import type { Profile, SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';

type Command = readonly [bigint, bigint];
type Scene = Pick<SmmuNestingCase, 'memory' | 'steps'> & Partial<SmmuNestingCase>;

const PAGE = 0x1000n;
const VALID_BYPASS = 0x9n;
const VALID_STAGE_1 = 0xbn;
const FULL_ATS = 1n << 28n;
/** Span of an array of one entry, and an address in one of two that is not aligned to it. */
const SPAN_OF_ONE = 1n;
const WITHIN_TWO = 0x40n | 2n;

const sync: Command = [0x46n, 0n];
const cfgiSte: Command = [0x03n, 1n];
const cfgiRange: Command = [0x04n, 0n];
const cfgiAll: Command = [0x04n, 31n];
const cfgiCd: Command = [0x05n, 1n];
const tlbiAll: Command = [0x10n, 0n];
const reserved: Command = [0x00n, 0n];
const atcInv: Command = [0x40n, 52n];

const on: SmmuStep = { step: 'enable', on: true };
const off: SmmuStep = { step: 'enable', on: false };
const plug = (device: number): SmmuStep => ({ step: 'plug', device });
const acknowledge = (...all: readonly Command[]): SmmuStep =>
  all.length === 0 ? { step: 'acknowledge' } : { step: 'acknowledge', commands: words(all) };
const commands = (...all: readonly Command[]): SmmuStep => ({ step: 'commands', commands: words(all) });

/** Undefined where no memory answers, and where the profile claims fewer physical SMMUs. */
export function smmuNestingScenes(profile: Profile): readonly (SmmuNestingCase | undefined)[] {
  const table = firstTable(profile);
  return scenesAt(table ?? 0n).map((scene) => {
    const testCase: SmmuNestingCase = {
      area: 'smmu-nesting',
      profile,
      smmu: asClaimed(profile, {
        ...{ streamIdBits: 1, substreamIdBits: 1, outputBits: 52 },
        ...{ ats: true, pri: false, twoLevelDescriptors: true, stallModel: 0 },
      }),
      units: [{ vmid: 1 }],
      devices: [{ streamId: 0, unit: 0, physicalStreamId: 1 }],
      streamTable: { base: table ?? 0n, config: 0n },
      failing: [],
      ...scene,
    };
    return table !== undefined && isAsClaimed(testCase) ? testCase : undefined;
  });
}

/** Two pages of memory begin there. */
function firstTable({ backed }: Profile): bigint | undefined {
  const starts = backed.map(({ start, end }) => ({
    at: start < PAGE ? PAGE : (start + PAGE - 1n) & -PAGE,
    end,
  }));
  return starts.find(({ at, end }) => at + 2n * PAGE <= end)?.at;
}

function scenesAt(table: bigint): readonly Scene[] {
  const stage1 = [{ address: table, words: [VALID_STAGE_1, FULL_ATS] }];
  const bypass = [{ address: table, words: [VALID_BYPASS] }];
  const become = (...entry: bigint[]): SmmuStep => ({ step: 'store', address: table, words: entry });
  const start = [on, plug(0)];
  const failing = (call: number) => ({ failing: [{ call }] });
  const behindTwo = {
    units: [{ vmid: 1 }, { vmid: 2 }],
    devices: [
      { streamId: 0, unit: 1, physicalStreamId: 1 },
      { streamId: 1, unit: 0, physicalStreamId: 2 },
    ],
    streamTable: { base: table, config: 1n },
    memory: [0n, 64n].map((offset) => ({ address: table + offset, words: [VALID_STAGE_1, FULL_ATS] })),
  };
  const twoLevels = (low: bigint) => ({
    streamTable: { base: table + PAGE, config: (1n << 16n) | (6n << 6n) | 1n },
    memory: [...bypass, { address: table + PAGE, words: [table | low] }],
    steps: start,
  });
  /** Behind the only entry of the array. */
  const beyondSpan = {
    ...twoLevels(SPAN_OF_ONE),
    devices: [{ streamId: 1, unit: 0, physicalStreamId: 1 }],
    memory: [table + 64n, table + PAGE].map((address) => ({
      address,
      words: [address === table + 64n ? VALID_BYPASS : table | SPAN_OF_ONE],
    })),
  };
  return [
    { memory: [], steps: [commands(reserved), acknowledge()] },
    { memory: stage1, steps: [plug(0), on] },
    ...[cfgiSte, cfgiCd, tlbiAll, atcInv].map((one) => ({
      memory: stage1,
      steps: [...start, commands(one, sync)],
    })),
    { memory: stage1, steps: [...start, commands(cfgiCd, sync, tlbiAll, sync, atcInv, sync)] },
    ...[cfgiSte, cfgiRange, cfgiAll].map((one) => ({
      memory: [],
      steps: [...start, become(VALID_BYPASS), commands(one, sync)],
    })),
    { memory: stage1, steps: [...start, become(VALID_STAGE_1 | PAGE, FULL_ATS), commands(cfgiSte, sync)] },
    { memory: stage1, steps: [...start, { step: 'unplug', device: 0 }] },
    { memory: stage1, steps: [...start, off] },
    ...[cfgiCd, atcInv].map((one) => ({
      ...behindTwo,
      steps: [on, plug(0), plug(1), commands(one, tlbiAll, sync)],
    })),
    twoLevels(SPAN_OF_ONE),
    twoLevels(WITHIN_TWO),
    {
      ...twoLevels(WITHIN_TWO),
      memory: twoLevels(WITHIN_TWO).memory.slice(1),
      steps: [...start, become(VALID_BYPASS), commands(cfgiSte, sync)],
    },
    beyondSpan,
    { ...beyondSpan, steps: [plug(0), on] },
    ...[cfgiSte, cfgiCd, tlbiAll, atcInv].map((one) => ({
      memory: stage1,
      steps: [...start, commands(one, sync), acknowledge()],
      ...failing(2),
    })),
    { memory: stage1, steps: [...start, commands(tlbiAll, cfgiCd, sync), acknowledge(sync)], ...failing(2) },
    {
      memory: stage1,
      steps: [...start, commands(tlbiAll, cfgiCd, sync, tlbiAll, atcInv, sync), acknowledge()],
      ...failing(2),
    },
    { memory: bypass, steps: [...start, become(1n), commands(cfgiSte, sync)], ...failing(1) },
    { memory: stage1, steps: start, ...failing(1) },
  ];
}

function words(all: readonly Command[]): bigint[][] {
  return all.map((one) => [...one]);
}
