/** Bugs of which bits the entry writer takes for safe. */
import type { BugOf, Edit } from '../bug.ts';
import { update } from '../updates.ts';

const edit = (from: string, to: string): Edit => ({ file: 'used-bits.ts', from, to });

export const safeBitBugs: readonly BugOf<'entry-sync'>[] = [
  {
    id: 'ste-no-safe-bits',
    area: 'entry-sync',
    history: '2781f2a930ab, "iommu/arm-smmu-v3: Add update_safe bits to fix STE update sequence"',
    wrong:
      'No bit is safe to change: a guest that toggles stage-1 bypass sees its stream table entry invalid.',
    source: 'KUnit pairs of nested stage-1 bypass and stage 2',
    rules: ['entry-sync.hitless', 'entry-sync.minimal-syncs'],
    edits: [edit('[0, 0, 0x1008_0000], [0, 0, 0x0008_0000]', '[0], [0]')],
    smallest: update('smmu-ste', [0xfn], [0xdn, 0x80000n]),
  },
  {
    id: 'ste-mev-critical',
    area: 'entry-sync',
    history: '"iommu/arm-smmu-v3: Mark STE MEV safe when computing the update sequence"',
    wrong: 'MEV counts as a bit that must not change in between, although events may be merged without it.',
    source: 'KUnit pairs of nested stage-1 bypass and stage 2',
    rules: ['entry-sync.hitless', 'entry-sync.minimal-syncs'],
    edits: [edit('[0, 0, 0x1008_0000], [0, 0, 0x0008_0000]', '[0, 0, 0x1000_0000], [0]')],
    smallest: update('smmu-ste', [0xfn], [0xdn, 0x80000n]),
  },
  {
    id: 'ste-full-ats-critical',
    area: 'entry-sync',
    history: '7cad80048595, "iommu/arm-smmu-v3: Mark EATS_TRANS safe when computing the update sequence"',
    wrong: 'EATS counts as a bit that must not change in between, although ATS is off while it does.',
    source: 'KUnit pairs of nested stage-1 bypass and stage 2',
    rules: ['entry-sync.hitless', 'entry-sync.minimal-syncs'],
    edits: [edit('[0, 0, 0x1008_0000], [0, 0, 0x0008_0000]', '[0, 0, 0x0008_0000], [0, 0, 0x0008_0000]')],
    smallest: update('smmu-ste', [0xfn], [0xdn, 0x1000_0000n]),
  },
];
