/** SMMUv3 context descriptor (Arm IHI 0070, 5.4): which bits count. */
import { smmuCd as layout } from '../layouts/smmu-cd.ts';
import { type FieldBits, fieldNames, is, type UsedBitsKnowledge } from './table.ts';

const valid = is('V', 1);
const noWalks0 = [valid, is('EPD0', 1)];
const noWalks1 = [valid, is('EPD1', 1)];

const walks0: readonly FieldBits[] = ['T0SZ', 'TG0', 'IR0', 'OR0', 'SH0', ['TTB0', 51, 4]];

export const smmuCdUsed: UsedBitsKnowledge = {
  layout,
  valid: 'V',
  reviewed: {
    layout,
    rows: [
      { rule: 'used-bits.valid-bit', when: [], uses: ['V'] },
      {
        rule: 'used-bits.smmu-cd.valid',
        when: [valid],
        uses: [...fieldNames(layout), 'reserved'],
      },
      { rule: 'used-bits.smmu-cd.walks-disabled', when: noWalks0, ignores: walks0 },
    ],
  },
  certain: {
    layout,
    rows: [
      { rule: 'hardware', when: [], uses: ['V'] },
      {
        rule: 'hardware',
        when: [valid],
        // Left out: not for Non-secure streams, implementation defined, or switched on from outside.
        uses: fieldNames(layout, [
          ...['NSCFG0', 'NSCFG1', 'IMPDEF', 'AMAIR', 'HWU0', 'HWU1', 'PARTID', 'PMG', 'PIIU', 'PIIP'],
        ]),
      },
      { rule: 'hardware', when: noWalks0, ignores: [...walks0, 'TTB0', 'HAD0', 'SKL0'] },
      {
        rule: 'hardware',
        when: noWalks1,
        ignores: ['T1SZ', 'TG1', 'IR1', 'OR1', 'SH1', 'TTB1', 'HAD1', 'SKL1'],
      },
      { rule: 'hardware', when: [...noWalks0, is('EPD1', 1)], ignores: ['ENDI'] },
      { rule: 'hardware', when: [valid, is('HA', 1)], ignores: ['AFFD'] },
      { rule: 'hardware', when: [valid, is('AA64', 1)], ignores: ['UWXN'] },
      {
        rule: 'hardware',
        when: [valid, is('AA64', 0)],
        ignores: ['TG0', 'TG1', 'IPS', 'HA', 'HD', ['T0SZ', 5, 3], ['T1SZ', 21, 19]],
      },
    ],
  },
  permitted: {
    layout,
    rows: [
      { rule: 'hardware', when: [], uses: ['V'] },
      // EPD0 itself is ignored in the worlds of EL2 without host extensions and of EL3.
      { rule: 'hardware', when: [valid], uses: [...fieldNames(layout), 'reserved'] },
    ],
  },
  exceptions: {
    layout,
    rows: [{ rule: 'used-bits.exception.cd-walks-disabled', when: noWalks0, uses: walks0 }],
  },
  safe: [],
  safeAtMost: [],
};
