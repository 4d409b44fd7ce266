/** PASID directory entry and PASID table entry (9.5, 9.6). */
import { addressWidths } from './context.ts';
import { domainId, ignored, type Layout, pointer, reserved, value } from './layout.ts';

export const pasidDirectory: Layout = {
  name: 'pasid-directory',
  title: 'Scalable-mode PASID directory entry',
  section: '9.5',
  words: 1,
  presentWhen: ['P'],
  conditions: { notPresent: 'SPD.2', reserved: 'SPD.3' },
  fields: [
    value('P', [0, 0], 'present'),
    value('FPD', [0, 1], 'fault processing disable, looked at even when P is 0'),
    reserved([0, 11, 2]),
    pointer('SMPTBLPTR', 0, 'PASID table'),
  ],
};

const withoutSecondStage = { field: 'PGTT', values: [1, 4] } as const;
const withoutFirstStage = { field: 'PGTT', values: [2, 4] } as const;

export const pasidTable: Layout = {
  name: 'pasid-table',
  title: 'Scalable-mode PASID table entry',
  section: '9.6',
  words: 8,
  presentWhen: ['P'],
  conditions: { notPresent: 'SPT.2', reserved: 'SPT.3' },
  fields: [
    value('P', [0, 0], 'present'),
    value('FPD', [0, 1], 'fault processing disable, looked at even when P is 0'),
    value('AW', [0, 4, 2], 'second-stage address width', {
      reservedUnless: ['SSTS'],
      ignoredWhen: withoutSecondStage,
      settledSince: '4.1',
      encodings: addressWidths,
    }),
    reserved([0, 5], { settledSince: '4.1' }),
    value('PGTT', [0, 8, 6], 'translation type', {
      encodings: { 1: 'first stage', 2: 'second stage', 3: 'nested', 4: 'pass-through' },
    }),
    value('SSADE', [0, 9], 'second-stage accessed and dirty enable', {
      reservedUnless: ['SSTS', 'SSADS'],
      ignoredWhen: withoutSecondStage,
    }),
    reserved([0, 11, 10]),
    pointer('SSPTPTR', 0, 'top second-stage table', {
      reservedUnless: ['SSTS'],
      ignoredWhen: withoutSecondStage,
    }),
    domainId('DID', [1, 15, 0], 'domain id'),
    reserved([1, 22, 16]),
    value('PWSNP', [1, 23], 'page-walk snoop', { reservedUnless: ['SMPWCS'] }),
    value('PGSNP', [1, 24], 'page snoop', { reservedUnless: ['SC'], settledSince: '3.4' }),
    value('CD', [1, 25], 'cache disable', { reservedUnless: ['MTS'] }),
    value('EMTE', [1, 26], 'extended memory type enable', {
      reservedUnless: ['MTS'],
      ignoredWhen: withoutSecondStage,
    }),
    reserved([1, 31, 27], { settledSince: '3.4' }),
    value('PAT', [1, 63, 32], 'page attribute table, 8 fields of 4 bits', { reservedUnless: ['MTS'] }),
    value('SRE', [2, 0], 'supervisor request enable', { reservedUnless: ['SRS'] }),
    reserved([2, 1], { settledSince: '4.1' }),
    value('FSPM', [2, 3, 2], 'first-stage paging mode', {
      reservedUnless: ['FSTS'],
      openWhen: withoutFirstStage,
      encodings: { 0: '4 levels', 1: '5 levels (FS5LP)' },
    }),
    value('WPE', [2, 4], 'write protect enable', {
      reservedUnless: ['FSTS'],
      ignoredWhen: withoutFirstStage,
    }),
    ignored([2, 6, 5], { settledSince: '4.1' }),
    value('EAFE', [2, 7], 'extended accessed flag enable', {
      reservedUnless: ['EAFS'],
      ignoredWhen: withoutFirstStage,
    }),
    reserved([2, 11, 8]),
    pointer('FSPTPTR', 2, 'top first-stage table', {
      reservedUnless: ['FSTS'],
      ignoredWhen: withoutFirstStage,
    }),
    reserved([3, 63, 0]),
    value('HPTSZ', [4, 1, 0], 'host permission table size', {
      reservedUnless: ['HPTS'],
      ignoredUnless: ['HPTE'],
    }),
    value('HPTPFD', [4, 2], 'host permission table prefetch disable', {
      reservedUnless: ['HPTS'],
      ignoredUnless: ['HPTE'],
    }),
    reserved([4, 11, 3]),
    pointer('HPTPTR', 4, 'top host permission table', {
      reservedUnless: ['HPTS'],
      ignoredUnless: ['HPTE'],
    }),
    domainId('HPTDID', [5, 15, 0], 'host permission table domain id', {
      reservedUnless: ['HPTS'],
      ignoredUnless: ['HPTE'],
    }),
    reserved([5, 63, 16]),
    reserved([6, 63, 0]),
    reserved([7, 63, 0]),
  ],
};
