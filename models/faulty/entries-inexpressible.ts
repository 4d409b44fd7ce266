/** Bugs of drivers around entries that happened upstream and that no update of one entry can show. */
import type { Inexpressible } from './bug.ts';

export const inexpressibleOfEntries: readonly Inexpressible[] = [
  {
    history: 'iommu/arm-smmu-v3: no dma_wmb before the first store of an entry',
    reason: 'A trace holds the stores to the entry alone: what it points to is written before it begins.',
  },
  {
    history:
      'iommu/arm-smmu-v3 before 6.9: context descriptors cleared or rewritten before the stream table entry',
    reason: 'An update is of one entry; which of two entries comes first belongs to who attaches domains.',
  },
  {
    history: 'iommu/arm-smmu-v3: a zero descriptor instead of one with EPD0 at the release of a process',
    reason: 'The target is part of the case: nobody here makes an entry from a domain.',
  },
  {
    history: 'iommu/arm-smmu-v3: used bits of a descriptor without a look at EPD0',
    reason:
      'A table that names more bits than hardware uses is sound, and where EPD0 is ignored they are used.',
  },
  {
    history: 'review of entry_sync: SSEE, ERE, NXE and SMEP in the used bits of PASID table entries',
    reason: 'They are reserved bits of a present entry, which a sound table may name.',
  },
  {
    history: 'iommu/vt-d: tear-down and set-up of context entries in halves of 64 bits while P is set',
    reason:
      'No area updates context entries; the same mistake with PASID table entries is pasid-tear-down-in-place.',
  },
  {
    history: 'entry_sync v1: more quanta than the difference mask has bits are not refused',
    reason: 'Formats of a case have eight quanta at most.',
  },
  {
    history: 'entry_sync v1: used bits computed into memory that was not cleared',
    reason: 'What the stack holds by chance is no source edit; any fixed value would be another bug.',
  },
  {
    history: 'iommu/amd: alias entries not updated or flushed together with the entry',
    reason: 'An update is of one entry.',
  },
  {
    history: 'iommu/amd: persistent bits of IVRS lost when DMA is blocked',
    reason: 'The target is part of the case: who makes it puts them in.',
  },
];
