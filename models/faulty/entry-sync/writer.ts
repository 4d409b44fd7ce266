/** Bugs of the writer itself: which bits are prepared, in which order, and when hardware is told. */
import type { BugOf } from '../bug.ts';
import { update } from '../updates.ts';

const review =
  'Linux arm_smmu_write_entry and its review; "iommu/vt-d: Hitless PASID updates via entry_sync"';
const kunit = 'Linux arm-smmu-v3-test.c: what its pairs of entries guard against';
const TORN = ['entry-sync.torn-view', 'entry-sync.order'];

/** SHCFG = 1, use incoming: the one field of word 1 that bypass uses. */
const SHCFG = 0x1000_0000_0000n;
const ABORT = [0x1n];
const BYPASS = [0x9n, SHCFG];

export const writerBugs: readonly BugOf<'entry-sync'>[] = [
  {
    id: 'breaking-fill-off-by-one',
    area: 'entry-sync',
    history: 'draft of entry_sync for "iommu/vt-d: Hitless PASID updates", mended before v1 was posted',
    wrong: 'The fill after V=0 starts with the quantum of the valid bit and ends one short of the last.',
    source: 'entry_sync_template.h of the draft, ranges [0, v) and [v, N - 1)',
    rules: [...TORN, 'entry-sync.final', 'entry-sync.publish-last'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: 'write(trace, format, TARGET, validQuantum + 1, quanta, sync);',
        to: 'write(trace, format, TARGET, validQuantum, quanta - 1, sync);',
      },
    ],
    smallest: update('vtd-pasid', [0x41n, 0n, 0x1000n], [0x41n, 1n]),
  },
  {
    id: 'prepared-by-target-bits',
    area: 'entry-sync',
    history: kunit,
    wrong: 'What may be written ahead is taken from the used bits of the target, not of the entry in memory.',
    source: review,
    rules: [...TORN, 'entry-sync.hitless'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: 'const fixed = currentUsed[half]! & ~',
        to: 'const fixed = targetUsed[half]! & ~',
      },
    ],
    smallest: update('smmu-ste', ABORT, BYPASS),
  },
  {
    id: 'prepared-by-bits-of-either',
    area: 'entry-sync',
    history: kunit,
    wrong: 'Bits that only the target uses are held back until the swap, so that two quanta seem to differ.',
    source: review,
    rules: ['entry-sync.hitless'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: 'const fixed = currentUsed[half]! & ~',
        to: 'const fixed = (currentUsed[half]! | targetUsed[half]!) & ~',
      },
    ],
    smallest: update('smmu-ste', ABORT, BYPASS),
  },
  {
    id: 'difference-in-all-bits',
    area: 'entry-sync',
    history: kunit,
    wrong:
      'Quanta that differ in bits which the target ignores are counted too, and the entry is broken for them.',
    source: review,
    rules: ['entry-sync.hitless'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: 'if ((prepared & wanted) >>> 0 !== target)',
        to: 'if (halves[half]! !== target)',
      },
    ],
    smallest: update('smmu-ste', ABORT, BYPASS),
  },
  {
    id: 'critical-quantum-prepared',
    area: 'entry-sync',
    history: kunit,
    wrong:
      'Ignored bits of the quantum to be swapped are written ahead: a store and a sync more than needed.',
    source: review,
    rules: ['entry-sync.minimal-stores', 'entry-sync.minimal-syncs'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: '    halves.copyWithin(PREPARED + start, start, start + quantumHalves);\n',
        to: '',
      },
    ],
    smallest: update('smmu-cd', [], [0x8000_4000n]),
  },
  {
    id: 'swapped-before-prepared',
    area: 'entry-sync',
    history: kunit,
    wrong: 'The critical quantum is swapped before the others are prepared.',
    source: review,
    rules: TORN,
    edits: [
      {
        file: 'entry-sync.ts',
        from: '    write(trace, format, PREPARED, 0, quanta, sync);\n    write(trace, format, TARGET, critical, critical + 1, sync);\n',
        to: '    write(trace, format, TARGET, critical, critical + 1, sync);\n    write(trace, format, PREPARED, 0, quanta, sync);\n',
      },
    ],
    smallest: update('smmu-ste', [], BYPASS),
  },
  {
    id: 'not-prepared',
    area: 'entry-sync',
    history: kunit,
    wrong: 'The critical quantum is swapped although the others still hold what the old entry ignored.',
    source: review,
    rules: TORN,
    edits: [
      { file: 'entry-sync.ts', from: '    write(trace, format, PREPARED, 0, quanta, sync);\n', to: '' },
    ],
    smallest: update('smmu-ste', [], BYPASS),
  },
  {
    id: 'not-cleaned-up',
    area: 'entry-sync',
    history: kunit,
    wrong: 'What the new entry ignores is left in memory after the swap.',
    source: review,
    rules: ['entry-sync.final'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: '    write(trace, format, TARGET, critical, critical + 1, sync);\n    write(trace, format, TARGET, 0, quanta, sync);\n',
        to: '    write(trace, format, TARGET, critical, critical + 1, sync);\n',
      },
    ],
    smallest: update('smmu-ste', BYPASS, []),
  },
  {
    id: 'written-in-one-step',
    area: 'entry-sync',
    history: kunit,
    wrong: 'All quanta are written in ascending order with one sync at the end, whatever hardware uses.',
    source: review,
    rules: TORN,
    edits: [{ file: 'entry-sync.ts', from: 'if (differing === 0) {', to: 'if (differing >= 0) {' }],
    smallest: update('smmu-ste', [], BYPASS),
  },
  {
    id: 'always-breaking',
    area: 'entry-sync',
    history: kunit,
    wrong: 'Every update that touches a used bit goes through V=0.',
    source: review,
    rules: ['entry-sync.hitless'],
    edits: [
      {
        file: 'entry-sync.ts',
        from: '} else if ((differing & (differing - 1)) === 0) {',
        to: '} else if (false) {',
      },
    ],
    smallest: update('smmu-ste', ABORT, [0x9n]),
  },
];
