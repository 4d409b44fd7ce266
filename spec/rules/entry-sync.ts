/** Rules of area entry-sync: what a sequence of stores and syncs that replaces a live entry must keep. */
import type { Rule } from '../rule.ts';

const areas = ['entry-sync'] as const;
const writer =
  'review of "iommu/vt-d: Hitless PASID updates via entry_sync", 2026-03; Linux arm_smmu_write_entry';
const syncReview = 'review of intel_pasid_sync, 2026-03-09 to 2026-03-24; VT-d 6.5.3.3; Arm IHI 0070 3.21.3';
const amd = 'Linux amd/iommu.c, update_dte256';

export const entrySyncRules: readonly Rule[] = [
  {
    id: 'entry-sync.atomic-store',
    areas,
    level: 'must',
    statement: 'Every store replaces exactly one quantum of the entry.',
    clause: 'VT-d 9 (128 bits); Arm IHI 0070 3.21.3 (64 bits)',
  },
  {
    id: 'entry-sync.torn-view',
    areas,
    level: 'must',
    statement: 'At no moment does memory hold a valid entry that in its used bits is neither old nor new.',
    clause: `Arm IHI 0070 3.21.3; VT-d 6.2.3.1; ${writer}`,
    note: 'Bits that are safe to change are left out. Only the bits count that reviewed table and hardware both use, unless the profile claims the reviewed table.',
  },
  {
    id: 'entry-sync.order',
    areas,
    level: 'must',
    statement: 'Stores that hardware must see one after the other have a sync between them.',
    clause: `Arm IHI 0070 3.21.3; VT-d 6.2.3.1; ${writer}`,
    note: 'Broken when memory itself was never torn, but a mix of values that pieces of the entry had since the last sync is: hardware may fetch or keep each piece at any time.',
  },
  {
    id: 'entry-sync.hitless',
    areas,
    level: 'must',
    statement:
      'Between two valid entries that differ in used bits of at most one quantum the entry stays valid.',
    clause: writer,
    note: 'For AMD: whenever the guest table keeps its number of levels.',
  },
  {
    id: 'entry-sync.breaking-window',
    areas,
    level: 'must',
    statement: 'Where two or more quanta differ in used bits, the entry is invalid in one window, not more.',
    clause: writer,
  },
  {
    id: 'entry-sync.cleared-quantum',
    areas,
    level: 'should',
    statement: 'While the entry is invalid the whole quantum of its valid bit is zero.',
    clause: writer,
    note: 'Hardware ignores the rest of it, FPD excepted; a half-cleared quantum is neither old nor new to a reader of memory.',
  },
  {
    id: 'entry-sync.publish-last',
    areas,
    level: 'should',
    statement: 'After a break the store that makes the entry valid again is the last one.',
    clause: writer,
  },
  {
    id: 'entry-sync.amd.interrupt-remapping',
    areas,
    level: 'must',
    statement: 'An update for DMA leaves the interrupt-remapping bits of word 2 as memory has them.',
    clause: amd,
  },
  {
    id: 'entry-sync.amd.level-change',
    areas,
    level: 'should',
    statement:
      'When the levels of the guest table and the lower half change, the entry is disabled and flushed first.',
    clause: amd,
  },
  {
    id: 'entry-sync.amd.pass-through-window',
    areas,
    level: 'may',
    statement: 'No moment lets DMA through untranslated.',
    clause: 'AMD IOMMU 2.2.2.1',
    note: 'Documented exception: the driver disables the entry with V=0 when the levels change, and to an AMD unit V=0 means pass-through, not blocking.',
  },
  {
    id: 'entry-sync.final',
    areas,
    level: 'must',
    statement: 'In the end memory holds the target bit for bit, zero where the target ignores bits.',
    clause: writer,
    note: 'Makers of entries set no bit that the entry itself does not use. A target that breaks this (FPD in an entry that is not present is such a bit for the reviewed table) makes the writer take its quantum for differing: cases are drawn without it, and a case that has it is judged by its end state and its syncs alone. AMD: interrupt-remapping bits stay as memory has them.',
  },
  {
    id: 'entry-sync.last-sync',
    areas,
    level: 'must',
    statement: 'A sync follows the last store.',
    clause: 'VT-d 6.5.3.3; Arm IHI 0070 3.21.3',
    note: 'Not for AMD when only the lower half is written: there the caller flushes. Nor for a PASID table entry that was not present, where the unit is coherent and CM is 0: no cache holds a copy.',
  },
  {
    id: 'entry-sync.minimal-stores',
    areas,
    level: 'should',
    statement: 'No store writes what memory holds, and none is there that the way of update does not need.',
    clause: writer,
  },
  {
    id: 'entry-sync.minimal-syncs',
    areas,
    level: 'should',
    statement: 'No sync without a store before it, and no more syncs than the way of update has steps.',
    clause: writer,
    note: 'At most prepare, swap and clean up; or invalidate, fill before and after, publish. Fewer is no breach.',
  },
  {
    id: 'entry-sync.idempotent',
    areas,
    level: 'should',
    statement: 'Writing what memory holds already stores and syncs nothing.',
    clause: writer,
  },
  {
    id: 'entry-sync.sync.flush',
    areas,
    level: 'must',
    statement: 'A unit that is not coherent gets the entry flushed before its cache is invalidated.',
    clause: syncReview,
  },
  {
    id: 'entry-sync.sync.invalidate',
    areas,
    level: 'must',
    statement: 'Every sync invalidates the cached copy of the entry, and for SMMUv3 waits for it.',
    clause: syncReview,
    note: 'A unit without CM holds no copy of a PASID table entry that was not present: review has it invalidated all the same, the architecture does not ask for it.',
  },
  {
    id: 'entry-sync.sync.nothing-else',
    areas,
    level: 'must',
    statement: 'A sync does nothing else: no IOTLB and no Device-TLB invalidation.',
    clause: syncReview,
    note: 'Translation caches belong to domain replacement: cleaning their tag after the entry is live is too late, and one Device-TLB invalidation after the update is enough.',
  },
];
