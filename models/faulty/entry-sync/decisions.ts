/** Bugs of what the entry writer decides: what may be written ahead, what differs, whether to break. */

import type { EntrySyncCase } from '../../../spec/schema.ts';
import type { BugOf, Edit } from '../bug.ts';
import { ablestProfile, update } from '../updates.ts';

const review = 'what the analysis of Linux arm_smmu_write_entry and of entry_sync guards against';
const TORN = ['entry-sync.torn-view', 'entry-sync.order'];
const NEEDLESS = ['entry-sync.minimal-stores', 'entry-sync.minimal-syncs'];

/** A stream table entry with Config 0, and one with Config 4 that uses SHCFG, in word 1. */
const ABORT = [0x1n];
const SHCFG = 0x1000_0000_0000n;
const MEV = 0x8_0000n;
const BYPASS = [0x9n, SHCFG];
/** PASID table entries of PGTT 1 and 2, and one of PGTT 3 (quantum 0) with FSPTPTR (quantum 1). */
const FIRST_STAGE = [0x41n];
const POINTED = [0x41n, 0n, 0x1000n];
const SECOND_STAGE = [0x81n];
const NESTED_ELSEWHERE = [0xc1n, 0n, 0x1000n];

/** V is bit 0 of word 1; word 0 is used when V is set. */
const validInSecond: EntrySyncCase = {
  ...{ area: 'entry-sync', profile: ablestProfile, format: 'synthetic' },
  layout: {
    ...{ quantumWords: 1, quanta: 2, valid: { word: 1, bit: 0 }, mode: { low: 1, width: 1 } },
    ...{
      modes: [
        [1n, 0n],
        [1n, 0n],
      ],
      safe: [0n, 0n],
    },
  },
  ...{ from: [0n, 1n], to: [1n, 3n] },
};

const edit = (from: string, to: string): Edit => ({ file: 'entry-plan.ts', from, to });

export const decisionBugs: readonly BugOf<'entry-sync'>[] = [
  {
    id: 'pasid-store-memory-in-bytes',
    area: 'entry-sync',
    history:
      'interface of entry_sync in v1 of "iommu/vt-d: Hitless PASID updates via entry_sync": a wrong length is no write',
    wrong:
      'The length of the scratch memory is compared in elements instead of bytes: the writer returns without a store.',
    source: 'entry_sync as posted in v1: memory_len is in bytes',
    rules: ['entry-sync.final'],
    edits: [edit('  plan.count = 0;\n', '  plan.count = 0;\n  if (quantumHalves === 4) return;\n')],
    smallest: update('vtd-pasid', [], FIRST_STAGE),
  },
  {
    id: 'prepared-by-target-bits',
    area: 'entry-sync',
    wrong: 'What may be written ahead is taken from the used bits of the target, not of the entry in memory.',
    source: review,
    rules: [...TORN, 'entry-sync.hitless', ...NEEDLESS],
    edits: [edit('const fixed = masks[currentUsed + half]! & ~', 'const fixed = wanted & ~')],
    smallest: update('vtd-pasid', POINTED, []),
  },
  {
    id: 'prepared-by-bits-of-either',
    area: 'entry-sync',
    wrong: 'Bits that only the target uses are held back until the swap, so that two quanta seem to differ.',
    source: review,
    rules: ['entry-sync.hitless', ...NEEDLESS],
    edits: [
      edit(
        'const fixed = masks[currentUsed + half]! & ~',
        'const fixed = (masks[currentUsed + half]! | wanted) & ~',
      ),
    ],
    smallest: update('smmu-ste', ABORT, BYPASS),
  },
  {
    id: 'difference-in-all-bits',
    area: 'entry-sync',
    wrong:
      'Quanta that differ in bits which the target ignores are counted too, and the entry is broken for them.',
    source: review,
    rules: ['entry-sync.hitless', ...NEEDLESS],
    edits: [edit('needed |= (next & wanted) ^ target;', 'needed |= current ^ target;')],
    smallest: update('smmu-ste', ABORT, BYPASS),
  },
  {
    id: 'critical-quantum-prepared',
    area: 'entry-sync',
    wrong:
      'Ignored bits of the quantum to be swapped are written ahead: a store and a sync more than needed.',
    source: review,
    rules: NEEDLESS,
    edits: [edit('sets.preparing & ~critical', 'sets.preparing')],
    smallest: update('vtd-pasid', [], FIRST_STAGE),
  },
  {
    id: 'two-quanta-as-hitless',
    area: 'entry-sync',
    wrong:
      'An update that changes used bits of several quanta is taken for hitless, one quantum after the other.',
    source: review,
    rules: TORN,
    edits: [edit('(critical & (critical - 1)) === 0', 'critical !== 0')],
    smallest: update('vtd-pasid', FIRST_STAGE, NESTED_ELSEWHERE),
  },
  {
    id: 'always-breaking',
    area: 'entry-sync',
    wrong: 'Every update that touches a used bit goes through V=0.',
    source: review,
    rules: ['entry-sync.hitless', ...NEEDLESS],
    edits: [edit('} else if ((critical & (critical - 1)) === 0) {', '} else if (false) {')],
    smallest: update('vtd-pasid', FIRST_STAGE, SECOND_STAGE),
  },
  {
    id: 'written-in-one-step',
    area: 'entry-sync',
    wrong: 'All quanta are written in ascending order with one sync at the end, whatever hardware uses.',
    source: review,
    rules: TORN,
    edits: [edit('if (critical === 0) {', 'if (critical >= 0) {')],
    smallest: update('vtd-pasid', [], [0x41n, 0n, 0x1000n]),
  },
  {
    id: 'valid-quantum-taken-for-first',
    area: 'entry-sync',
    history: 'draft of entry_sync before v1: its 128-bit writer lacked vbit_quanta',
    wrong:
      'The writer has no index of the quantum with the valid bit: a break clears quantum 0, wherever V is.',
    source: 'draft of the 128-bit writer of entry_sync: no vbit_quanta',
    rules: TORN,
    edits: [
      {
        file: 'synthetic.ts',
        from: 'validQuantum: Math.floor(valid.word / quantumWords)',
        to: 'validQuantum: 0',
      },
    ],
    smallest: validInSecond,
  },
  {
    id: 'safe-bits-not-masked',
    area: 'entry-sync',
    wrong: 'Bits are taken for safe that only one of the two entries uses.',
    source: review,
    rules: [...TORN, 'entry-sync.hitless', ...NEEDLESS],
    edits: [edit('~(safeMasks[unordered + half]! & wanted)', '~safeMasks[unordered + half]!')],
    smallest: update('smmu-ste', [0xdn, SHCFG | MEV], []),
  },
];
