/**
 * VT-d PASID table entry (9.6): which bits count. The driver's table is the one that the review of the
 * entry_sync series ended with: the series as posted lacked PGSNP for second-stage and pass-through.
 */
import { pasidTable as layout } from '../layouts/pasid.ts';
import { is, type UsedBitsKnowledge } from './table.ts';

const rule = (name: string) => `used-bits.vtd-pasid.${name}`;
const exception = (name: string) => `used-bits.exception.${name}`;
const present = is('P', 1);
const firstStage = [present, is('PGTT', 1)];
const secondStage = [present, is('PGTT', 2)];
const nested = [present, is('PGTT', 3)];
const passThrough = [present, is('PGTT', 4)];
const anyStage = [present, is('PGTT', 1, 2, 3, 4)];
const withFirstStage = [present, is('PGTT', 1, 3)];
const withSecondStage = [present, is('PGTT', 2, 3)];
const reservedType = [present, is('PGTT', 0, 5, 6, 7)];

const hostPermission = ['HPTSZ', 'HPTPFD', 'HPTPTR', 'HPTDID'] as const;

export const vtdPasid: UsedBitsKnowledge = {
  layout,
  valid: 'P',
  reviewed: {
    layout,
    rows: [
      { rule: 'used-bits.valid-bit', when: [], uses: ['P'] },
      {
        rule: rule('first-stage'),
        when: firstStage,
        uses: ['AW', 'PGTT', 'DID', 'PWSNP', 'PGSNP', 'FSPTPTR', 'FSPM'],
      },
      {
        rule: rule('nested'),
        when: nested,
        uses: [
          ...['FPD', 'AW', 'PGTT', 'SSADE', 'SSPTPTR', 'DID', 'PWSNP', 'PGSNP'],
          ...['SRE', 'FSPM', 'WPE', 'EAFE', 'FSPTPTR'],
        ],
      },
      {
        rule: rule('second-stage'),
        when: secondStage,
        uses: ['FPD', 'AW', 'PGTT', 'SSADE', 'SSPTPTR', 'DID', 'PWSNP'],
      },
      { rule: rule('second-stage.page-snoop'), when: secondStage, uses: ['PGSNP'] },
      { rule: rule('pass-through'), when: passThrough, uses: ['FPD', 'AW', 'PGTT', 'DID', 'PWSNP'] },
      { rule: rule('pass-through.page-snoop'), when: passThrough, uses: ['PGSNP'] },
    ],
  },
  certain: {
    layout,
    rows: [
      { rule: 'hardware', when: [], uses: ['P', 'FPD'] },
      { rule: 'hardware', when: [present], uses: ['PGTT'] },
      { rule: 'hardware', when: anyStage, uses: ['DID', 'PWSNP', 'PGSNP', 'CD', 'PAT', 'SRE'] },
      { rule: 'hardware', when: withSecondStage, uses: ['AW', 'SSADE', 'SSPTPTR', 'EMTE'] },
      { rule: 'hardware', when: withFirstStage, uses: ['FSPM', 'WPE', 'EAFE', 'FSPTPTR'] },
    ],
  },
  permitted: {
    layout,
    rows: [
      { rule: 'hardware', when: [], uses: ['P', 'FPD'] },
      {
        rule: 'hardware',
        when: [present],
        // Bits 5 and 6 of word 2 were NXE and SMEP before revision 4.1.
        uses: [
          ...['PGTT', 'DID', 'PWSNP', 'PGSNP', 'CD', 'PAT', 'SRE', 'FSPM', 'reserved', 'ignored'],
          ...hostPermission,
        ],
      },
      { rule: 'hardware', when: withSecondStage, uses: ['AW', 'SSADE', 'SSPTPTR', 'EMTE'] },
      { rule: 'hardware', when: withFirstStage, uses: ['WPE', 'EAFE', 'FSPTPTR'] },
      // Which of several checks reports first is open, so everything may be looked at before the refusal.
      {
        rule: 'hardware',
        when: reservedType,
        uses: ['AW', 'SSADE', 'SSPTPTR', 'EMTE', 'WPE', 'EAFE', 'FSPTPTR'],
      },
    ],
  },
  exceptions: {
    layout,
    rows: [
      { rule: exception('fpd-not-present'), when: [is('P', 0)], uses: ['FPD'] },
      { rule: exception('fpd-first-stage'), when: firstStage, uses: ['FPD'] },
      { rule: exception('request-controls'), when: firstStage, uses: ['SRE', 'WPE', 'EAFE'] },
      { rule: exception('request-controls'), when: [present, is('PGTT', 2, 4)], uses: ['SRE'] },
      { rule: exception('memory-type'), when: anyStage, uses: ['CD', 'PAT'] },
      { rule: exception('memory-type'), when: withSecondStage, uses: ['EMTE'] },
      { rule: exception('paging-mode'), when: [present, is('PGTT', 2, 4)], uses: ['FSPM'] },
      { rule: exception('host-permission-table'), when: anyStage, uses: hostPermission },
      { rule: exception('reserved-pgtt'), when: reservedType, uses: ['PGTT', 'FPD'] },
    ],
  },
  safe: [],
  safeAtMost: [],
};
