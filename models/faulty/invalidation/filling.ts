/** Bugs of what caches may hold and what empties them: CM, torn entries, SRTP, TE, page requests (VT-d 6, 7.1). */
import type { BugOf } from '../bug.ts';
import {
  ask,
  at,
  CONTEXT,
  DIRECTORY,
  ENTRY,
  FIRST_STAGE_GIGABYTE,
  FIRST_STAGE_TABLE,
  firstStage,
  GIGABYTE,
  LOWER,
  legacy,
  passing,
  passingEntry,
  queueAlone,
  ROOT,
  scalable,
  secondStage,
  store,
  TOP,
  threeLevels,
  unmapped,
  withoutQueue,
  write,
} from './streams.ts';

const REGISTERS = 'invalidation/registers.ts';
const UNIT = 'invalidation/caching-unit.ts';
/** GCMD with QIE and SRTP, with TE too, and with QIE alone. */
const KEEP = 0x8400_0000n;
const SET_ROOT = 0x4000_0000n;
const OFF = 0x0400_0000n;
/** DTE and PRE of the context entry. */
const PAGE_REQUESTS = 0x14n;
const gigabyte = { memory: [at(TOP, GIGABYTE)] };
const withCachedFaults = {
  file: UNIT,
  from: 'entries.reset(faults && capabilities.cachingMode);',
  to: 'entries.reset(faults);',
};

export const fillingBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'reset-caches-at-srtp',
    area: 'invalidation',
    history: 'QEMU "reset_caches", 06aba4ca52, 3.1: SRTP',
    wrong: 'A new root table leaves the caches as they are although CAP.ESRTPS is set.',
    source: '6.6, 11.4.2 (ESRTPS)',
    rules: ['invalidation.event.srtp'],
    edits: [
      {
        file: REGISTERS,
        from: 'if (capabilities.rootEmptiesCaches) this.#executor.dropEverything();',
        to: '',
      },
    ],
    smallest: withoutQueue(
      legacy(
        threeLevels,
        { profile: 'second-stage-48', memory: [at(TOP, 0x81n)] },
        ask(),
        unmapped,
        write('GCMD', 0xc000_0000n),
        ask(),
      ),
    ),
    others: [
      withoutQueue(
        legacy(
          threeLevels,
          { profile: 'second-stage-48', memory: [at(TOP, 0x4000_0081n)] },
          ask(),
          store(TOP, 0x81n),
          write('GCMD', 0xc000_0000n),
          ask(),
        ),
      ),
    ],
  },
  {
    id: 'reset-caches-at-te',
    area: 'invalidation',
    history: 'QEMU "reset_caches", 06aba4ca52, 3.1: TE',
    wrong: 'Turning translation off leaves the caches of a unit with scalable mode as they are.',
    source: '11.4.4 (TE)',
    rules: ['invalidation.event.translation-off'],
    edits: [
      {
        file: REGISTERS,
        from: 'if (state.translating && !translating && capabilities.scalable) this.#executor.dropEverything();',
        to: '',
      },
    ],
    smallest: scalable(
      passingEntry,
      { profile: 'second-stage-no-snoop' },
      ask(),
      store(ENTRY, 0n),
      write('GCMD', OFF),
      write('GCMD', OFF | SET_ROOT),
      write('GCMD', KEEP),
      ask(),
    ),
  },
  {
    id: 'root-table-counts-at-once',
    area: 'invalidation',
    wrong: 'RTADDR counts as soon as it is written, not when SRTP latches it.',
    source: '11.4.5, 11.4.4 (SRTP)',
    rules: ['invalidation.register.root-table', 'invalidation.fresh'],
    edits: [
      {
        file: REGISTERS,
        from: "        this.#setRoot(high, low);\n        break;\n      case 'CCMD':",
        to: "        this.#setRoot(high, low);\n        this.#state.rootHigh = this.#rootHigh;\n        this.#state.rootLow = this.#rootLow;\n        break;\n      case 'CCMD':",
      },
    ],
    smallest: {
      ...queueAlone({ profile: 'nested-48' }, write('RTADDR', 0n), ask()),
      ...{ rtaddr: 0x400n, translationEnabled: true },
    },
    others: [legacy([0x9n, 1n], {}, write('RTADDR', 0n), ask())],
  },
  {
    id: 'faults-cached-without-cm',
    area: 'invalidation',
    wrong: 'Entries that fault are cached although CAP.CM is 0.',
    source: '6.1',
    rules: ['context', 'pasid', 'second-stage'].map((cache) => `invalidation.caching-mode.${cache}`),
    edits: [withCachedFaults],
    smallest: legacy([], {}, ask(), store(CONTEXT, ...passing), ask()),
    others: [
      legacy([], {}, ask(), store(CONTEXT, 0x9n, 1n), ask()),
      legacy(threeLevels, {}, ask(), store(TOP, 0x81n), ask()),
      withoutQueue(scalable([], {}, ask(), store(ENTRY, ...passingEntry), ask())),
      withoutQueue(scalable([], {}, ask(), store(DIRECTORY, 0n), ask())),
    ],
  },
  {
    id: 'first-stage-faults-cached',
    area: 'invalidation',
    wrong: 'With CAP.CM faults of the first stage are cached too.',
    source: '6.2.4.1',
    rules: ['invalidation.caching-mode.first-stage'],
    edits: [
      {
        file: 'invalidation/answer-caches.ts',
        from: 'else if (this.keepsFaults && tags.type === SECOND_STAGE && !isUnreadable(code))',
        to: 'else if (this.keepsFaults && !isUnreadable(code))',
      },
      {
        file: 'invalidation/answer-caches.ts',
        from: 'const scalableFaults = new Set([0x78,',
        to: 'const scalableFaults = new Set([0x71, 0x78,',
      },
    ],
    smallest: scalable(
      firstStage,
      { cap: 0x80n, memory: [at(TOP, LOWER | FIRST_STAGE_TABLE)] },
      ask(),
      store(LOWER, FIRST_STAGE_GIGABYTE),
      ask(),
    ),
  },
  {
    id: 'page-request-drops-nothing',
    area: 'invalidation',
    wrong: 'A page request is queued without what the unit has of its page being dropped.',
    source: '6.5.3.1, Table 27',
    rules: ['first-stage', 'second-stage', 'nested', 'pass-through'].map(
      (type) => `invalidation.event.page-request.${type}`,
    ),
    edits: [
      {
        file: 'invalidation/requests.ts',
        from: '    executor.pageRequest(current.high, current.low);\n',
        to: '',
      },
    ],
    smallest: scalable(
      secondStage,
      { ...gigabyte, flags: PAGE_REQUESTS },
      ask(),
      store(TOP, 0n),
      ask({ kind: 'page-request' }),
      ask(),
    ),
  },
  {
    id: 'ats-served-without-translation',
    area: 'invalidation',
    wrong: 'Translated requests reach memory while translation is off.',
    source: '4.2.1',
    rules: ['invalidation.translation-off.ats'],
    edits: [
      {
        file: 'invalidation/requests.ts',
        from: "if (kind === undefined || kind === 'untranslated') return",
        to: "if (kind !== 'translation' && kind !== 'page-request') return",
      },
    ],
    smallest: queueAlone({ profile: 'legacy-48' }, ask({ kind: 'translated' })),
  },
  {
    id: 'translated-while-off',
    area: 'invalidation',
    wrong: 'Requests are translated although TES is 0.',
    source: '11.4.4 (TE)',
    rules: ['invalidation.translation-off', 'invalidation.translation-off.pasid'],
    edits: [
      {
        file: 'invalidation/requests.ts',
        from: 'if (!state.translating) {',
        to: 'if (!state.translating && asked.op === asked.kind) {',
      },
    ],
    smallest: queueAlone({}, ask()),
    others: [
      { ...legacy([ROOT | 1n, 1n], {}, ask()), translationEnabled: false },
      {
        ...withoutQueue(
          scalable(
            firstStage,
            {
              profile: 'first-stage-48',
              flags: 8n,
              memory: [at(TOP, LOWER | 0x25n), at(LOWER, 0x4000_00a5n)],
            },
            ask({ pasid: 0 }),
          ),
        ),
        translationEnabled: false,
      },
    ],
  },
  {
    id: 'entries-read-word-by-word',
    area: 'invalidation',
    wrong: 'Entries are read in pieces of 64 bits: a store of 128 bits may fall between two of them.',
    source: '7.1',
    rules: ['invalidation.torn'],
    edits: [{ file: 'invalidation/interleaving.ts', from: 'const PIECE = 4;', to: 'const PIECE = 2;' }],
    smallest: legacy(
      threeLevels,
      { profile: 'second-stage-48', memory: [at(TOP, GIGABYTE)] },
      ask({}, [{ address: CONTEXT, words: [9n, 2n] }]),
    ),
  },
];
