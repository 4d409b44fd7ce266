/** Registers as people meet them in dumps and logs: fields with what they mean (11.4). */
import { bits } from './bits.ts';
import { type CapabilityName, capabilityFields } from './capabilities.ts';

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

/** What CAP and ECAP say (11.4.2, 11.4.3); a flag tells that the unit has it. */
const capabilityMeanings: Readonly<Record<CapabilityName, string>> = {
  ND: 'domain ids have 4 + 2 * ND bits',
  RWBF: 'write buffers need flushing',
  PLMR: 'protected low memory',
  PHMR: 'protected high memory',
  CM: 'caching mode: what is not present may be cached',
  SAGAW: 'second-stage address widths: bit 1 is 39, bit 2 is 48, bit 3 is 57 bits',
  MGAW: 'guest address width less one',
  ZLR: 'zero-length reads of write-only pages',
  FRO: 'fault recording registers at 16 * FRO',
  SSLPS: 'second-stage large pages: bit 0 is 2 MiB, bit 1 is 1 GiB',
  PSI: 'page-selective invalidation',
  NFR: 'fault recording registers less one',
  MAMV: 'greatest address mask of an IOTLB invalidation',
  DWD: 'drains writes',
  DRD: 'drains reads',
  FS1GP: 'first-stage 1 GiB pages',
  PI: 'posted interrupts',
  FS5LP: 'first-stage tables of 5 levels',
  ECMDS: 'enhanced commands',
  ESIRTPS: 'a new interrupt table invalidates the interrupt entry cache',
  ESRTPS: 'a new root table invalidates every cache of DMA',
  C: 'reads of tables are coherent',
  QI: 'invalidation queue',
  DT: 'Device-TLBs',
  IR: 'interrupt remapping',
  EIM: 'extended interrupt mode',
  PT: 'pass-through',
  SC: 'snoop control',
  IRO: 'IOTLB registers at 16 * IRO',
  MHMV: 'greatest index mask of an interrupt entry invalidation',
  MTS: 'memory types',
  NEST: 'nested translation',
  PRS: 'page requests',
  ERS: 'execute requests; 0 since revision 4.1',
  SRS: 'supervisor requests',
  NWFS: 'no-write flag of translation requests',
  EAFS: 'extended accessed flag',
  PSS: 'PASIDs have PSS + 1 bits',
  PASID: 'PASIDs',
  DIT: 'Device-TLB invalidations are throttled',
  PDS: 'waits drain page requests',
  SMTS: 'scalable mode',
  VCS: 'virtual commands',
  SSADS: 'second-stage accessed and dirty flags',
  SSTS: 'second stage in scalable mode',
  FSTS: 'first stage in scalable mode',
  SMPWCS: 'page walks of scalable mode can be coherent',
  RPS: 'RID_PASID',
  TDXCS: 'TDX',
  PMS: 'performance monitoring',
  ADMS: 'abort-DMA mode',
  RPRIVS: 'RID_PRIV',
  HPTS: 'host permission tables',
  PTRS: 'PASIDs in translated requests',
  SSIRWS: 'second-stage rights in bits 61 and 62',
  SMS: 'stop marker',
  HPT1GPS: '1 GiB pages in host permission tables',
  RDTS: 'resource director',
  EIMER: 'extended interrupt mode is required',
  IRREQ: 'interrupt requests with a requester',
};

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
