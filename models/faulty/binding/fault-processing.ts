/** Bugs of FPD, which says that faults are not recorded, and nothing of the requests that an entry serves. */
import type { BugOf } from '../bug.ts';
import { at, binding, CONTEXT, DIRECTORY, ENTRY, enable, PASIDS, plug, ROOT, tables } from './bindings.ts';

const GUEST = 'binding/guest-entries.ts';
/** Pass-through with FPD. */
const silent = [0x103n];
const NOT_BOUND = [
  ...[
    'bind.first-stage',
    'bind.pass-through',
    'bind.unsupported',
    'event.enable',
    'event.plug',
    'event.root',
  ],
  ...['event.pasid-global', 'event.pasid-domain', 'event.pasid-selective', 'event.new-entry'],
  'event.context-cache',
].map((rule) => `binding.${rule}`);

export const faultProcessingBugs: readonly BugOf<'binding'>[] = [
  {
    id: 'entry-with-fpd-taken-for-absent',
    area: 'binding',
    wrong: 'A PASID table entry with FPD set serves nobody.',
    source: '9.6, FPD',
    rules: NOT_BOUND,
    edits: [
      {
        file: GUEST,
        from: 'pasidFault(this.#unit, this.halves, entry) !== 0',
        to: 'pasidFault(this.#unit, this.halves, entry) !== 0 || ((this.halves[entry] as number) & 2) !== 0',
      },
    ],
    smallest: binding({ memory: tables(silent), steps: [plug(), enable] }),
  },
  {
    id: 'directory-entry-with-fpd-taken-for-absent',
    area: 'binding',
    wrong: 'A PASID directory entry with FPD set leads nowhere.',
    source: '9.5, FPD',
    rules: NOT_BOUND,
    edits: [
      {
        file: GUEST,
        from: 'directoryFault(this.#unit, this.halves, directory) !== 0',
        to: 'directoryFault(this.#unit, this.halves, directory) !== 0 || ((this.halves[directory] as number) & 2) !== 0',
      },
    ],
    smallest: binding({
      memory: [
        ...[at(ROOT, CONTEXT | 1n), at(CONTEXT, DIRECTORY | 1n), at(DIRECTORY, ENTRY | 3n)],
        at(ENTRY, 0x101n),
      ],
      steps: [plug(), enable],
    }),
  },
  {
    id: 'entries-with-fpd-not-searched',
    area: 'binding',
    wrong: 'PASIDs whose entry has FPD set are passed over where all are looked for.',
    source: '9.6, FPD',
    rules: NOT_BOUND,
    edits: [
      {
        file: GUEST,
        from: 'if (((this.halves[table + 16 * index] as number) & 1) !== 0)',
        to: 'if (((this.halves[table + 16 * index] as number) & 3) === 1)',
      },
    ],
    smallest: binding({
      devices: [{ pasidBits: 7 }],
      memory: tables(silent, { pasid: 1, context: [PASIDS] }),
      steps: [plug(), enable],
    }),
  },
];
