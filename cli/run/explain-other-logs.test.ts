/** Lines of logs that are not Linux's own of VT-d: Xen, QEMU, the SMMU, page requests. */
import { expect, test } from 'vitest';
import { plain } from '../../reports/palette.ts';
import { faultMeanings } from '../../spec/interrupt-faults.ts';
import { qemuFaults } from '../../spec/qemu-faults.ts';
import { explainAny } from './explain.ts';

const explained = (...lines: readonly string[]): string =>
  explainAny([lines.join('\n')], undefined, plain).join('\n');

const smmu = 'arm-smmu-v3 arm-smmu-v3.0.auto: ';
const event = (number: string, ...words: readonly bigint[]): readonly string[] => [
  `[   10.1] ${smmu}event 0x${number} received:`,
  ...words.map((word) => `[   10.1] ${smmu}\t0x${word.toString(16).padStart(16, '0')}`),
];

test('an event of an SMMU tells who wanted what, and at which stage it failed', () => {
  const told = explained(...event('10', 0x100_0000_5810n, 0x208_0000_0000n, 0xfffe_0000n, 0n));
  expect(told).toMatch(/^event 0x10 F_TRANSLATION: stream 0x100, substream 0x5\n/);
  expect(told).toMatch(
    /\n {2}read of 0xfffe0000, unprivileged, data\n {2}stage 1, while it translated the input address\n/,
  );
  const second = explained(...event('13', 0x100_0000_0013n, 0x82_8000_0007n, 0x1000n, 0x8765_4000n));
  expect(second).toMatch(
    /write of 0x1000, privileged, data\n {2}stage 2, intermediate address 0x87654000, .* context descr/,
  );
  expect(second).toMatch(/stalled, tag 0x7/);
});

test('an event of an SMMU of which the last word is left out tells what the others do', () => {
  expect(explained(...event('0a', 0x7f22_0000_280an, 0x1000_0000_007en, 0x34e_8670n))).toMatch(
    /^event 0x0a C_BAD_CD: stream 0x7f22, substream 0x2\n/,
  );
  expect(explained(...event('03', 0x200_0000_0003n, 0n, 0x55n))).not.toMatch(/fetched/);
  const ofStage2 = explained(...event('13', 0x100_0000_0013n, 0x82_8000_0007n, 0x1000n));
  expect(ofStage2).toMatch(/\n {2}stage 2, while it translated/);
  const [start = '', first = '', ...rest] = event('10', 0x180_0000_0010n, 0x201_0000_0000n, 0x1000n, 0n);
  expect(explained(start, first.replace('0x0000018000000010', '0x00000180 00000010'), ...rest)).toMatch(
    /^event 0x10 F_TRANSLATION: stream 0x180\n/,
  );
  expect(() => explained(...event('10', 0x180_0000_0010n, 0n))).toThrow('without its record');
});

test('an event of an SMMU that could not read tells where from, and one without address has none', () => {
  expect(explained(...event('03', 0x200_0000_0003n, 0n, 0x55n, 0x4_0000_0040n))).toMatch(
    /fetched from 0x400000040\n/,
  );
  expect(explained(...event('04', 0x200_0000_0004n, 0n, 0x55n, 0n))).not.toMatch(/0x55/);
  expect(explained(...event('04', 4n, 0n, 0n, 0n), ...event('02', 2n, 0n, 0n, 0n))).toMatch(
    /C_BAD_STE[\s\S]*\n\nevent 0x02 C_BAD_STREAMID/,
  );
});

test.for<readonly [string, readonly string[]]>([
  ['in two lines', ['fault addr 76c615d000, iommu reg = ffff82c000a0c000']],
  ['without its registers', ['fault addr 76c615d000']],
  ['as a mailer breaks it', ['fault', 'addr 76c615d000, iommu reg = ffff82c000a0c000']],
])('a fault of Xen, %s, is read as one of Linux', ([, [first = '', ...rest]]) => {
  const lines = [`(XEN) [VT-D]DMAR:[DMA Read] Request device [0000:00:02.0] ${first}`, ...rest];
  expect(explained(...lines, '(XEN) [VT-D]DMAR: reason 06 - PTE Read access is not set')).toMatch(
    /^fault 0x6: 00:02\.0 wanted DMA Read of 0x76c615d000, without PASID\n {2}LGN\.3/,
  );
});

test('what Xen prints of the tables after a fault is drawn', () => {
  const told = explained(
    '(XEN) [VT-D]DMAR:[DMA Read] Request device [0000:00:02.0] fault addr d6400000',
    '(XEN) [VT-D]DMAR: reason 06 - PTE Read access is not set',
    '(XEN) print_vtd_entries: iommu #0 dev 0000:00:02.0 gmfn d6400',
    '(XEN)     root_entry[00] = 44b5cd001',
    '(XEN)     context[10] = 2_44b6c2001',
    '(XEN)     l4[000] = 9c00000044b6c107 rw',
    '(XEN)     l3[003] = 44b6c0002',
    '(XEN)     l3[003] not present',
  );
  expect(told).toMatch(/^fault 0x6: 00:02\.0[\s\S]*\nRoot entry[\s\S]*0x000000044b5cd001\n/);
  expect(told).toMatch(/\nContext entry[\s\S]*0x000000044b6c2001\n[\s\S]*0x0000000000000002\n/);
  expect(told).toMatch(/\nPML4 {2}0x9c00000044b6c107/);
  expect(told).toMatch(/\nPDP {3}0x000000044b6c0002/);
});

test.for([
  [
    'vtd_iova_to_slpte: detected splte reserve non-zero iova=0xfffff002, level=0x1slpte=0x102681803)',
    /^PT {4}0x0000000102681803/,
  ],
  [
    'vtd_context_entry_rsvd_bits_check: invalid context entry: hi=102, lo=105a84011 (reserved nonzero)',
    /^Context entry[\s\S]*refused with:\n {2}LCT\.3/,
  ],
  [
    'vtd_context_entry_rsvd_bits_check: invalid context entry: val[3]=0, val[2]=1, val[1]=0, val[0]=105a84405 (reserved nonzero)',
    /^Scalable-mode context entry[\s\S]*refused with:\n {2}SCT\.3/,
  ],
  ['vtd_root_entry_rsvd_bits_check: invalid root entry: hi=0x0, lo=0x105a85003', /^Root entry[\s\S]*LRT\.3/],
  [
    'vtd_process_iotlb_desc: invalid iotlb inv desc: hi=0x80, lo=0x20012 (reserved bits unzero)',
    /^IOTLB invalidate descriptor[\s\S]*invalidation\.descriptor\.iotlb\.reserved/,
  ],
] as const)('what QEMU refuses is drawn: %s', ([line, told]) => {
  expect(explained(`qemu-system-x86_64: ${line}`)).toMatch(told);
});

test('the fault recording register is the fault that a log would tell, however its halves are written', () => {
  const told = explained('FRCD 0x8005000690000300:0x00000000fffff000');
  expect(told).toMatch(/\n {5}63 {2}1 {19}F {11}used {7}a fault is recorded\n/);
  expect(told).toMatch(/\nfault 0x6: 03:00\.0 wanted a page request of 0xfffff000, PASID 0x500\n {2}LGN\.3/);
  for (const line of [
    'FRCD_REG0: 0x00000000fffff000 0x8005000690000300',
    'FRCD[0] hi=0x8005000690000300 lo=0xfffff000',
    'vtd_frr_new index 0 high 0x8005000690000300 low 0xfffff000',
  ])
    expect(explained(line)).toBe(told);
  expect(explained('FRCD 0x4000002200000300:0x0012000000000000')).toMatch(/\nF is 0: no fault/);
  expect(explained('FRCD 0xc000002200000300:0x0012000000000000')).toMatch(/an interrupt with index 0x12\n/);
});

test.for([
  ['0x8000000600000300', 'a write'],
  ['0x8000000610000300', 'a page request'],
  ['0xc000000600000300', 'a read'],
  ['0xc000000610000300', 'an atomic operation'],
] as const)('T1 and T2 of %s tell %s', ([high, operation]) => {
  expect(explained(`FRCD ${high}:0x0`)).toMatch(new RegExp(`wanted ${operation} of 0x0, without PASID`));
});

test.for(Object.entries(qemuFaults))('%s of QEMU is the reason %i', ([name, code]) => {
  expect(explained(`        return -${name};`)).toMatch(
    new RegExp(String.raw`^${name}, fault 0x${code.toString(16)}\n`),
  );
  expect(faultMeanings(code)).not.toEqual([]);
});

test('what QEMU traces of faults and descriptors is told', () => {
  expect(explained('vtd_dmar_fault sid 0x100 fault 5 addr 0xfffff000 write 1')).toMatch(
    /^fault 0x5: 01:00\.0 wanted a write of 0xfffff000, without PASID\n {2}LGN\.2/,
  );
  expect(explained('vtd_inv_desc invalidate desc type iotlb high 0x0 low 0x20012')).toMatch(
    /\niotlb_inv global DID 2\n/,
  );
  expect(explained('smmuv3_record_event smmuv3-iommu-memory-region-8-0 F_TRANSLATION sid=0x8')).toMatch(
    /^event F_TRANSLATION: stream 0x8\n/,
  );
});

test.for([
  ['00', 'CERROR_NONE: there is no error'],
  ['01', 'CERROR_ILL: the command is illegal'],
  ['02', 'CERROR_ABT: the command could not be read'],
  ['03', 'CERROR_ATC_INV_SYNC: a device did not answer'],
  ['04', '4: a reason that nobody defines'],
] as const)('%s in CMDQ_CONS.ERR is %s', ([code, told]) => {
  expect(explained(`${smmu}CMDQ error (cons 0x${code}00003b): why`)).toContain(`\n  ${told}`);
});

test('an error of the command queue of an SMMU tells why, and what is skipped', () => {
  const stopped = `${smmu}CMDQ error (cons 0x0100003b): Illegal command`;
  const skipped = [`${smmu}skipping command in error state:`, '0x0000010000000003', '0x0000000000000001'];
  const told = explained(stopped, skipped[0] ?? '', ...skipped.slice(1).map((word) => `${smmu}\t${word}`));
  expect(told).toMatch(/^command queue error: .*\n {2}CERROR_ILL: /);
  expect(told).toMatch(/\n\nCMD_CFGI_STE \(IHI 0070 4\.3\.1\)[\s\S]*\nCFGI_STE StreamID 0x100 Leaf 1$/);
  expect(explained(...event('04', 4n, 0n, 0n, 0n), stopped)).toMatch(/CERROR_ILL[\s\S]*\n\nevent 0x04/);
});

test.for([
  ['DMAR: DRHD: handling fault status reg f', 'fffffff'],
  ['DMAR: VT-d detected Invalidation Queue Error: Reason ', 'f'],
  ['DMAR: VT-d detected Invalidation Completion Error: SID ff', 'ff'],
  ['DMAR: [DMA Write NO_PASID] Request device [ff:1f.7] fault addr 0x1000 [fault reason 0xf', 'f] x'],
] as const)('bits that are all ones are told to be of no register: %s%s', ([line, ones]) => {
  expect(explained(line + ones)).toMatch(/all ones: no register answered/);
  expect(explained(line + ones.replace('f', 'e'))).not.toMatch(/all ones/);
});

test('a text without anything of these is refused as a whole', () => {
  expect(() => explained(...Array.from({ length: 9 }, () => 'On Monday somebody wrote:'))).toThrow(
    'none of these 9 lines shows an entry, a fault or a register that explain knows',
  );
});

test('page requests that Linux refuses are told with their reason and, where they are shown, their fields', () => {
  expect(explained('dmar0: Page request for invalid PASID 5: 0000000512340101 00007f0012345017')).toMatch(
    /no process is bound to\n {2}12:06\.4, PASID 0x5, asked for read and write at 0x7f0012345000; group 2, the last of it$/,
  );
  expect(explained('IOMMU: dmar1: PRQ overflow detected')).toMatch(/^the page request queue was full/);
});

test('an event of an SMMU that is told in words is known by its name', () => {
  const line = `${smmu}event: F_TRANSLATION client: 0000:01:00.0 sid: 0x100 ssid: 0x5 iova: 0xfff0 ipa: 0x0`;
  expect(explained(line)).toMatch(
    /^event F_TRANSLATION: stream 0x100, substream 0x5\n {2}No translation.*\n {2}address 0xfff0\n/,
  );
  expect(explained(line)).not.toMatch(/intermediate/);
  expect(explained(line.replace('ipa: 0x0', 'ipa: 0x7000'))).toMatch(/\n {2}intermediate address 0x7000\n/);
  const ofNobody = `${smmu}event: C_BAD_STE client: (unassigned sid) sid: 0x100 ssid: 0x0`;
  expect(explained(ofNobody)).toMatch(/^event C_BAD_STE: stream 0x100\n/);
  const fetched = `${smmu}event: F_CD_FETCH client: 0000:01:00.0 sid: 0x1 ssid: 0x0 fetch_addr: 0x4000`;
  expect(explained(fetched)).toMatch(/fetched from 0x4000/);
});

test.for([
  ['DMAR: DRHD base: 0x000000fed90000 flags: 0x0', 'this line of a log shows no fault'],
  ['pci 0000:00:00.2: AMD-Vi: Found IOMMU cap 0x40', 'this is of an AMD unit'],
  ['DMAR: pr_err("[fault reason 0x%02x] %s");', 'this line of a log shows no fault'],
  ['dmar: ahci: cap 0x40', 'this line of a log shows no fault'],
  ['[  1.0] dmar_fault: 2474 callbacks suppressed', 'this line of a log shows no fault'],
  [
    'qemu: vtd_iommu_translate: detected translation failure (dev=01:00:00, iova=0x0)',
    'this message of QEMU',
  ],
  [' 0     00:0a.0 00000080 24  0000000000040050    000000800024000d', 'this is of interrupt remapping'],
] as const)('a line that shows nothing that is explained says so: %s', ([line, sentence]) => {
  expect(() => explained(line)).toThrow(sentence);
});
