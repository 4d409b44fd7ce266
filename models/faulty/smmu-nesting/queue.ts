/** Bugs of the command queue: what it takes, what it refuses, and where it stands after a failure. */
import type { BugOf } from '../bug.ts';
import {
  ABORT,
  atcInv,
  CONTEXT,
  cfgiCd,
  cfgiSte,
  commands,
  nesting,
  on,
  plug,
  reserved,
  stage1,
  sync,
  tlbiAll,
} from './cases.ts';

const cloudHypervisor =
  'cloud-hypervisor pull request 8805, "Introduce ARM SMMUv3 emulated device", its review';
const OPCODES = 'smmu-nesting/opcodes.ts';
const RUN = 'smmu-nesting/run.ts';

export const queueBugs: readonly BugOf<'smmu-nesting'>[] = [
  {
    id: 'smmu-unknown-command-ignored',
    area: 'smmu-nesting',
    history: cloudHypervisor,
    wrong: 'A command with a reserved opcode is consumed without an error.',
    source: 'IHI 0070 4.1.3',
    rules: ['smmu-nesting.queue.illegal'],
    edits: [{ file: OPCODES, from: 'default:\n      return true;', to: 'default:\n      return false;' }],
    smallest: nesting([], [commands(reserved)]),
  },
  {
    id: 'smmu-secure-command-accepted',
    area: 'smmu-nesting',
    history: cloudHypervisor,
    wrong: 'SSec of a configuration command is not looked at.',
    source: 'IHI 0070 4.1.6',
    rules: ['smmu-nesting.queue.illegal'],
    edits: [
      {
        file: OPCODES,
        from: 'case 0x06:\n      return (low & SSEC) !== 0n;',
        to: 'case 0x06:\n      return false;',
      },
    ],
    smallest: nesting([], [commands([0x401n, 0n])]),
  },
  {
    id: 'smmu-atc-inv-without-ats',
    area: 'smmu-nesting',
    history: cloudHypervisor,
    wrong: 'CMD_ATC_INV is consumed although the guest has no ATS.',
    source: 'IHI 0070 4.5.1',
    rules: ['smmu-nesting.queue.illegal'],
    edits: [{ file: OPCODES, from: 'return !ats;', to: 'return false;' }],
    smallest: nesting([], [commands([0x40n, 0n])]),
  },
  {
    id: 'smmu-sync-of-reserved-signal',
    area: 'smmu-nesting',
    history: 'OpenVMM pull request 3661, "smmu: fix spec deviations found by IHI 0070H.a audit"',
    wrong: 'CMD_SYNC with the reserved completion signal 0b11 is consumed.',
    source: 'IHI 0070 4.7.3',
    rules: ['smmu-nesting.queue.illegal'],
    edits: [{ file: OPCODES, from: 'return (low & 0x3000n) === 0x3000n;', to: 'return false;' }],
    smallest: nesting([], [commands([0x3046n, 0n])]),
  },
  {
    id: 'smmu-bad-entry-as-command-error',
    area: 'smmu-nesting',
    history: 'QEMU smmuv3-accel: an entry whose Config is not known fails the command',
    wrong: 'CMD_CFGI_STE of an entry that asks for stage 2 stops the queue with CERROR_ILL.',
    source: 'IHI 0070 4.3.1, 7.3.5',
    rules: ['smmu-nesting.queue.bad-entry'],
    edits: [
      {
        file: 'smmu-nesting/guest-entries.ts',
        from: 'return config === 5 ? this.#stage1(halves, at) : ABORT;',
        to: 'return config > 5 ? STAGE_1 + 1 : config === 5 ? this.#stage1(halves, at) : ABORT;',
      },
      {
        file: RUN,
        from: 'if (kind !== STAGE_1) {',
        to: 'if (kind > STAGE_1) return this.#block(stream);\n    if (kind !== STAGE_1) {',
      },
    ],
    smallest: nesting([0xdn], [plug(), on, commands(cfgiSte)]),
  },
  {
    id: 'smmu-unknown-stream-as-command-error',
    area: 'smmu-nesting',
    history: 'Linux arm_vsmmu_cache_invalidate: a StreamID without a device is an error, which VMMs pass on',
    wrong: 'CMD_CFGI_CD of a StreamID that no device has stops the queue with CERROR_ILL.',
    source: 'IHI 0070 4.1.7; iommufd, virtual IOMMUs',
    rules: ['smmu-nesting.queue.unknown-stream'],
    edits: [
      {
        file: RUN,
        from: 'this.#forward(opcode === 0x40, low, high);\n        return true;',
        to: `this.#forward(opcode === 0x40, low, high);
        if (this.#streams.some((one) => one.plugged && one.streamId === Number(low >> 32n))) return true;
        this.#flush();
        this.#stopped = true;
        return false;`,
      },
    ],
    smallest: nesting([], [commands(cfgiCd)]),
  },
  {
    id: 'smmu-acknowledged-command-skipped',
    area: 'smmu-nesting',
    wrong: 'When an error is acknowledged the queue goes on behind the command that failed.',
    source: 'IHI 0070 7.1',
    rules: ['illegal', 'resumed', 'legal', 'bad-entry', 'unknown-stream'].map(
      (rule) => `smmu-nesting.queue.${rule}`,
    ),
    edits: [
      {
        file: RUN,
        from: '        this.#stopped = false;\n',
        to: '        if (this.#stopped && !step.commands) this.#head++;\n        this.#stopped = false;\n',
      },
    ],
    smallest: nesting([], [commands(reserved), { step: 'acknowledge' }]),
  },
  {
    id: 'smmu-batch-over-reported',
    area: 'smmu-nesting',
    history: 'M52: Linux arm_vsmmu_cache_invalidate counts commands that were converted and not issued',
    wrong: 'Of a batch that the host did half-way all but the last command is taken for done.',
    source: 'IOMMU_HWPT_INVALIDATE: entry_num is what was handled',
    rules: ['smmu-nesting.failure.exact'],
    edits: [
      {
        file: 'smmu-nesting/batch.ts',
        from: 'places[Math.min(this.#host.handled, commands.length - 1)]',
        to: 'places[commands.length - 1]',
      },
    ],
    smallest: nesting(
      stage1(),
      [plug(), on, commands(tlbiAll, cfgiCd, sync), { step: 'acknowledge', commands: [sync] }],
      { failing: [{ call: 3 }] },
    ),
  },
  {
    id: 'smmu-failed-batch-forgotten',
    area: 'smmu-nesting',
    wrong: 'Commands that the host did not do are consumed without an error.',
    source: 'IHI 0070 4.8; review of the nesting series',
    rules: ['translations', 'descriptors', 'entry', 'atc'].map((rule) => `smmu-nesting.forward.${rule}`),
    edits: [
      {
        file: RUN,
        from: 'if (failed === ALL_DONE) return true;',
        to: 'if (failed !== undefined) return true;',
      },
    ],
    smallest: nesting(stage1(), [plug(), on, commands(tlbiAll, sync)], { failing: [{ call: 3 }] }),
  },
  {
    id: 'smmu-failed-attach-consumed',
    area: 'smmu-nesting',
    wrong:
      'CMD_CFGI_STE and CMD_SYNC are consumed although the host refused to attach the device, which stays as it was.',
    source: 'IHI 0070 4.8',
    rules: ['failure.stream', 'event.cfgi-ste', 'event.cfgi-range', 'event.cfgi-all'].map(
      (rule) => `smmu-nesting.${rule}`,
    ),
    edits: [
      {
        file: RUN,
        from: 'if (!this.#bind(stream)) {',
        to: 'if (!this.#bind(stream) && stream.device < 0) {',
      },
      {
        file: RUN,
        from: 'if (stream.kind !== ABORT) this.#give',
        to: 'if (stream.kind === undefined) this.#give',
      },
    ],
    smallest: nesting(
      [0x9n],
      [plug(), on, { step: 'store', address: 0x1000n, words: ABORT }, commands(cfgiSte, sync)],
      {
        failing: [{ call: 1 }],
      },
    ),
  },
  {
    id: 'smmu-order-of-caches-lost',
    area: 'smmu-nesting',
    wrong:
      'CMD_SYNC does not wait: what it should order is collected in one batch with what comes behind it.',
    source: 'IHI 0070 4.3.6, 4.8',
    rules: ['smmu-nesting.forward.order'],
    edits: [
      {
        file: RUN,
        from: 'case 0x46:\n        return this.#flush();',
        to: 'case 0x46:\n        return true;',
      },
    ],
    smallest: nesting(stage1(CONTEXT, 1n << 28n), [plug(), on, commands(tlbiAll, sync, atcInv, sync)], {
      smmu: { ats: true },
    }),
  },
  {
    id: 'smmu-prefetch-of-a-substream-refused',
    area: 'smmu-nesting',
    wrong: 'SSV of a prefetch, which tells that it has a SubstreamID, is taken for SSec beside it.',
    source: 'IHI 0070 4.2',
    rules: ['smmu-nesting.queue.legal'],
    edits: [{ file: 'smmu-nesting/opcodes.ts', from: 'const SSEC = 0x400n;', to: 'const SSEC = 0xc00n;' }],
    smallest: nesting([], [commands([0x802n, 0n])], {
      smmu: { substreamIdBits: 1 },
      streamTable: { base: 0n, config: 0n },
    }),
  },
];
