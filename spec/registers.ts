/** Registers as people meet them in dumps and logs: fields with what they mean (11.4). */
import { bits } from './bits.ts';
import { type CapabilityName, capabilityFields } from './capabilities.ts';
import { capabilityMeanings } from './capability-meanings.ts';

export interface RegisterField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly meaning: string;
}

export interface Register {
  readonly name: string;
  readonly title: string;
  readonly section: string;
  readonly bits: 32 | 64;
  readonly fields: readonly RegisterField[];
}

function capabilityRegister(register: 'cap' | 'ecap'): readonly RegisterField[] {
  const names = Object.keys(capabilityFields) as CapabilityName[];
  return names
    .filter((name) => capabilityFields[name].register === register)
    .map((name) => {
      const { high, low } = capabilityFields[name];
      return { name, high, low, meaning: capabilityMeanings[name] };
    });
}

const field = (
  name: string,
  [high, low = high]: readonly [number, number?],
  meaning: string,
): RegisterField => ({
  ...{ name, high, low, meaning },
});

export const registers: readonly Register[] = [
  {
    ...{ name: 'VER', title: 'Version register', section: '11.4.1', bits: 32 },
    fields: [field('MAX', [7, 4], 'major version'), field('MIN', [3, 0], 'minor version')],
  },
  {
    name: 'CAP',
    title: 'Capability register',
    section: '11.4.2',
    bits: 64,
    fields: capabilityRegister('cap'),
  },
  {
    ...{ name: 'ECAP', title: 'Extended capability register', section: '11.4.3', bits: 64 },
    fields: capabilityRegister('ecap'),
  },
  {
    ...{ name: 'GCMD', title: 'Global command register', section: '11.4.4.1', bits: 32 },
    fields: [
      field('TE', [31], 'enable translation'),
      field('SRTP', [30], 'set the root table pointer'),
      field('SFL', [29], 'set the fault log pointer, in revisions before 4.0'),
      field('EAFL', [28], 'enable advanced fault logging, in revisions before 4.0'),
      field('WBF', [27], 'flush write buffers'),
      field('QIE', [26], 'enable the invalidation queue'),
      field('IRE', [25], 'enable interrupt remapping'),
      field('SIRTP', [24], 'set the interrupt remapping table pointer'),
      field('CFI', [23], 'let compatibility-format interrupts pass'),
    ],
  },
  {
    ...{ name: 'GSTS', title: 'Global status register', section: '11.4.4.2', bits: 32 },
    fields: [
      field('TES', [31], 'translation is enabled'),
      field('RTPS', [30], 'the root table pointer is set'),
      field('FLS', [29], 'the fault log pointer is set, in revisions before 4.0'),
      field('AFLS', [28], 'advanced fault logging is enabled, in revisions before 4.0'),
      field('WBFS', [27], 'a write buffer flush is under way'),
      field('QIES', [26], 'the invalidation queue is enabled'),
      field('IRES', [25], 'interrupt remapping is enabled'),
      field('IRTPS', [24], 'the interrupt remapping table pointer is set'),
      field('CFIS', [23], 'compatibility-format interrupts pass'),
    ],
  },
  {
    ...{ name: 'RTADDR', title: 'Root table address register', section: '11.4.5', bits: 64 },
    fields: [
      field('RTA', [63, 12], 'root table'),
      field('TTM', [11, 10], 'table mode: 0 legacy, 1 scalable, 2 reserved, 3 abort'),
      field('SSIRWE', [7], 'second-stage rights in bits 61 and 62'),
    ],
  },
  {
    ...{ name: 'CCMD', title: 'Context command register', section: '11.4.6.1', bits: 64 },
    fields: [
      field('ICC', [63], 'an invalidation is asked for, or under way'),
      field('CIRG', [62, 61], 'asked for: 1 all, 2 of a domain, 3 of a device'),
      field('CAIG', [60, 59], 'done: 0 nothing, 1 all, 2 of a domain, 3 of a device'),
      field('FM', [33, 32], 'low bits of SID that are not compared'),
      field('SID', [31, 16], 'device: bus 15:8, device 7:3, function 2:0'),
      field('DID', [15, 0], 'domain id'),
    ],
  },
  {
    ...{ name: 'IOTLB', title: 'IOTLB invalidate register', section: '11.4.6.3', bits: 64 },
    fields: [
      field('IVT', [63], 'an invalidation is asked for, or under way'),
      field('IIRG', [61, 60], 'asked for: 1 all, 2 of a domain, 3 of pages'),
      field('IAIG', [58, 57], 'done: 0 nothing, 1 all, 2 of a domain, 3 of pages'),
      field('DR', [49], 'drain reads'),
      field('DW', [48], 'drain writes'),
      field('DID', [47, 32], 'domain id'),
    ],
  },
  {
    ...{ name: 'IVA', title: 'Invalidate address register', section: '11.4.6.4', bits: 64 },
    fields: [
      field('ADDR', [63, 12], 'first page'),
      field('IH', [6], 'only the last level has changed'),
      field('AM', [5, 0], '2^AM pages'),
    ],
  },
  {
    ...{ name: 'FSTS', title: 'Fault status register', section: '11.4.7.1', bits: 32 },
    fields: [
      field('FRI', [15, 8], 'fault recording register of the first pending fault'),
      field('PRO', [7], 'a page request was lost, in revisions that report it here'),
      field('ITE', [6], 'a Device-TLB invalidation has timed out'),
      field('ICE', [5], 'a Device-TLB invalidation was answered wrongly'),
      field('IQE', [4], 'the invalidation queue has stopped at an error'),
      field('APF', [3], 'a fault is pending in the fault log, in revisions before 4.0'),
      field('AFO', [2], 'the fault log has overflown, in revisions before 4.0'),
      field('PPF', [1], 'a fault is pending'),
      field('PFO', [0], 'a fault was lost: all recording registers were full'),
    ],
  },
  {
    ...{ name: 'FECTL', title: 'Fault event control register', section: '11.4.7.2', bits: 32 },
    fields: [field('IM', [31], 'fault events are masked'), field('IP', [30], 'a fault event is pending')],
  },
  {
    ...{ name: 'FEDATA', title: 'Fault event data register', section: '11.4.7.3', bits: 32 },
    fields: [field('IMD', [15, 0], 'data of the message')],
  },
  {
    ...{ name: 'FEADDR', title: 'Fault event address register', section: '11.4.7.4', bits: 32 },
    fields: [field('MA', [31, 2], 'address of the message, in units of 4 bytes')],
  },
  {
    ...{ name: 'FEUADDR', title: 'Fault event upper address register', section: '11.4.7.5', bits: 32 },
    fields: [field('MUA', [31, 0], 'upper half of the address')],
  },
  {
    ...{ name: 'PMEN', title: 'Protected memory enable register', section: '11.4.8.1', bits: 32 },
    fields: [
      field('EPM', [31], 'protected memory is asked for'),
      field('PRS', [0], 'protected memory is on'),
    ],
  },
  {
    ...{ name: 'IQH', title: 'Invalidation queue head register', section: '11.4.9.1', bits: 64 },
    fields: [field('QH', [18, 4], 'next descriptor, in units of 16 bytes')],
  },
  {
    ...{ name: 'IQT', title: 'Invalidation queue tail register', section: '11.4.9.2', bits: 64 },
    fields: [field('QT', [18, 4], 'behind the last descriptor, in units of 16 bytes')],
  },
  {
    ...{ name: 'IQA', title: 'Invalidation queue address register', section: '11.4.9.3', bits: 64 },
    fields: [
      field('IQA', [63, 12], 'queue'),
      field('DW', [11], 'descriptors of 256 bits'),
      field('QS', [2, 0], 'the queue has 2^QS pages'),
    ],
  },
  {
    ...{ name: 'ICS', title: 'Invalidation completion status register', section: '11.4.9.4', bits: 32 },
    fields: [field('IWC', [0], 'a wait with IF has completed')],
  },
  {
    ...{ name: 'IECTL', title: 'Invalidation event control register', section: '11.4.9.5', bits: 32 },
    fields: [
      field('IM', [31], 'completion events are masked'),
      field('IP', [30], 'a completion event is pending'),
    ],
  },
  {
    ...{ name: 'IQERCD', title: 'Invalidation queue error record register', section: '11.4.9.9', bits: 64 },
    fields: [
      field('ICESID', [63, 48], 'requester whose answer was wrong'),
      field('ITESID', [47, 32], 'requester that did not answer in time'),
      field('IQEI', [3, 0], 'why the queue has stopped'),
    ],
  },
  {
    ...{ name: 'IRTA', title: 'Interrupt remapping table address register', section: '11.4.10', bits: 64 },
    fields: [
      field('IRTA', [63, 12], 'interrupt remapping table'),
      field('EIME', [11], 'extended interrupt mode is enabled'),
      field('S', [3, 0], 'the table has 2^(S + 1) entries'),
    ],
  },
  {
    ...{ name: 'PQH', title: 'Page request queue head register', section: '11.4.11.1', bits: 64 },
    fields: [field('PQH', [18, 5], 'next request for software, in units of 32 bytes')],
  },
  {
    ...{ name: 'PQT', title: 'Page request queue tail register', section: '11.4.11.2', bits: 64 },
    fields: [field('PQT', [18, 5], 'behind the last request, in units of 32 bytes')],
  },
  {
    ...{ name: 'PQA', title: 'Page request queue address register', section: '11.4.11.3', bits: 64 },
    fields: [field('PQA', [63, 12], 'queue'), field('PQS', [2, 0], 'the queue has 2^PQS pages')],
  },
  {
    ...{ name: 'PRS', title: 'Page request status register', section: '11.4.11.4', bits: 32 },
    fields: [
      field('PRO', [1], 'a page request was lost: the queue was full'),
      field('PPR', [0], 'page requests are pending'),
    ],
  },
  {
    ...{ name: 'PECTL', title: 'Page request event control register', section: '11.4.11.5', bits: 32 },
    fields: [
      field('IM', [31], 'page request events are masked'),
      field('IP', [30], 'a page request event is pending'),
    ],
  },
];

/** The bits of register `name` that some field has. Throws RangeError for a register that stands not here. */
export function definedBits(name: string): bigint {
  const register = registerNamed(name);
  if (register === undefined) throw new RangeError(`no register ${name}`);
  return register.fields.reduce((mask, { high, low }) => mask | bits(high, low), 0n);
}

/** The register called `name`, in whatever case and with or without `_REG`. */
export function registerNamed(name: string): Register | undefined {
  const wanted = name
    .toUpperCase()
    .replace(/^DMAR_/, '')
    .replace(/_REG$/, '');
  return registers.find((register) => register.name === wanted);
}
