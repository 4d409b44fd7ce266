/** Context entries (9.3, 9.4). */
import { domainId, ignored, type Layout, pointer, reserved, value } from './layout.ts';

/** Adjusted guest address widths, by encoding (9.3, 9.6). */
export const addressWidths = {
  1: '39 bits, 3 levels',
  2: '48 bits, 4 levels',
  3: '57 bits, 5 levels',
} as const;

export const contextLegacy: Layout = {
  name: 'context-legacy',
  title: 'Context entry',
  section: '9.3',
  words: 2,
  presentWhen: ['P'],
  conditions: { notPresent: 'LCT.2', reserved: 'LCT.3' },
  fields: [
    value('P', [0, 0], 'present'),
    value('FPD', [0, 1], 'fault processing disable, looked at even when P is 0'),
    value('TT', [0, 3, 2], 'translation type', {
      encodings: {
        0: 'second stage, ATS blocked',
        1: 'second stage, with ATS (DT)',
        2: 'pass-through (PT)',
        3: 'reserved',
      },
    }),
    reserved([0, 11, 4]),
    pointer('SSPTPTR', 0, 'top second-stage table', {
      ignoredWhen: { field: 'TT', values: [2] },
      openAboveHostWidth: true,
    }),
    value('AW', [1, 2, 0], 'address width', {
      openWhen: { field: 'TT', values: [2] },
      encodings: addressWidths,
    }),
    ignored([1, 6, 3]),
    reserved([1, 7]),
    domainId('DID', [1, 23, 8], 'domain id'),
    reserved([1, 63, 24]),
  ],
};

/** HPTE and EPTR came with revision 5.0; before it HPTS and PTRS are 0 (spec/lattice.ts). */
export const contextScalable: Layout = {
  name: 'context-scalable',
  title: 'Scalable-mode context entry',
  section: '9.4',
  words: 4,
  presentWhen: ['P'],
  conditions: { notPresent: 'SCT.2', reserved: 'SCT.3' },
  fields: [
    value('P', [0, 0], 'present'),
    value('FPD', [0, 1], 'fault processing disable, looked at even when P is 0'),
    value('DTE', [0, 2], 'Device-TLB enable', { reservedUnless: ['DT'] }),
    value('PASIDE', [0, 3], 'PASID enable', { reservedUnless: ['PASID'] }),
    value('PRE', [0, 4], 'page request enable', { reservedUnless: ['PRS'] }),
    value('HPTE', [0, 5], 'host permission table enable', { reservedUnless: ['HPTS'] }),
    value('EPTR', [0, 6], 'PASID in translated requests enable', { reservedUnless: ['PTRS'] }),
    reserved([0, 8, 7]),
    value('PDTS', [0, 11, 9], 'PASID directory size: 2^(PDTS+7) entries'),
    pointer('PASIDDIRPTR', 0, 'PASID directory'),
    value('RID_PASID', [1, 19, 0], 'PASID of requests without PASID', { reservedUnless: ['RPS'] }),
    value('RID_PRIV', [1, 20], 'privilege of requests without PASID', { reservedUnless: ['RPRIVS'] }),
    reserved([1, 63, 21]),
    reserved([2, 63, 0]),
    reserved([3, 63, 0]),
  ],
};
