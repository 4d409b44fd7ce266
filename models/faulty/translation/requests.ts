/** Bugs of what a request is held against before its tables are walked: checks that are made once too often. */
import type { BugOf } from '../bug.ts';
import { ROOT, scalable, translation } from '../tables.ts';

const SCALABLE_TABLES = 0x1400n;
/** PASIDE of the context entry is set. */
const WITH_PASIDS = [0x2000n, 0x3009n] as const;
const LAST_PASID = 0x1fff;
/** What a request comes to that is blocked by a check too many, and in which of its bits the page shows it. */
const PLAIN_PAGES = [
  ...['translation.pasid', 'translation.first-stage.1g', 'translation.first-stage.2m'],
  ...['translation.first-stage.4k', 'translation.permission', 'translation.translation-request.rights'],
];

export const requestBugs: readonly BugOf<'translation'>[] = [
  {
    id: 'last-pasid-of-the-directory',
    area: 'translation',
    wrong: 'The last PASID that the directory reaches is refused: it is taken for the number of PASIDs.',
    source: '9.4, PDTS: 2^(PDTS + 7) entries of 64 PASIDs',
    rules: ['SCT.7'],
    edits: [
      {
        file: 'scalable.ts',
        from: 'if (pasid >>> (((contextLow >>> 9) & 7) + 13) !== 0) return 0x46;',
        to: 'if (pasid >= 2 ** (((contextLow >>> 9) & 7) + 13) - 1) return 0x46;',
      },
    ],
    smallest: translation('first-stage-48', SCALABLE_TABLES, [ROOT, WITH_PASIDS], { pasid: LAST_PASID }),
  },
  {
    id: 'pasid-bits-without-one',
    area: 'translation',
    wrong: 'PSS is taken for the bits of a PASID, which has one more.',
    source: '11.4.3, ECAP.PSS',
    rules: ['SGN.10'],
    edits: [{ file: 'scalable.ts', from: 'pasid >>> unit.pasidBits', to: 'pasid >>> (unit.pasidBits - 1)' }],
    smallest: translation('first-stage-48', SCALABLE_TABLES, [ROOT, [0x2000n, 0x3e09n]], { pasid: 0x80000 }),
  },
  {
    id: 'upper-half-one-function-late',
    area: 'translation',
    wrong: 'The upper half of a scalable root entry is used from function 10.1 on instead of 10.0.',
    source: '9.2',
    rules: ['SRT.1', 'SRT.2', 'SRT.3', 'SCT.1', 'SCT.2', 'translation.ignored.root-half'],
    edits: [
      {
        file: 'scalable.ts',
        from: '(sourceId & 0x80) === 0 ? 0 : 2',
        to: '(sourceId & 0xff) > 0x80 ? 2 : 0',
      },
    ],
    smallest: translation('second-stage-48', SCALABLE_TABLES, [[0x1008n, 0x1n]], { sourceId: 0x80 }),
  },
  {
    id: 'requester-pasid-zero',
    area: 'translation',
    wrong: 'Requests without PASID use PASID 0, whatever RID_PASID says.',
    source: '9.4, RID_PASID; 3.4.3',
    rules: ['SPD.2', 'SPT.1', 'SPT.2', 'SPT.3', 'SPT.4.1', 'SPT.4.2', 'SFS.2', 'SGN.8.3', ...PLAIN_PAGES],
    edits: [
      {
        file: 'scalable.ts',
        from: 'const pasid = withPasid ? current.pasid : requesterPasid;',
        to: 'const pasid = withPasid ? current.pasid : 0 * requesterPasid;',
      },
    ],
    smallest: scalable('nested-48', [
      [0x2000n, 0x3001n, 1n],
      [0x4040n, 1n],
    ]),
  },
  {
    id: 'supervisors-barred-from-user-pages',
    area: 'translation',
    wrong:
      'Supervisor requests may not use user pages, as if there were a supervisor mode access prevention.',
    source: '3.6.1',
    rules: ['SGN.2', ...PLAIN_PAGES],
    edits: [
      {
        file: 'first-stage.ts',
        from: 'if (!privileged && (granted & USER) === 0) return 0x81;',
        to: 'if (privileged === ((granted & USER) !== 0)) return 0x81;',
      },
    ],
    smallest: scalable(
      'nested-48',
      [
        [0x2000n, 0x3009n],
        [0x4040n, 0x41n, 0n, 0x5001n],
        [0x5000n, 0x6025n],
        [0x6000n, 0xa5n],
      ],
      { pasid: 1, privileged: true },
    ),
  },
];
