/** Bugs of drivers that happened upstream and that no case of area `domain-replace` can show. */
import type { Inexpressible } from '../bug.ts';

export const inexpressibleDriverBugs: readonly Inexpressible[] = [
  {
    history: 'Linux entry_sync v1: the sync callback drops IOTLB and Device-TLB in every step (M14)',
    reason: 'It costs time and harms nobody: a remark (domain-replace.cost.device-tlb), not a finding.',
  },
  {
    history: 'Linux: context entries are written in halves, or zeroed while present (M19)',
    reason: 'Context entries are in place; drivers of this area write PASID table entries alone.',
  },
  {
    history: 'Linux, list archive 0f9bc21b9: PCI aliases share a PASID table (M26)',
    reason: 'Each device has a table of its own.',
  },
  {
    history:
      'Linux: a PASID table is published before its line is flushed, or its directory never is (M28, M29)',
    reason: 'Directories and tables are in place.',
  },
  {
    history: 'Linux, list archive 7ac800871: ranges that are not aligned to their size (M36)',
    reason: 'No request unmaps a range; replaced tables are dropped as a whole.',
  },
  {
    history: 'Linux bb26c7d08: PGSNP is hard-coded instead of taken from the domain (M38)',
    reason: 'Domains do not say whether they force snooping, and both values translate alike.',
  },
  {
    history: 'Linux "Flush piotlb for SVM and Nested domain": IOTLB instead of PASID-based IOTLB (M41)',
    reason: 'Of a first stage an IOTLB invalidation by domain drops all that has to go (Table 23).',
  },
  {
    history: 'Linux: the end of an mm notifier is taken as inclusive (M44)',
    reason: 'No request unmaps a range.',
  },
  {
    history: 'Linux: a Device-TLB invalidation for a device that is gone is waited for without end (M45)',
    reason: 'No device goes; to one whose ATS is off it is device-tlb.ats (tag-outlives-ats).',
  },
  {
    history:
      'Linux, list archive 6d58ae767: the context entry of a real DMA device goes with a sub-device (M47)',
    reason: 'Context entries are in place.',
  },
];
