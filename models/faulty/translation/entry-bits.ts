/** Bugs of single bits and types of context and PASID entries, as walks show them. */
import type { BugOf } from '../bug.ts';
import { profile, ROOT, scalable, translation } from '../tables.ts';

/** A unit with both stages that can't nest them. */
const firstStage = profile('first-stage-48');
const SSTS = 1n << 46n;
const bothStages = { ...firstStage, name: 'both-stages', ecap: firstStage.ecap | SSTS };

export const entryBitBugs: readonly BugOf<'translation'>[] = [
  {
    id: 'nested-without-nesting',
    area: 'translation',
    wrong: 'A unit that has both stages walks them nested without being able to nest.',
    source: '9.6, PGTT 011b; 11.4.3, ECAP.NEST',
    rules: ['SPT.4.2'],
    edits: [
      {
        file: 'unit.ts',
        from: 'const nested = (ecapLow >>> 26) & 1;',
        to: 'const nested = ((ecapLow >>> 26) & 1) | (ecapHigh >>> 14) & (ecapHigh >>> 15) & 1;',
      },
    ],
    smallest: { ...scalable('first-stage-48', [[0x4000n, 0xc9n]]), profile: bothStages },
  },
  {
    id: 'bit-below-the-domain-id',
    area: 'translation',
    wrong:
      'The reserved bit between what software may use of a legacy context entry and its domain id is not checked.',
    source: '9.3',
    rules: ['LCT.3'],
    edits: [
      {
        file: 'entry-faults.ts',
        from: 'upper & (0xff00_0080 | (unit.domainIdReserved << 8))',
        to: 'upper & (0xff00_0000 | (unit.domainIdReserved << 8))',
      },
    ],
    smallest: translation('legacy-39', 0x1000n, [ROOT, [0x2000n, 0x1n, 0x81n]]),
  },
];
