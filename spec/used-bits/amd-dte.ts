/**
 * AMD device table entry: which bits a DMA update depends on. Interrupt remapping lives in the same entry
 * but is not the update's business; an entry that is not valid passes DMA through. One that is valid without
 * TV ends every table walk and needs no table (2.2.2, Table 8: V, TV and GV; as QEMU's amd_iommu.c of 2025 has it):
 * drivers that do not know Linux's order, such as Xen's, fill it in then and set TV last.
 */
import { amdDte as layout } from '../layouts/amd-dte.ts';
import { type Condition, is, type UsedBitsKnowledge, type UsedTable } from './table.ts';

const valid = is('V', 1);
const translates = [valid, is('TV', 1)];
const ofTranslation = [
  ...['HAD', 'Mode', 'HostRoot', 'PPR', 'GPRP', 'GIOV', 'GV', 'GLX', 'GCR3Low', 'IR', 'IW'],
  ...['DomainID', 'GCR3Middle', 'IOTLB', 'Flags1', 'GCR3High'],
];

/** What depends on the table when these hold. */
const usedWhen = (holding: readonly Condition[]): UsedTable => ({
  layout,
  rows: [
    { rule: 'used-bits.valid-bit', when: [], uses: ['V'] },
    { rule: 'hardware', when: [valid], uses: ['TV'] },
    { rule: 'hardware', when: holding, uses: ofTranslation },
    { rule: 'hardware', when: [...holding, is('GV', 1)], uses: ['GuestPagingMode'] },
  ],
});
const table = usedWhen([valid]);

export const amdDteUsed: UsedBitsKnowledge = {
  layout,
  valid: 'V',
  reviewed: table,
  certain: usedWhen(translates),
  permitted: table,
  exceptions: { layout, rows: [] },
  safe: [],
  safeAtMost: [],
  blocks: [
    [valid, is('TV', 0)],
    [valid, is('GV', 0), is('Mode', 0), is('IR', 0), is('IW', 0)],
  ],
};
