/** Bugs towards the host: nested tables, and commands that are passed on. */
import type { BugOf } from '../bug.ts';
import {
  CONTEXT,
  cfgiCd,
  cfgiSte,
  commands,
  nesting,
  on,
  plug,
  stage1,
  store,
  sync,
  tlbiAll,
  tlbiNsnh,
} from './cases.ts';

const RUN = 'smmu-nesting/run.ts';
const TABLES = 'smmu-nesting/host-tables.ts';
const OPCODES = 'smmu-nesting/opcodes.ts';
const M53 = 'M53: contract of IOMMU_HWPT_INVALIDATE on a virtual IOMMU';
const OTHER = 0x80n;
const twoUnits = { units: [{ vmid: 1 }, { vmid: 1 }] };
const behindSecond = { ...twoUnits, devices: [{ unit: 1 }] };
/** Two devices behind two units, with equal entries. */
const twoDevices = {
  ...twoUnits,
  smmu: { streamIdBits: 1 },
  streamTable: { base: 0x1000n, config: 1n },
  devices: [{}, { unit: 1, streamId: 1 }],
  memory: [0x1000n, 0x1040n].map((address) => ({ address, words: stage1() })),
};

export const hostBugs: readonly BugOf<'smmu-nesting'>[] = [
  {
    id: 'smmu-stream-id-untranslated',
    area: 'smmu-nesting',
    history: M53,
    wrong: 'Commands about a stream reach the host with the StreamID of the guest.',
    source: 'IHI 0070 4.3.7',
    rules: ['smmu-nesting.convert.stream'],
    edits: [{ file: RUN, from: '(low & LOW_32) | physical, high', to: 'low, high' }],
    smallest: nesting(stage1(), [plug(), on, commands(cfgiCd)]),
  },
  {
    id: 'smmu-stream-of-other-unit',
    area: 'smmu-nesting',
    history: M53,
    wrong: 'Commands about a stream reach the first unit, whichever its device is behind.',
    source: 'IHI 0070 4.3.7; review of the nesting series',
    rules: ['smmu-nesting.convert.stream', 'smmu-nesting.forward.descriptors', 'smmu-nesting.forward.atc'],
    edits: [
      {
        file: RUN,
        from: 'this.#batch.add(unit, this.#head, (low',
        to: 'this.#batch.add(0, this.#head, (low',
      },
    ],
    smallest: nesting(stage1(), [plug(), on, commands(cfgiCd)], behindSecond),
  },
  {
    id: 'smmu-vmid-of-guest',
    area: 'smmu-nesting',
    history: M53,
    wrong: 'CMD_TLBI_NH_* reaches the host with the VMID that the guest wrote.',
    source: 'IHI 0070 4.4.2',
    rules: ['smmu-nesting.convert.vmid'],
    edits: [
      {
        file: OPCODES,
        from: ': low & NOT_VMID;\n  return own |',
        to: ': 0n;\n  return own === 0n ? low : own |',
      },
    ],
    smallest: nesting(stage1(), [plug(), on, commands(tlbiAll)]),
  },
  {
    id: 'smmu-vmid-of-eight-bits',
    area: 'smmu-nesting',
    wrong: 'Of the VMID that the guest wrote the upper eight bits reach the host.',
    source: 'IHI 0070 4.4.2, SMMU_IDR0.VMID16',
    rules: ['smmu-nesting.convert.vmid'],
    edits: [{ file: OPCODES, from: '0xffff_0000_ffff_ffffn', to: '0xffff_ff00_ffff_ffffn' }],
    smallest: nesting(stage1(), [plug(), on, commands([0x10n | (0x8003n << 32n), 0n])]),
  },
  {
    id: 'smmu-nsnh-all-as-it-is',
    area: 'smmu-nesting',
    history: M53,
    wrong: 'CMD_TLBI_NSNH_ALL drops the translations of every guest and of the host.',
    source: 'IHI 0070 4.4.4',
    rules: ['smmu-nesting.convert.opcode'],
    edits: [{ file: OPCODES, from: '? TLBI_NH_ALL : low', to: '? TLBI_NSNH_ALL : low' }],
    smallest: nesting(stage1(), [plug(), on, commands(tlbiNsnh)]),
  },
  {
    id: 'smmu-nh-all-kept-back',
    area: 'smmu-nesting',
    history: 'QEMU smmuv3-accel: CMD_TLBI_NH_ALL returns before it is passed on where stage 2 is emulated',
    wrong: 'CMD_TLBI_NH_ALL does not reach the host.',
    source: 'IHI 0070 4.4.2.1',
    rules: ['smmu-nesting.forward.translations'],
    edits: [{ file: RUN, from: 'case 0x10:\n      case 0x11:', to: 'case 0x11:' }],
    smallest: nesting(stage1(), [plug(), on, commands(tlbiAll, sync)]),
  },
  {
    id: 'smmu-translations-of-one-unit',
    area: 'smmu-nesting',
    wrong: 'Translations are dropped on the first unit alone.',
    source: 'IHI 0070 4.4; review of the nesting series',
    rules: ['smmu-nesting.forward.translations'],
    edits: [{ file: RUN, from: 'if (!this.#translating[unit]) continue;', to: 'if (unit > 0) break;' }],
    smallest: nesting(stage1(), [plug(), on, commands(tlbiAll, sync)], behindSecond),
  },
  {
    id: 'smmu-descriptors-kept',
    area: 'smmu-nesting',
    wrong: 'CMD_CFGI_STE of an entry that stayed the same leaves its context descriptors cached.',
    source: 'IHI 0070 4.3.1',
    rules: ['smmu-nesting.forward.entry'],
    edits: [{ file: RUN, from: 'if (table && stream.table === table) this', to: 'if (unit < 0) this' }],
    smallest: nesting(stage1(), [plug(), on, commands(cfgiSte, sync)]),
  },
  {
    id: 'smmu-table-across-units',
    area: 'smmu-nesting',
    history:
      'review of "Add Nested Translation Support for SMMUv3", 2023: domains can not be shared by SMMUs',
    wrong: 'Devices behind two units share a nested table.',
    source: 'iommufd: a nested table belongs to the unit of its parent',
    rules: ['smmu-nesting.table.unit'],
    edits: [{ file: TABLES, from: 'one.unit === unit && ', to: '' }],
    smallest: nesting([], [on, plug(0), plug(1)], twoDevices),
  },
  {
    id: 'smmu-table-by-context-alone',
    area: 'smmu-nesting',
    wrong: 'Tables are shared by S1ContextPtr alone: what else an entry says is that of the first.',
    source: 'review of the nesting series; IHI 0070 5.2',
    rules: ['stream.stage-1', 'event.cfgi-ste', 'event.cfgi-range', 'event.cfgi-all', 'forward.entry'].map(
      (rule) => `smmu-nesting.${rule}`,
    ),
    edits: [{ file: TABLES, from: ' && one.word1 === word1', to: '' }],
    smallest: nesting(stage1(), [plug(), on, store(stage1(CONTEXT, 4n)), commands(cfgiSte, sync)]),
  },
  {
    id: 'smmu-field-of-host',
    area: 'smmu-nesting',
    wrong: 'MEV of the guest reaches the nested table, which the host then refuses.',
    source: 'iommufd: struct iommu_hwpt_arm_smmuv3',
    rules: ['smmu-nesting.table.mask'],
    edits: [{ file: 'smmu-nesting/guest-entries.ts', from: '0x3800_00ff', to: '0x3808_00ff' }],
    smallest: nesting(stage1(CONTEXT, 1n << 19n), [on, plug()]),
  },
  {
    id: 'smmu-reserved-bits-passed-on',
    area: 'smmu-nesting',
    wrong: 'Bits of word 0 that are reserved reach the nested table, which the host then refuses.',
    source: 'iommufd: struct iommu_hwpt_arm_smmuv3',
    rules: ['smmu-nesting.table.mask'],
    edits: [{ file: 'smmu-nesting/guest-entries.ts', from: 'high & 0xf8ff_ffff', to: 'high & 0xffff_ffff' }],
    smallest: nesting(stage1(CONTEXT | (1n << 56n)), [on, plug()], { smmu: { substreamIdBits: 1 } }),
  },
  {
    id: 'smmu-old-table-freed-first',
    area: 'smmu-nesting',
    wrong: 'The old nested table is freed before the device is attached to the new one.',
    source: 'iommufd: a table in use can not be freed',
    rules: ['smmu-nesting.table.in-use'],
    edits: [
      {
        file: RUN,
        from: "if (this.#host.call({ call: 'attach', device, to: table.number })) {",
        to: `if (stream.table) this.#host.release(stream.table);
    stream.table = undefined;
    if (this.#host.call({ call: 'attach', device, to: table.number })) {`,
      },
    ],
    smallest: nesting(stage1(), [plug(), on, store(stage1(OTHER)), commands(cfgiSte)]),
  },
  {
    id: 'smmu-blocked-on-the-way',
    area: 'smmu-nesting',
    history: 'Linux arm-smmu-v3 before 6.9: each attach wrote the entry through abort',
    wrong: 'A device that goes from one table to another is blocked between them.',
    source: 'IHI 0070 3.21.3; review of the nesting series',
    rules: ['smmu-nesting.table.replace'],
    edits: [
      {
        file: RUN,
        from: "if (this.#host.call({ call: 'attach', device, to: table.number })) {",
        to: `if (stream.kind !== undefined) this.#host.call({ call: 'attach', device, to: 'abort' });
    if (this.#host.call({ call: 'attach', device, to: table.number })) {`,
      },
    ],
    smallest: nesting(stage1(), [plug(), on]),
  },
  {
    id: 'smmu-let-through-on-the-way',
    area: 'smmu-nesting',
    wrong: 'A device that goes from one table to another has stage 2 alone between them.',
    source: 'IHI 0070 3.21.3; review of the nesting series',
    rules: ['smmu-nesting.table.replace'],
    edits: [
      {
        file: RUN,
        from: "if (this.#host.call({ call: 'attach', device, to: table.number })) {",
        to: `if (stream.table) this.#host.call({ call: 'attach', device, to: 'bypass' });
    if (this.#host.call({ call: 'attach', device, to: table.number })) {`,
      },
    ],
    smallest: nesting(stage1(), [plug(), on, store(stage1(OTHER)), commands(cfgiSte)]),
  },
  {
    id: 'smmu-failed-attach-leaks',
    area: 'smmu-nesting',
    wrong: 'The new table is not freed when the device could not be attached to it.',
    source: 'iommufd',
    rules: ['smmu-nesting.table.leak'],
    edits: [
      {
        file: RUN,
        from: 'this.#host.release(table);\n    return this.#block(stream);',
        to: 'return this.#block(stream);',
      },
    ],
    smallest: nesting(stage1(), [on, plug()], { failing: [{ call: 1 }] }),
  },
];
