/** Bugs of wait descriptors (VT-d 6.5.2.9, 6.5.2.10). */

import type { StreamStep } from '../../../spec/schema.ts';
import type { BugOf } from '../bug.ts';
import {
  ALL_CONTEXTS,
  ALL_MAPPINGS,
  ask,
  at,
  CONTEXT,
  CONTEXT_OF_DEVICE,
  complete,
  FENCE,
  firstStage,
  firstStageGigabyte,
  gigabyte,
  LOWER,
  legacy,
  load,
  MAPPINGS_OF_DOMAIN,
  MAPPINGS_OF_PASID,
  PAGE_OF_PASID,
  passing,
  passingEntry,
  queueAlone,
  ROOT,
  read,
  SECOND_SLOT,
  STATUS,
  scalable,
  secondStage,
  store,
  submit,
  TOP,
  threeLevels,
  unmapped,
  WAIT_INTERRUPT,
  WAIT_STATUS,
  write,
} from './streams.ts';

const QUEUE = 'invalidation/invalidation-queue.ts';
/** No mistake by itself: invalidations are put off until a wait. */
const doneAtWait = {
  file: 'invalidation/configuration.ts',
  from: "execution: 'at-once',",
  to: "execution: 'at-wait',",
} as const;
/** Whatever the last invalidation in front of a wait is to drop. */
const ofLast = [
  ...['context-global.context', 'context-domain.context-legacy', 'context-domain.context-scalable'],
  ...['context-device.context-legacy', 'context-device.context-scalable'],
  ...['pasid-global.pasid', 'pasid-domain.pasid', 'pasid-pasid.pasid'],
  ...['iotlb-global', 'iotlb-domain', 'iotlb-page'].flatMap((kind) =>
    ['iotlb-first-stage', 'iotlb-second-stage', 'first-stage', 'combined', 'second-stage'].map(
      (cache) => `${kind}.${cache}`,
    ),
  ),
  ...['iotlb-first-stage', 'iotlb-second-stage', 'first-stage', 'combined'].map(
    (cache) => `pasid-iotlb-pasid.${cache}`,
  ),
  ...['iotlb-first-stage', 'first-stage', 'combined'].map((cache) => `pasid-iotlb-page.${cache}`),
  ...['host-permission-global', 'host-permission-domain', 'host-permission-page'].flatMap((kind) => [
    `${kind}.host-permission`,
    `${kind}.host-permission-leaf`,
  ]),
];

/** Seventeen invalidations and a wait: sixteen of contexts, and last that of mappings. */
const seventeenThenWait = legacy(
  passing,
  {},
  ask(),
  store(CONTEXT, 0n),
  { step: 'submit', descriptors: [[ALL_CONTEXTS, 0n]], times: 16 },
  complete([ALL_MAPPINGS]),
  ask(),
);

/** Fewer invalidations, of which the last one counts. */
const lastBeforeWait = legacy(
  passing,
  {},
  ask(),
  store(ROOT, 0n),
  complete([ALL_CONTEXTS], [ALL_MAPPINGS]),
  ask(),
);

/** Sixteen waits, an invalidation that drops a first-stage page, and a wait. */
const seventeenthOfFirstStage = [PAGE_OF_PASID, MAPPINGS_OF_PASID, MAPPINGS_OF_DOMAIN].map((invalidation) =>
  scalable(
    firstStage,
    firstStageGigabyte,
    ask(),
    store(LOWER, 0n),
    { step: 'submit', descriptors: [[ALL_CONTEXTS, 0n]], times: 16 },
    complete([invalidation]),
    ask(),
  ),
);

/** An invalidation, a descriptor of no type, which is then made a wait, and the queue goes on. */
const errorBeforeWait = legacy(
  threeLevels,
  { profile: 'legacy-48', ...gigabyte },
  ask(),
  unmapped,
  submit([ALL_MAPPINGS], [0n]),
  store(SECOND_SLOT, FENCE),
  write('FSTS', 0x10n),
  ask(),
);

/** The same where slots are wide. */
const wideErrorBeforeWait = (
  change: StreamStep,
  slot: bigint,
  ...told: readonly (readonly bigint[])[]
): readonly StreamStep[] => [change, submit(...told, [0n]), store(slot, FENCE), write('FSTS', 0x10n), ask()];

export const waitBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'wait-with-status-and-interrupt-dies',
    area: 'invalidation',
    history: 'QEMU: an assertion of vtd_process_wait_desc, seen of 7.2 and 10.0',
    wrong: 'A wait that asks for a status write and an interrupt ends the emulator.',
    source: '6.5.2.9',
    rules: ['invalidation.answers'],
    edits: [
      {
        file: QUEUE,
        from: '    if ((low & INTERRUPT_FLAG) === 0 || this.waitCompleted) return;',
        to: "    if ((low & 0x30) === 0x30) throw new Error('assertion failed');\n    if ((low & INTERRUPT_FLAG) === 0 || this.waitCompleted) return;",
      },
    ],
    smallest: queueAlone({}, submit([WAIT_STATUS | WAIT_INTERRUPT])),
  },
  {
    id: 'status-of-sixteen-bits',
    area: 'invalidation',
    wrong: 'Of the status data of a wait 16 bits are written.',
    source: '6.5.2.9',
    rules: ['invalidation.wait.status', 'invalidation.wait.order'],
    edits: [
      {
        file: QUEUE,
        from: '& ~3) >>> 0, halves[at + 1] as number);',
        to: '& ~3) >>> 0, (halves[at + 1] as number) & 0xffff);',
      },
    ],
    smallest: queueAlone({}, submit([WAIT_STATUS | (1n << 48n), STATUS]), load(STATUS)),
  },
  {
    id: 'status-writes-a-whole-word',
    area: 'invalidation',
    wrong: 'A wait writes 64 bits of status, zeros above its data.',
    source: '6.5.2.9',
    rules: ['invalidation.wait.status'],
    edits: [
      {
        file: QUEUE,
        from: 'const kept = upper ? word & 0xffff_ffffn : word & 0xffff_ffff_0000_0000n;',
        to: 'const kept = upper ? word & 0xffff_ffffn : 0n;',
      },
    ],
    smallest: queueAlone(
      { memory: [{ address: STATUS, words: [1n << 32n] }] },
      submit([WAIT_STATUS, STATUS]),
      load(STATUS),
    ),
  },
  {
    id: 'status-address-above-haw',
    area: 'invalidation',
    history: 'QEMU: the status is written to the whole address, seen of 7.2 and 10.0',
    wrong: 'Bits of the status address above HAW are not ignored.',
    source: '6.5.2.9',
    rules: ['invalidation.wait.address-width'],
    edits: [
      {
        file: QUEUE,
        from: '((halves[at + 3] as number) & this.#state.capabilities.hostHigh) >>> 0;',
        to: '(halves[at + 3] as number) >>> 0;',
      },
    ],
    smallest: queueAlone({}, submit([WAIT_STATUS | (1n << 32n), STATUS | (1n << 63n)]), load(STATUS)),
  },
  {
    id: 'wait-without-interrupt-flag',
    area: 'invalidation',
    wrong: 'A wait with IF does not set IWC.',
    source: '6.5.2.9, 11.4.9.4',
    rules: ['interrupt', 'interrupt-pending', 'interrupt-sent'].map((rule) => `invalidation.wait.${rule}`),
    edits: [{ file: QUEUE, from: '    this.waitCompleted = true;\n', to: '' }],
    smallest: queueAlone({}, submit([WAIT_INTERRUPT]), read('ICS')),
  },
  {
    id: 'masked-event-is-lost',
    area: 'invalidation',
    wrong: 'A completion event that is masked is not kept pending.',
    source: '6.5.2.10, 11.4.9.5',
    rules: ['invalidation.wait.interrupt-pending'],
    edits: [
      { file: QUEUE, from: 'this.interruptPending = this.masked;', to: 'this.interruptPending = false;' },
    ],
    smallest: queueAlone({}, submit([WAIT_INTERRUPT]), read('IECTL')),
  },
  {
    id: 'events-stay-masked',
    area: 'invalidation',
    wrong: 'IM of IECTL cannot be cleared.',
    source: '11.4.9.5',
    rules: ['invalidation.register.completion-control', 'invalidation.wait.interrupt-unmasked'],
    edits: [{ file: QUEUE, from: '    this.masked = masked;\n', to: '' }],
    smallest: queueAlone({}, write('IECTL', 0n), read('IECTL')),
  },
  {
    id: 'invalidations-one-too-late',
    area: 'invalidation',
    wrong: 'The last invalidation before a wait is not done when the wait completes.',
    source: '6.5.2.9',
    rules: ofLast.map((cell) => `invalidation.match.${cell}`),
    edits: [
      doneAtWait,
      {
        file: 'invalidation/executor.ts',
        from: 'for (let index = 0; index < count; index++) this.#execute(',
        to: 'for (let index = 0; index < count - 1; index++) this.#execute(',
      },
    ],
    smallest: lastBeforeWait,
    others: [
      scalable(
        secondStage,
        { memory: [at(TOP, 0x81n)] },
        ask(),
        unmapped,
        complete([MAPPINGS_OF_PASID]),
        ask(),
      ),
      scalable(
        secondStage,
        { memory: [at(TOP, 0x4000_0081n)] },
        ask(),
        store(TOP, 0x81n),
        complete([MAPPINGS_OF_PASID]),
        ask(),
      ),
    ],
  },
  {
    id: 'seventeenth-before-a-wait-is-lost',
    area: 'invalidation',
    wrong: 'Of what is put off until a wait no more than sixteen invalidations are kept.',
    source: '6.5.2.9',
    rules: ofLast.map((cell) => `invalidation.match.${cell}`),
    edits: [
      doneAtWait,
      {
        file: 'invalidation/executor.ts',
        from: 'if (this.#pendingCount === MOST_PENDING) this.finish();',
        to: 'if (this.#pendingCount === 16) return;',
      },
    ],
    smallest: seventeenThenWait,
    others: seventeenthOfFirstStage,
  },
  {
    id: 'pending-lost-at-an-error',
    area: 'invalidation',
    wrong: 'What is put off until a wait is forgotten when the queue stops at an error.',
    source: '6.5.2.11: invalidations ahead of it are completed',
    rules: ofLast.map((cell) => `invalidation.match.${cell}`),
    edits: [
      doneAtWait,
      {
        file: QUEUE,
        from: 'this.errors |= QUEUE_ERROR;',
        to: 'this.errors |= QUEUE_ERROR;\n    this.#executor.reset();',
      },
    ],
    smallest: errorBeforeWait,
    others: [
      scalable(
        firstStage,
        firstStageGigabyte,
        ask(),
        ...wideErrorBeforeWait(store(LOWER, 0n), 0x20n, [PAGE_OF_PASID]),
      ),
      scalable(
        passingEntry,
        {},
        ask({ address: 0x4000_0000n }),
        ...wideErrorBeforeWait(store(ROOT, 0n), 0x40n, [CONTEXT_OF_DEVICE], [MAPPINGS_OF_DOMAIN]),
      ),
    ],
  },
];
