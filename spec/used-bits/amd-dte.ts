/**
 * AMD device table entry: which bits a DMA update depends on. Interrupt remapping lives in the same entry
 * but is not the update's business; an entry that is not valid passes DMA through.
 */
import { amdDte as layout } from '../layouts/amd-dte.ts';
import { is, type UsedBitsKnowledge, type UsedTable } from './table.ts';

const valid = is('V', 1);

const table: UsedTable = {
  layout,
  rows: [
    { rule: 'used-bits.valid-bit', when: [], uses: ['V'] },
    {
      rule: 'hardware',
      when: [valid],
      uses: [
        ...['TV', 'HAD', 'Mode', 'HostRoot', 'PPR', 'GPRP', 'GIOV', 'GV', 'GLX', 'GCR3Low', 'IR', 'IW'],
        ...['DomainID', 'GCR3Middle', 'IOTLB', 'Flags1', 'GCR3High'],
      ],
    },
    { rule: 'hardware', when: [valid, is('GV', 1)], uses: ['GuestPagingMode'] },
  ],
};

export const amdDteUsed: UsedBitsKnowledge = {
  layout,
  valid: 'V',
  reviewed: table,
  certain: table,
  permitted: table,
  exceptions: { layout, rows: [] },
  safe: [],
  safeAtMost: [],
  blocks: [valid, is('GV', 0), is('Mode', 0), is('IR', 0), is('IW', 0)],
};
