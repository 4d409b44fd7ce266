/**
 * The ten descriptor formats of the invalidation queue (VT-d 6.5.2, 7.6.1). The bits of DID and ADDR above the
 * widths of a unit are ignored here, so these fields are plain values; what a unit does with them is said at
 * each user. A 128-bit format in a 256-bit slot has an upper half of zeros.
 */
import type { CapabilityName } from '../capabilities.ts';
import { ignored, type Layout, reserved, value } from '../layouts/layout.ts';

const descriptorNames = [
  'context',
  'iotlb',
  'device-tlb',
  'interrupt-entry',
  'wait',
  'pasid-iotlb',
  'pasid',
  'pasid-device-tlb',
  'page-group-response',
  'host-permission',
] as const;
export type DescriptorName = (typeof descriptorNames)[number];

export interface DescriptorFormat {
  readonly name: DescriptorName;
  /** Bits 11:9 and 3:0 of the first word. */
  readonly type: number;
  readonly layout: Layout;
  /** Values of G that are not reserved; left out where every value is good. */
  readonly granularities?: readonly number[];
  /** A unit without it does not have the type. */
  readonly requires?: CapabilityName;
}

const type = (code: number) =>
  [
    value('TYPE_LOW', [0, 3, 0], 'type, bits 3:0', { encodings: { [code]: 'this format' } }),
    value('TYPE_HIGH', [0, 11, 9], 'type, bits 6:4; 0'),
  ] as const;
const granularity = (encodings: Readonly<Record<number, string>>) =>
  value('G', [0, 5, 4], 'granularity', { encodings });
const did = value('DID', [0, 31, 16], 'domain id; bits above the width of ND are not looked at');
const pasid = value('PASID', [0, 51, 32], 'process address space id');
const addressMask = value('AM', [1, 5, 0], 'address mask: 2^AM pages of 4 KiB');
const address = value('ADDR', [1, 63, 12], 'page');
const throttling = { reservedUnless: ['DIT'] } as const;

const globalDomainPage = { 1: 'global', 2: 'domain', 3: 'page' };

function layout(
  name: DescriptorName,
  title: string,
  section: string,
  words: 2 | 4,
  fields: Layout['fields'],
): Layout {
  return { name: `${name}-descriptor`, title, section, words, presentWhen: [], fields };
}
/** Words 2 and 3 of a 256-bit format. */
const upperHalf = [reserved([2, 63, 0]), reserved([3, 63, 0])] as const;

export const descriptorFormats: readonly DescriptorFormat[] = [
  {
    name: 'context',
    type: 1,
    granularities: [1, 2, 3],
    layout: layout('context', 'Context-cache invalidate descriptor', '6.5.2.1', 2, [
      ...type(1),
      granularity({ 1: 'global', 2: 'domain', 3: 'device' }),
      reserved([0, 8, 6]),
      reserved([0, 15, 12]),
      did,
      value('SID', [0, 47, 32], 'source id'),
      value('FM', [0, 49, 48], 'function mask', {
        encodings: { 0: 'no bit', 1: 'bit 2', 2: 'bits 2:1', 3: 'bits 2:0' },
      }),
      reserved([0, 63, 50]),
      reserved([1, 63, 0]),
    ]),
  },
  {
    name: 'iotlb',
    type: 2,
    granularities: [1, 2, 3],
    layout: layout('iotlb', 'IOTLB invalidate descriptor', '6.5.2.3', 2, [
      ...type(2),
      granularity(globalDomainPage),
      value('DW', [0, 6], 'drain writes'),
      value('DR', [0, 7], 'drain reads'),
      reserved([0, 8]),
      reserved([0, 15, 12]),
      did,
      reserved([0, 63, 32]),
      addressMask,
      value('IH', [1, 6], 'invalidation hint: no entry that refers to a table was changed'),
      reserved([1, 11, 7]),
      address,
    ]),
  },
  {
    name: 'device-tlb',
    type: 3,
    requires: 'DT',
    layout: layout('device-tlb', 'Device-TLB invalidate descriptor', '6.5.2.5', 2, [
      ...type(3),
      reserved([0, 8, 4]),
      value('PFSID_LOW', [0, 15, 12], 'physical function, bits 3:0', throttling),
      value('MIP', [0, 20, 16], 'most invalidations pending'),
      reserved([0, 31, 21]),
      value('SID', [0, 47, 32], 'source id'),
      reserved([0, 51, 48]),
      value('PFSID_HIGH', [0, 63, 52], 'physical function, bits 15:4', throttling),
      value('S', [1, 0], 'size: more than one page'),
      reserved([1, 11, 1]),
      address,
    ]),
  },
  {
    name: 'interrupt-entry',
    type: 4,
    layout: layout('interrupt-entry', 'Interrupt entry cache invalidate descriptor', '6.5.2.8', 2, [
      ...type(4),
      value('G', [0, 4], 'granularity', { encodings: { 0: 'global', 1: 'index' } }),
      reserved([0, 8, 5]),
      reserved([0, 26, 12]),
      value('IM', [0, 31, 27], 'index mask'),
      value('IIDX', [0, 47, 32], 'interrupt index'),
      reserved([0, 63, 48]),
      reserved([1, 63, 0]),
    ]),
  },
  {
    name: 'wait',
    type: 5,
    layout: layout('wait', 'Invalidation wait descriptor', '6.5.2.9', 2, [
      ...type(5),
      value('IF', [0, 4], 'interrupt flag'),
      value('SW', [0, 5], 'status write'),
      value('FN', [0, 6], 'fence'),
      value('PD', [0, 7], 'page-request drain', { reservedUnless: ['PDS'] }),
      reserved([0, 8]),
      reserved([0, 31, 12]),
      value('DATA', [0, 63, 32], 'status data'),
      reserved([1, 1, 0]),
      value('STATUS', [1, 63, 2], 'status address divided by 4; bits above HAW are not looked at'),
    ]),
  },
  {
    name: 'pasid-iotlb',
    type: 6,
    granularities: [2, 3],
    layout: layout('pasid-iotlb', 'PASID-based IOTLB invalidate descriptor', '6.5.2.4', 4, [
      ...type(6),
      granularity({ 2: 'pasid', 3: 'page' }),
      reserved([0, 8, 6]),
      reserved([0, 15, 12]),
      did,
      pasid,
      reserved([0, 63, 52]),
      addressMask,
      value('IH', [1, 6], 'invalidation hint: no entry that refers to a table was changed'),
      reserved([1, 11, 7]),
      address,
      ...upperHalf,
    ]),
  },
  {
    name: 'pasid',
    type: 7,
    granularities: [0, 1, 3],
    layout: layout('pasid', 'PASID-cache invalidate descriptor', '6.5.2.2', 4, [
      ...type(7),
      granularity({ 0: 'domain', 1: 'pasid', 3: 'global' }),
      reserved([0, 8, 6]),
      reserved([0, 15, 12]),
      did,
      pasid,
      reserved([0, 63, 52]),
      reserved([1, 63, 0]),
      ...upperHalf,
    ]),
  },
  {
    name: 'pasid-device-tlb',
    type: 8,
    requires: 'DT',
    layout: layout('pasid-device-tlb', 'PASID-based Device-TLB invalidate descriptor', '6.5.2.6', 4, [
      ...type(8),
      value('MIP', [0, 8, 4], 'most invalidations pending'),
      value('PFSID_LOW', [0, 15, 12], 'physical function, bits 3:0', throttling),
      value('SID', [0, 31, 16], 'source id'),
      pasid,
      value('PFSID_HIGH', [0, 63, 52], 'physical function, bits 15:4', throttling),
      value('GI', [1, 0], 'of every PASID'),
      reserved([1, 10, 1]),
      value('S', [1, 11], 'size: more than one page'),
      address,
      ...upperHalf,
    ]),
  },
  {
    name: 'page-group-response',
    type: 9,
    requires: 'PRS',
    layout: layout('page-group-response', 'Page group response descriptor', '7.6.1', 4, [
      ...type(9),
      value('PP', [0, 4], 'PASID present'),
      reserved([0, 8, 5]),
      value('RC', [0, 15, 12], 'response code', {
        encodings: { 0: 'success', 1: 'invalid request', 15: 'failure' },
      }),
      value('RID', [0, 31, 16], 'requester'),
      pasid,
      reserved([0, 63, 52]),
      reserved([1, 1, 0]),
      ignored([1, 2], { settledSince: '5.10' }),
      value('PRGI', [1, 11, 3], 'page request group'),
      reserved([1, 63, 12]),
      ...upperHalf,
    ]),
  },
  {
    name: 'host-permission',
    type: 10,
    requires: 'HPTS',
    granularities: [1, 2, 3],
    layout: layout('host-permission', 'HPT cache invalidate descriptor', '6.5.2.7', 4, [
      ...type(10),
      granularity(globalDomainPage),
      reserved([0, 8, 6]),
      reserved([0, 15, 12]),
      value('DID', [0, 31, 16], 'domain id of the host permission table'),
      reserved([0, 63, 32]),
      addressMask,
      value('IH', [1, 7, 6], 'levels that are invalidated', {
        encodings: { 0: '1', 1: '1 and 2', 2: '1 to 3', 3: 'all' },
      }),
      reserved([1, 11, 8]),
      address,
      ...upperHalf,
    ]),
  },
];

/** The format of `type`; undefined when nobody defined it. */
export function formatOfType(code: number): DescriptorFormat | undefined {
  return descriptorFormats.find((format) => format.type === code);
}
