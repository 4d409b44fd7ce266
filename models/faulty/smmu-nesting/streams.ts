/** Bugs of streams: where entries lie, what they say, and when they are read. */
import type { BugOf } from '../bug.ts';
import {
  BYPASS,
  CONTEXT,
  cfgiAll,
  cfgiSte,
  commands,
  nesting,
  off,
  on,
  plug,
  stage1,
  store,
  sync,
  TABLE,
  unplug,
} from './cases.ts';

const ENTRIES = 'smmu-nesting/guest-entries.ts';
const RUN = 'smmu-nesting/run.ts';
/** What a stream is that should be another, and the events that make it so. */
const STREAMS = ['stage-1', 'bypass', 'abort', 'bad-entry'].map((one) => `smmu-nesting.stream.${one}`);
const EVENTS = ['cfgi-ste', 'cfgi-range', 'cfgi-all', 'enable', 'plug'].map(
  (one) => `smmu-nesting.event.${one}`,
);
const LEVEL_1 = 0x2000n;
const twoLevel = (split: bigint) => ({ base: LEVEL_1, config: (1n << 16n) | (split << 6n) | 1n });
const behind = (descriptor: bigint, entry = TABLE) => [
  { address: LEVEL_1, words: [descriptor] },
  { address: entry, words: BYPASS },
];

export const streamBugs: readonly BugOf<'smmu-nesting'>[] = [
  {
    id: 'smmu-cfgi-range-ignored',
    area: 'smmu-nesting',
    history:
      'cloud-hypervisor pull request 8805, "Introduce ARM SMMUv3 emulated device": nothing done for ranges',
    wrong: 'CMD_CFGI_STE_RANGE is consumed and no entry is read again.',
    source: 'IHI 0070 4.3.2',
    rules: ['event.cfgi-range', 'event.cfgi-all', 'forward.entry'].map((rule) => `smmu-nesting.${rule}`),
    edits: [
      {
        file: RUN,
        from: 'return this.#renew(first - (first % count), count);',
        to: 'return first >= 0 || this.#renew(first, count);',
      },
    ],
    smallest: nesting([], [plug(), on, store(BYPASS), commands([0x04n, 0n], sync)]),
  },
  {
    id: 'smmu-cfgi-all-overflows',
    area: 'smmu-nesting',
    history: 'QEMU "hw/arm/smmuv3: Fix SMMU_CMD_CFGI_STE_RANGE handling"',
    wrong: 'The end of a range of all StreamIDs does not fit in 32 bits, so that CMD_CFGI_ALL reaches none.',
    source: 'IHI 0070 4.3.6',
    rules: ['event.cfgi-all', 'forward.entry'].map((rule) => `smmu-nesting.${rule}`),
    edits: [
      {
        file: RUN,
        from: 'const count = log2 === ALL_STREAMS ? 2 ** 32 : 2 ** (log2 + 1);',
        to: 'const count = (2 << log2) >>> 0 || -1;',
      },
    ],
    smallest: nesting([], [plug(), on, store(BYPASS), commands(cfgiAll, sync)]),
  },
  {
    id: 'smmu-range-not-aligned',
    area: 'smmu-nesting',
    wrong: 'A range begins at the StreamID of the command, not at a multiple of its size.',
    source: 'IHI 0070 4.3.2',
    rules: ['event.cfgi-range', 'event.cfgi-all', 'forward.entry'].map((rule) => `smmu-nesting.${rule}`),
    edits: [{ file: RUN, from: 'first - (first % count), count', to: 'first, count' }],
    smallest: nesting([], [plug(), on, store(BYPASS), commands([0x1_0000_0004n, 0n], sync)]),
  },
  {
    id: 'smmu-linear-base-not-aligned',
    area: 'smmu-nesting',
    history: 'QEMU "hw/arm/smmuv3: Align stream table base address to table size"',
    wrong: 'Low bits of STRTAB_BASE within a linear table count.',
    source: 'IHI 0070 6.3.24',
    rules: [...STREAMS, ...EVENTS],
    edits: [{ file: ENTRIES, from: ': log2Size + 6;', to: ': 6;' }],
    smallest: nesting(BYPASS, [plug(), on], { streamTable: { base: TABLE | 0x40n, config: 1n } }),
  },
  {
    id: 'smmu-alignment-within-sidsize',
    area: 'smmu-nesting',
    wrong: 'A table is aligned by LOG2SIZE as far as SIDSIZE goes, not as it was written.',
    source: 'IHI 0070 6.3.24',
    rules: [...STREAMS, ...EVENTS],
    edits: [{ file: ENTRIES, from: ': log2Size + 6;', to: ': this.#log2Size + 6;' }],
    smallest: nesting(BYPASS, [plug(), on], { streamTable: { base: TABLE | 0x80n, config: 2n } }),
  },
  {
    id: 'smmu-log2size-unchecked',
    area: 'smmu-nesting',
    history: 'QEMU "hw/arm/smmuv3: Check stream IDs against actual table LOG2SIZE"',
    wrong: 'StreamIDs are held against SIDSIZE alone, so that entries behind the table are used.',
    source: 'IHI 0070 6.3.25',
    rules: [...STREAMS, ...EVENTS, 'smmu-nesting.failure.stream'],
    edits: [
      {
        file: ENTRIES,
        from: 'Math.min(log2Size, this.#smmu.streamIdBits)',
        to: 'this.#smmu.streamIdBits',
      },
    ],
    smallest: nesting([], [on, plug()], {
      devices: [{ streamId: 1 }],
      memory: [{ address: TABLE + 64n, words: BYPASS }],
    }),
  },
  {
    id: 'smmu-reserved-split-refused',
    area: 'smmu-nesting',
    history: 'cloud-hypervisor pull request 8805, "Introduce ARM SMMUv3 emulated device", its review',
    wrong: 'A reserved SPLIT makes the table unusable in place of acting as 6.',
    source: 'IHI 0070 6.3.25',
    rules: [...STREAMS, ...EVENTS],
    edits: [
      {
        file: ENTRIES,
        from: 'this.#log2Size = Math.min(',
        to: 'const isRefused = this.#isTwoLevel && ![6, 8, 10].includes(split);\n    this.#log2Size = isRefused ? Number.NEGATIVE_INFINITY : Math.min(',
      },
    ],
    smallest: nesting([], [plug(), on], { streamTable: twoLevel(0n), memory: behind(TABLE | 1n) }),
  },
  {
    id: 'smmu-span-one-too-large',
    area: 'smmu-nesting',
    wrong: 'A level 2 array is taken for 2^Span entries, twice as many as there are.',
    source: 'IHI 0070 5.1',
    rules: [...STREAMS, ...EVENTS],
    edits: [{ file: ENTRIES, from: 'index >= 2 ** (span - 1)', to: 'index >= 2 ** span' }],
    smallest: nesting([], [on, plug()], {
      devices: [{ streamId: 1 }],
      streamTable: twoLevel(6n),
      memory: behind(TABLE | 1n, TABLE + 64n),
    }),
  },
  {
    id: 'smmu-level-2-pointer-not-aligned',
    area: 'smmu-nesting',
    wrong: 'Low bits of L2Ptr within its array count.',
    source: 'IHI 0070 5.1',
    rules: [...STREAMS, ...EVENTS],
    edits: [{ file: ENTRIES, from: 'pointer - (pointer % 2 ** (span + 5))', to: 'pointer - (pointer % 64)' }],
    smallest: nesting([], [plug(), on], { streamTable: twoLevel(6n), memory: behind(TABLE | 0x42n) }),
  },
  {
    id: 'smmu-disable-left-out',
    area: 'smmu-nesting',
    history: 'QEMU smmuv3-accel: clearing SMMUEN attaches nothing',
    wrong: 'When SMMUEN becomes 0 devices stay attached to the tables of the guest.',
    source: 'IHI 0070 6.3.9.6',
    rules: ['smmu-nesting.event.disable'],
    edits: [
      {
        file: RUN,
        from: 'this.#enabled = step.on;\n        this.#bindAll();',
        to: 'this.#enabled = step.on;\n        if (step.on) this.#bindAll();',
      },
    ],
    smallest: nesting([], [plug(), on, off]),
  },
  {
    id: 'smmu-enable-waits-for-commands',
    area: 'smmu-nesting',
    history: 'QEMU smmuv3-accel: entries are read at CMD_CFGI_STE only',
    wrong: 'When SMMUEN becomes 1 no entry is read before a command names it.',
    source: 'IHI 0070 6.3.9.6',
    rules: ['smmu-nesting.event.enable'],
    edits: [
      {
        file: RUN,
        from: 'this.#enabled = step.on;\n        this.#bindAll();',
        to: 'this.#enabled = step.on;\n        if (!step.on) this.#bindAll();',
      },
    ],
    smallest: nesting([], [plug(), on]),
  },
  {
    id: 'smmu-gbpa-while-enabled',
    area: 'smmu-nesting',
    history: 'QEMU smmuv3-accel: each write of GBPA attaches all devices',
    wrong: 'A write of GBPA changes streams while SMMUEN is 1.',
    source: 'IHI 0070 6.3.14',
    rules: ['smmu-nesting.event.gbpa'],
    edits: [
      {
        file: RUN,
        from: 'if (!this.#enabled) this.#bindAll();',
        to: `for (const stream of this.#streams) {
          if (stream.plugged) this.#give(stream, step.abort ? ABORT : BYPASS, undefined, false);
        }`,
      },
    ],
    smallest: nesting([], [plug(), on, { step: 'bypass', abort: false }]),
  },
  {
    id: 'smmu-plugged-device-not-attached',
    area: 'smmu-nesting',
    history: 'QEMU smmuv3-accel: only the first device is attached when it comes',
    wrong: 'A device that is plugged is not attached before a command names its stream.',
    source: 'IHI 0070 3.3.1; review of the nesting series',
    rules: ['smmu-nesting.event.plug'],
    edits: [
      { file: RUN, from: 'stream.plugged = true;\n    this.#bind(stream);', to: 'stream.plugged = true;' },
    ],
    smallest: nesting([], [plug()]),
  },
  {
    id: 'smmu-unplugged-device-left',
    area: 'smmu-nesting',
    wrong: 'A device that is unplugged stays attached to its table.',
    source: 'iommufd: a table in use can not be freed',
    rules: ['smmu-nesting.event.unplug', 'smmu-nesting.table.leak', 'smmu-nesting.table.in-use'],
    edits: [
      { file: RUN, from: 'if (table && this.#host.call(', to: 'if (table && device < 0 && this.#host.call(' },
    ],
    smallest: nesting(stage1(), [on, plug(), unplug()]),
  },
  {
    id: 'smmu-eats-lost',
    area: 'smmu-nesting',
    wrong: 'EATS of the guest does not reach the nested table, so that its device has no ATS.',
    source: 'IHI 0070 5.2, EATS',
    rules: ['smmu-nesting.stream.stage-1'],
    edits: [
      {
        file: ENTRIES,
        from: 'if (!ats || (modes & EATS) !== EATS_FULL) modes &= ~EATS;',
        to: 'modes &= ~EATS;',
      },
    ],
    smallest: nesting(stage1(CONTEXT, 1n << 28n), [on, plug()], { smmu: { ats: true } }),
  },
  {
    id: 'smmu-split-ats-accepted',
    area: 'smmu-nesting',
    wrong: 'Split-stage ATS, which is ILLEGAL without stage 2, is taken for no ATS.',
    source: 'IHI 0070 5.2, EATS, and 5.2.2',
    rules: [...STREAMS, ...EVENTS],
    edits: [{ file: ENTRIES, from: 'if (ats && (modes & EATS) === EATS_SPLIT) return ABORT;', to: '' }],
    smallest: nesting(stage1(CONTEXT, 2n << 28n), [on, plug()], { smmu: { ats: true } }),
  },
  {
    id: 'smmu-format-checked-without-table',
    area: 'smmu-nesting',
    wrong:
      'Two-level descriptors are refused where the guest has none, also in an entry with one descriptor.',
    source: 'IHI 0070 5.2, S1Fmt: IGNORED when S1CDMax is 0',
    rules: [...STREAMS, ...EVENTS],
    edits: [{ file: ENTRIES, from: 'if (isTable && !twoLevelDescriptors', to: 'if (!twoLevelDescriptors' }],
    smallest: nesting(stage1(CONTEXT | (1n << 4n)), [plug(), on]),
  },
  {
    id: 'smmu-read-once',
    area: 'smmu-nesting',
    wrong: 'CMD_CFGI_STE does not read the entry of a stream again that has a table.',
    source: 'IHI 0070 4.3.1',
    rules: EVENTS,
    edits: [
      {
        file: RUN,
        from: 'const { device, unit, streamId } = stream;\n',
        to: 'const { device, unit, streamId } = stream;\n    if (this.#enabled && stream.table) return true;\n',
      },
    ],
    smallest: nesting(stage1(), [plug(), on, store(BYPASS), commands(cfgiSte, sync)]),
  },
];
