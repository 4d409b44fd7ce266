/** Bugs of the queue and the registers around it (VT-d 6.5.1, 6.5.2, 11.4). */
import type { BugOf } from '../bug.ts';
import { FENCE, queueAlone, read, store, submit, wideQueueAlone, write } from './streams.ts';

const QUEUE = 'invalidation/invalidation-queue.ts';
const REGISTERS = 'invalidation/registers.ts';
const QUEUE_ERROR = 0x10n;
const faultStatus = read('FSTS');
/** An error that is not where it should be, or not there: the reason for it is what is blamed first. */
const formats = [
  ...['context', 'iotlb', 'device-tlb', 'interrupt-entry', 'wait', 'pasid-iotlb', 'pasid'],
  ...['pasid-device-tlb', 'page-group-response', 'host-permission'],
];
const ERRORS = [
  ...['invalid-type', 'wide-slots', 'width', 'tail-beyond', 'tail-alignment'].map(
    (rule) => `invalidation.queue.${rule}`,
  ),
  ...['legacy-128', 'legacy-256'].map((mode) => `invalidation.queue.mode.${mode}`),
  ...formats.map((format) => `invalidation.descriptor.${format}.reserved`),
  ...['context', 'iotlb', 'pasid-iotlb', 'pasid', 'host-permission'].map(
    (format) => `invalidation.descriptor.${format}.granularity`,
  ),
  ...['iotlb', 'device-tlb', 'pasid-device-tlb', 'page-group-response', 'host-permission'].map(
    (format) => `invalidation.descriptor.${format}.capability`,
  ),
];

export const queueBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'iqe-for-reserved-bit-of-iqt',
    area: 'invalidation',
    history: 'QEMU "Send IQE event when setting reserved bit in IQT_TAIL", e70e83f561, 9.2',
    wrong: 'A tail with bit 4 set is not taken note of in a queue of 256-bit slots.',
    source: '11.4.9.9',
    // A tail beyond the queue may have bit 4 too, and is then an error for either.
    rules: ['tail-alignment', 'tail-beyond', 'tail', 'width'].map((rule) => `invalidation.queue.${rule}`),
    edits: [
      {
        file: QUEUE,
        from: '    this.tail = low & 0x7_fff0;',
        to: '    if (this.wide && (low & 0x10) !== 0) return;\n    this.tail = low & 0x7_fff0;',
      },
    ],
    smallest: { ...wideQueueAlone({}, write('IQT', 0x10n), faultStatus), rtaddr: 0n },
  },
  {
    id: 'fix-for-iqa-reg-read-dropped-dw',
    area: 'invalidation',
    history: 'QEMU "Fix for IQA reg read dropped DW", 515457757f, 9.1',
    wrong: 'DW of IQA reads as 0.',
    source: '11.4.9.3',
    rules: ['invalidation.queue.address'],
    edits: [
      {
        file: REGISTERS,
        from: 'return join(queue.addressHigh, queue.addressLow);',
        to: 'return join(queue.addressHigh, queue.addressLow & ~0x800);',
      },
    ],
    smallest: { ...wideQueueAlone({}, read('IQA')), rtaddr: 0n },
  },
  {
    id: 'nothing-is-fetched-when-iqe-is-cleared',
    area: 'invalidation',
    history: 'QEMU: fetches only when IQT is written, seen of 7.2 and 10.0',
    wrong: 'After IQE is cleared the queue stands still until the tail is moved.',
    source: '6.5.2',
    rules: ['invalidation.queue.recovery', ...ERRORS],
    edits: [
      {
        file: QUEUE,
        from: '    this.errors &= ~(low & INVALIDATION_ERRORS);\n    this.fetch();',
        to: '    this.errors &= ~(low & INVALIDATION_ERRORS);',
      },
    ],
    smallest: queueAlone({}, submit([0n]), write('FSTS', QUEUE_ERROR), faultStatus),
    others: [queueAlone({}, submit([0n]), store(0n, FENCE), write('FSTS', QUEUE_ERROR), read('IQH'))],
  },
  {
    id: 'wide-queue-without-scalable-mode',
    area: 'invalidation',
    history: 'QEMU: DW counts with scalable mode only, seen of 7.2 and 10.0',
    wrong: 'A unit without scalable mode takes a queue of 256-bit slots.',
    source: '11.4.9.9',
    rules: ['invalidation.queue.width'],
    edits: [
      {
        file: QUEUE,
        from: 'if (this.wide ? !scalable && !abortDma : mode !== 0) return INVALID_WIDTH;',
        to: 'if (!this.wide && mode !== 0) return INVALID_WIDTH;',
      },
    ],
    smallest: { ...queueAlone({}, submit([FENCE]), faultStatus), iqa: 0x800n },
  },
  {
    id: 'queue-under-any-table-mode',
    area: 'invalidation',
    history: 'QEMU: the queue does not look at RTADDR.TTM, seen of 7.2 and 10.0',
    wrong: 'The queue works under a reserved translation table mode.',
    source: '6.5.2.11, Table 26',
    rules: ['reserved-128', 'reserved-256', 'abort-128', 'abort-256', 'scalable-128'].map(
      (mode) => `invalidation.queue.mode.${mode}`,
    ),
    edits: [
      {
        file: QUEUE,
        from: '    if (mode === 2 || (mode === 1 && !scalable) || (mode === 3 && !abortDma)) return INVALID_MODE;\n',
        to: '',
      },
      { file: QUEUE, from: '!scalable && !abortDma : mode !== 0', to: '!scalable && !abortDma : mode === 1' },
    ],
    smallest: { ...queueAlone({}, submit([FENCE]), faultStatus), rtaddr: 0x800n },
    others: [{ ...wideQueueAlone({}, submit([1n]), read('IQERCD')), rtaddr: 0x800n }],
  },
  {
    id: 'registers-invalidate-in-scalable-mode',
    area: 'invalidation',
    history: 'QEMU, seen of 7.2 and 10.0',
    wrong: 'CCMD and IOTLB_REG are served under a scalable-mode root table.',
    source: '6.5.1, 11.4.6.1',
    rules: ['invalidation.register.ccmd-granularity', 'invalidation.register.iotlb-granularity'],
    edits: [
      {
        file: REGISTERS,
        from: 'return tableMode(this.#state) === 0 && !this.#state.queueing;',
        to: 'return !this.#state.queueing;',
      },
    ],
    smallest: (({ iqa: _, ...without }) => without)(
      wideQueueAlone({}, write('CCMD', 0xa000_0000_0000_0000n), read('CCMD')),
    ),
  },
  {
    id: 'head-moves-over-what-is-wrong',
    area: 'invalidation',
    wrong: 'After an error the head stands behind the descriptor that made it.',
    source: '6.5.2.11',
    rules: ['invalidation.queue.stays-at-error', ...ERRORS],
    edits: [
      {
        file: QUEUE,
        from: '      if (invalid !== 0) {\n        this.#fail(invalid);',
        to: '      if (invalid !== 0) {\n        this.head = (this.head + this.slot) % this.size;\n        this.#fail(invalid);',
      },
    ],
    smallest: queueAlone({}, submit([0n]), read('IQH')),
    others: [
      queueAlone({}, submit([1n]), read('IQH')),
      wideQueueAlone({ profile: 'everything' }, submit([0x29n]), read('IQH')),
    ],
  },
  {
    id: 'queue-goes-on-while-iqe-is-set',
    area: 'invalidation',
    wrong: 'A write of the tail makes the unit fetch although IQE is set.',
    source: '6.5.2',
    rules: ['invalidation.queue.no-fetch-while-error', 'invalidation.queue.stays-at-error', ...ERRORS],
    edits: [
      {
        file: QUEUE,
        from: '    this.tail = low & 0x7_fff0;\n    this.fetch();',
        to: '    this.tail = low & 0x7_fff0;\n    this.errors = 0;\n    this.fetch();',
      },
    ],
    smallest: queueAlone({}, submit([0n]), write('IQT', 0n), faultStatus),
  },
  {
    id: 'queue-does-not-wrap',
    area: 'invalidation',
    wrong: 'After the last slot the head goes on behind the queue.',
    source: '6.5.2',
    rules: ['invalidation.queue.wrap', 'invalidation.queue.head'],
    edits: [
      {
        file: QUEUE,
        from: '      this.head = (this.head + this.slot) % this.size;\n      if (typeOf',
        to: '      this.head += this.slot;\n      if (typeOf',
      },
      { file: QUEUE, from: '    this.head %= this.size;\n', to: '' },
    ],
    smallest: queueAlone(
      {},
      { step: 'submit', descriptors: [[FENCE, 0n]], times: 255 },
      submit([FENCE]),
      read('IQH'),
    ),
  },
  {
    id: 'queue-off-keeps-its-head',
    area: 'invalidation',
    wrong: 'A queue that is disabled keeps its head.',
    source: '6.5.2, 11.4.4',
    rules: ['invalidation.queue.disable'],
    edits: [
      {
        file: QUEUE,
        from: '    this.#state.queueing = false;\n    this.head = 0;',
        to: '    this.#state.queueing = false;',
      },
    ],
    smallest: queueAlone({}, submit([FENCE]), write('GCMD', 0n), read('IQH')),
  },
  {
    id: 'empty-queue-taken-for-full',
    area: 'invalidation',
    wrong: 'A tail that is written where the head stands makes the unit fetch the whole queue.',
    source: '6.5.2',
    rules: ['invalidation.queue.empty'],
    edits: [
      {
        file: QUEUE,
        from: 'while (this.#state.queueing && this.head !== this.tail && (this.errors & (QUEUE_ERROR | TIMEOUT)) === 0) {',
        to: 'for (let isFirst = true; this.#state.queueing && (isFirst || this.head !== this.tail) && this.errors === 0; isFirst = false) {',
      },
    ],
    smallest: queueAlone({}, write('IQT', 0n), faultStatus),
  },
];
