/** Bugs of registers and completion events (VT-d 6.5.2.9, 6.5.2.10, 11.4). */
import type { BugOf } from '../bug.ts';
import { FENCE, load, queueAlone, read, STATUS, store, submit, WAIT_INTERRUPT, write } from './streams.ts';

const QUEUE = 'invalidation/invalidation-queue.ts';
const REGISTERS = 'invalidation/registers.ts';
const MASKED = 0x8000_0000n;
const interrupt = submit([WAIT_INTERRUPT]);
const withoutQueue = ({ iqa: _, ...without }: ReturnType<typeof queueAlone>) => without;

export const eventBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'queue-fetches-while-it-is-off',
    area: 'invalidation',
    wrong: 'A write of the tail makes the unit fetch from a queue that is not enabled.',
    source: '6.5.2',
    rules: ['invalidation.queue.off'],
    edits: [{ file: QUEUE, from: 'while (this.#state.queueing && this.head', to: 'while (this.head' }],
    smallest: withoutQueue(queueAlone({}, submit([0n]), read('FSTS'))),
  },
  {
    id: 'fetch-error-told-as-wrong-mode',
    area: 'invalidation',
    wrong: 'A descriptor that memory does not give is reported as a wrong table mode.',
    source: '11.4.9.9',
    rules: ['invalidation.queue.fetch-error'],
    edits: [{ file: QUEUE, from: 'this.#fail(FETCH_ERROR);', to: 'this.#fail(INVALID_MODE);' }],
    smallest: { ...queueAlone({}, submit([0n]), read('IQERCD')), iqa: 0x8000_0000n },
  },
  {
    id: 'translation-status-is-not-told',
    area: 'invalidation',
    wrong: 'TES of GSTS stays 0.',
    source: '11.4.4.2',
    rules: ['invalidation.register.global-status', 'invalidation.register.translation-enable'],
    edits: [{ file: REGISTERS, from: '(translating ? TRANSLATION_ENABLE : 0)', to: '(translating ? 0 : 0)' }],
    smallest: { ...withoutQueue(queueAlone({}, read('GSTS'))), translationEnabled: true },
  },
  {
    id: 'context-command-stays-busy',
    area: 'invalidation',
    wrong: 'ICC of CCMD stays set when the invalidation is done.',
    source: '11.4.6.1',
    rules: ['invalidation.register.ccmd', 'invalidation.register.ccmd-granularity'],
    edits: [
      {
        file: REGISTERS,
        from: '(high & 0x6000_0000) | (used << 27)',
        to: '(high & 0xe000_0000) | (used << 27)',
      },
    ],
    smallest: withoutQueue(queueAlone({}, write('CCMD', 0xa000_0000_0000_0000n), read('CCMD'))),
  },
  {
    id: 'iotlb-command-stays-busy',
    area: 'invalidation',
    wrong: 'IVT of IOTLB_REG stays set when the invalidation is done.',
    source: '11.4.6.3',
    rules: ['invalidation.register.iotlb', 'invalidation.register.iotlb-granularity'],
    edits: [
      {
        file: REGISTERS,
        from: '((high & 0x3003_ffff) | (used << 25))',
        to: '((high & 0xb003_ffff) | (used << 25))',
      },
    ],
    smallest: withoutQueue(queueAlone({}, write('IOTLB', 0x9000_0000_0000_0000n), read('IOTLB'))),
  },
  {
    id: 'errors-cleared-by-any-write',
    area: 'invalidation',
    wrong: 'Whatever is written to FSTS clears IQE.',
    source: '11.4.7.1',
    rules: ['invalidation.register.write-one-to-clear'],
    edits: [
      { file: QUEUE, from: 'this.errors &= ~(low & INVALIDATION_ERRORS);', to: 'this.errors &= low & 0;' },
    ],
    smallest: queueAlone({}, submit([0n]), store(0n, FENCE), write('FSTS', 0n), read('FSTS')),
  },
  {
    id: 'completion-cleared-by-zero',
    area: 'invalidation',
    wrong: 'A write of 0 to ICS clears IWC.',
    source: '11.4.9.4',
    rules: ['invalidation.register.completion-status'],
    edits: [
      {
        file: REGISTERS,
        from: 'if ((low & 1) !== 0) this.#queue.clearCompletion();',
        to: 'this.#queue.clearCompletion();',
      },
    ],
    smallest: queueAlone({}, interrupt, write('ICS', 0n), read('ICS')),
  },
  {
    id: 'event-stays-pending-without-completion',
    area: 'invalidation',
    wrong: 'Clearing IWC leaves the event that is pending.',
    source: '6.5.2.10, 11.4.9.5',
    rules: ['invalidation.wait.interrupt-dropped'],
    edits: [
      {
        file: QUEUE,
        from: '    this.waitCompleted = false;\n    this.interruptPending = false;\n  }\n\n  setMask',
        to: '    this.waitCompleted = false;\n  }\n\n  setMask',
      },
    ],
    smallest: queueAlone({}, interrupt, write('ICS', 1n), read('IECTL')),
  },
  {
    id: 'event-stays-pending-unmasked',
    area: 'invalidation',
    wrong: 'Clearing IM leaves the event pending that it sends.',
    source: '6.5.2.10, 11.4.9.5',
    rules: ['invalidation.wait.interrupt-unmasked'],
    edits: [{ file: QUEUE, from: 'if (!masked) this.interruptPending = false;', to: '' }],
    smallest: queueAlone({}, interrupt, write('IECTL', 0n), read('IECTL')),
  },
  {
    id: 'second-completion-makes-an-event',
    area: 'invalidation',
    wrong: 'A wait that finds IWC set makes an event all the same.',
    source: '6.5.2.9',
    rules: ['invalidation.wait.interrupt-once'],
    edits: [
      {
        file: QUEUE,
        from: 'if ((low & INTERRUPT_FLAG) === 0 || this.waitCompleted) return;',
        to: 'if ((low & INTERRUPT_FLAG) === 0) return;',
      },
    ],
    smallest: queueAlone({}, write('IECTL', 0n), interrupt, write('IECTL', MASKED), interrupt, read('IECTL')),
  },
  {
    id: 'every-wait-completes',
    area: 'invalidation',
    wrong: 'A wait without IF sets IWC.',
    source: '6.5.2.9',
    rules: ['invalidation.wait.no-interrupt'],
    edits: [
      {
        file: QUEUE,
        from: 'if ((low & INTERRUPT_FLAG) === 0 || this.waitCompleted) return;',
        to: 'if (this.waitCompleted) return;',
      },
    ],
    smallest: queueAlone({}, submit([FENCE]), read('ICS')),
  },
  {
    id: 'status-without-sw',
    area: 'invalidation',
    wrong: 'A wait without SW writes its status where its second word points to.',
    source: '6.5.2.9',
    rules: ['invalidation.wait.no-status', 'invalidation.wait.status'],
    edits: [
      {
        file: QUEUE,
        from: 'if ((low & STATUS_WRITE) !== 0) {',
        to: 'if ((halves[at + 2] as number) !== 0) {',
      },
    ],
    smallest: queueAlone({}, submit([FENCE | (1n << 32n), STATUS]), load(STATUS)),
  },
];
