/** Bugs of what a sync does. */

import type { Profile } from '../../../spec/schema.ts';
import type { BugOf, Edit } from '../bug.ts';
import { ablestProfile, update } from '../updates.ts';

const FIRST_STAGE = [0x41n];
const SNOOP_CONTROL = 0x80n;
const incoherent: Profile = { ...ablestProfile, ecap: ablestProfile.ecap & ~1n };
const incoherentWithSnoopControl: Profile = { ...incoherent, ecap: incoherent.ecap | SNOOP_CONTROL };

const edit = (from: string, to: string): Edit => ({ file: 'entry-sync.ts', from, to });

export const syncBugs: readonly BugOf<'entry-sync'>[] = [
  {
    id: 'sync-flushes-translations',
    area: 'entry-sync',
    history: 'v1 of "iommu/vt-d: Hitless PASID updates via entry_sync", rejected in review',
    wrong: 'Each sync of an update invalidates IOTLB and Device-TLB too: thrice, and once too early.',
    source: 'review of intel_pasid_sync, 2026-03',
    rules: ['entry-sync.sync.nothing-else'],
    edits: [
      edit(
        "sync('invalidate-pasid-cache', 'wait')",
        "sync('invalidate-pasid-cache', 'invalidate-iotlb', 'invalidate-device-tlb', 'wait')",
      ),
      edit(
        "sync('flush-entry', 'invalidate-pasid-cache', 'wait')",
        "sync('flush-entry', 'invalidate-pasid-cache', 'invalidate-iotlb', 'invalidate-device-tlb', 'wait')",
      ),
    ],
    smallest: update('vtd-pasid', [], FIRST_STAGE),
  },
  {
    id: 'entry-not-flushed',
    area: 'entry-sync',
    wrong:
      'On a unit that does not snoop the caches of the processor the entry is not written back before the invalidation.',
    source: 'VT-d 6.2.3, ECAP.C',
    rules: ['entry-sync.sync.flush'],
    edits: [edit('coherent ? syncs.coherentPasid : syncs.flushedPasid', 'syncs.coherentPasid')],
    smallest: update('vtd-pasid', [], FIRST_STAGE, incoherent),
  },
  {
    id: 'entry-flushed-after-invalidation',
    area: 'entry-sync',
    wrong:
      'The entry is written back after its cached copy was invalidated: hardware may fetch the old one in between.',
    source: 'VT-d 6.2.3, ECAP.C',
    rules: ['entry-sync.sync.flush'],
    edits: [
      edit(
        "sync('flush-entry', 'invalidate-pasid-cache', 'wait')",
        "sync('invalidate-pasid-cache', 'flush-entry', 'wait')",
      ),
    ],
    smallest: update('vtd-pasid', [], FIRST_STAGE, incoherent),
  },
  {
    id: 'coherence-by-snoop-control',
    area: 'entry-sync',
    wrong: 'ECAP.SC is taken for ECAP.C: whether pages can be snooped says nothing of entries.',
    source: 'VT-d 11.4.3',
    rules: ['entry-sync.sync.flush'],
    edits: [edit('const COHERENT = 1n;', 'const COHERENT = 0x80n;')],
    smallest: update('vtd-pasid', [], FIRST_STAGE, incoherentWithSnoopControl),
  },
  {
    id: 'context-cache-invalidated-for-pasid',
    area: 'entry-sync',
    wrong: 'The context cache is invalidated instead of the PASID cache.',
    source: 'VT-d 6.5.2.2, 6.5.3.3',
    rules: ['entry-sync.sync.invalidate', 'entry-sync.sync.nothing-else'],
    edits: [edit("sync('invalidate-pasid-cache', 'wait')", "sync('invalidate-context-cache', 'wait')")],
    smallest: update('vtd-pasid', [], FIRST_STAGE),
  },
  {
    id: 'cfgi-not-waited-for',
    area: 'entry-sync',
    wrong: 'CFGI_STE is queued and no CMD_SYNC waits for it.',
    source: 'Arm IHI 0070 3.21.3',
    rules: ['entry-sync.sync.invalidate'],
    edits: [edit("sync('cfgi-ste', 'wait')", "sync('cfgi-ste')")],
    smallest: update('smmu-ste', [], [0x1n]),
  },
  {
    id: 'cfgi-cd-for-stream-entries',
    area: 'entry-sync',
    wrong: 'CFGI_CD is sent when a stream table entry changed: the cached entry stays.',
    source: 'Arm IHI 0070 4.3',
    rules: ['entry-sync.sync.invalidate', 'entry-sync.sync.nothing-else'],
    edits: [edit("sync('cfgi-ste', 'wait')", "sync('cfgi-cd', 'wait')")],
    smallest: update('smmu-ste', [], [0x1n]),
  },
];
