/** Bugs of what the queue takes: types, reserved bits, granularities (VT-d 6.5.2). */
import type { BugOf } from '../bug.ts';
import { FENCE, queueAlone, read, submit, WAIT_INTERRUPT, wideQueueAlone } from './streams.ts';

const CHECKS = 'invalidation/descriptor-check.ts';
const faultStatus = read('FSTS');
/** Whatever descriptor is at hand shows that reserved bits are not looked at, or not told as such. */
const anyReserved = [
  ...['context', 'iotlb', 'device-tlb', 'interrupt-entry', 'wait', 'pasid-iotlb', 'pasid'],
  ...['pasid-device-tlb', 'page-group-response', 'host-permission'],
].map((format) => `invalidation.descriptor.${format}.reserved`);

/** A reserved bit in each descriptor that wide slots alone hold. */
const withReservedBits = [
  { profile: 'nested-48', low: 0x66n },
  { profile: 'nested-48', low: 0x47n },
  { profile: 'second-stage-57', low: 0x1008n },
  { profile: 'nested-48', low: 0x29n },
];

export const descriptorBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'bypass-barrier-wait-descriptor',
    area: 'invalidation',
    history: 'QEMU "Bypass barrier wait descriptor", 57ac646a2e, 10.2',
    wrong: 'A wait that asks for nothing but a fence is refused.',
    source: '6.5.2.9',
    rules: ['invalidation.descriptor.wait'],
    edits: [
      {
        file: CHECKS,
        from: '  if ((rules & KNOWN) === 0) return INVALID_TYPE;\n',
        to: '  if ((rules & KNOWN) === 0) return INVALID_TYPE;\n  if (type === WAIT && (low & 0x30) === 0) return RESERVED_FIELD;\n',
      },
    ],
    smallest: queueAlone({}, submit([FENCE]), faultStatus),
  },
  {
    id: 'missed-reserved-bit-check-for-iec',
    area: 'invalidation',
    history: 'QEMU "Add missed reserved bit check for IEC", 096d96e7be, 9.2',
    wrong: 'Reserved bits of interrupt entry invalidations are not looked at.',
    source: '6.5.2.8',
    rules: ['invalidation.descriptor.interrupt-entry.reserved'],
    edits: [
      {
        file: CHECKS,
        from: '  ...[0xf800_001f, 0x0000_ffff, 0, 0],',
        to: '  ...[0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff],',
      },
    ],
    smallest: queueAlone({}, submit([0x24n]), faultStatus),
  },
  {
    id: 'missed-high-reserved-bits-of-iec',
    area: 'invalidation',
    wrong: 'Of an interrupt entry invalidation only word 0 is checked.',
    source: '6.5.2.8',
    rules: ['invalidation.descriptor.interrupt-entry.reserved'],
    edits: [
      {
        file: CHECKS,
        from: '  ...[0xf800_001f, 0x0000_ffff, 0, 0],',
        to: '  ...[0xf800_001f, 0x0000_ffff, 0xffff_ffff, 0xffff_ffff],',
      },
    ],
    smallest: queueAlone({}, submit([0x4n, 1n]), faultStatus),
  },
  {
    id: 'pasid-descriptors-valid-in-legacy-mode',
    area: 'invalidation',
    history: 'QEMU "Make PASID-cache and PIOTLB invalid in legacy mode", 3b52cea829, 9.2',
    wrong: 'PASID-cache and PASID-based IOTLB invalidations are taken in legacy mode.',
    source: '6.5.2.11, Table 26',
    rules: ['invalidation.queue.mode.legacy-128', 'invalidation.queue.mode.legacy-256'],
    edits: [{ file: CHECKS, from: 'return !legacy;', to: 'return true;' }],
    smallest: queueAlone({}, submit([7n]), faultStatus),
    others: [{ ...wideQueueAlone({}, submit([7n]), faultStatus), rtaddr: 0n }],
  },
  {
    id: 'reserved-bits-of-descriptors-ignored',
    area: 'invalidation',
    wrong: 'Reserved bits of descriptors are not looked at.',
    source: '6.5.2',
    rules: anyReserved,
    edits: [
      {
        file: CHECKS,
        from: 'rows[row + half] = ~((permitted[4 * type + half] as number) | moreBits(capabilities, type, half));',
        to: '',
      },
    ],
    smallest: queueAlone({}, submit([0x51n]), faultStatus),
    others: withReservedBits.map(({ profile, low }) =>
      wideQueueAlone({ profile }, submit([low]), faultStatus),
    ),
  },
  {
    id: 'upper-half-of-wide-slots-ignored',
    area: 'invalidation',
    history: 'QEMU before 9.2, seen of 7.2',
    wrong: 'The upper half of a 256-bit slot is not looked at.',
    source: '6.5.2',
    rules: [
      'invalidation.queue.wide-slots',
      // Formats of 256 bits, whose upper half is reserved.
      ...['pasid', 'pasid-iotlb', 'pasid-device-tlb', 'page-group-response', 'host-permission'].map(
        (format) => `invalidation.descriptor.${format}.reserved`,
      ),
    ],
    edits: [
      {
        file: CHECKS,
        from: '  if (wide) reserved |= halves[at + 4]! | halves[at + 5]! | halves[at + 6]! | halves[at + 7]!;\n',
        to: '',
      },
    ],
    smallest: wideQueueAlone({}, { step: 'submit', descriptors: [[FENCE, 0n, 1n, 0n]] }, faultStatus),
  },
  {
    id: 'reserved-iotlb-granularity-taken',
    area: 'invalidation',
    wrong: 'An IOTLB invalidation of granularity 0 is taken.',
    source: '6.5.2.3',
    rules: ['invalidation.descriptor.iotlb.granularity'],
    edits: [
      {
        file: CHECKS,
        from: 'return granularity === 0 || (granularity === 3 && !pageSelective);',
        to: 'return granularity === 3 && !pageSelective;',
      },
    ],
    smallest: queueAlone({}, submit([2n]), faultStatus),
  },
  {
    id: 'reserved-pasid-cache-granularity-taken',
    area: 'invalidation',
    history:
      'QEMU before 10.2 takes PASID-cache invalidations without a look at their fields, seen of 7.2 and 10.0',
    wrong: 'A PASID-cache invalidation of granularity 2 is taken.',
    source: '6.5.2.2',
    rules: ['invalidation.descriptor.pasid.granularity'],
    edits: [{ file: CHECKS, from: 'return granularity === 2;', to: 'return false;' }],
    smallest: wideQueueAlone({}, submit([0x27n]), faultStatus),
  },
  {
    id: 'page-selective-without-psi',
    area: 'invalidation',
    wrong: 'A unit without PSI takes page-selective invalidations.',
    source: '6.5.2.3, 11.4.2 (PSI)',
    rules: ['invalidation.descriptor.iotlb.capability'],
    edits: [
      {
        file: CHECKS,
        from: 'return granularity === 0 || (granularity === 3 && !pageSelective);',
        to: 'return granularity === 0 || (granularity === 4 && !pageSelective);',
      },
    ],
    smallest: queueAlone({ profile: 'legacy-small' }, submit([0x32n]), faultStatus),
  },
  {
    id: 'device-tlb-descriptors-without-dt',
    area: 'invalidation',
    history: 'QEMU, seen of 7.2 and 10.0',
    wrong: 'A unit without Device-TLB support takes their invalidations.',
    source: '6.5.2.5, 11.4.3 (DT)',
    rules: ['invalidation.descriptor.device-tlb.capability'],
    edits: [
      {
        file: CHECKS,
        from: '    case DEVICE_TLB:\n      return capabilities.deviceTlbs;',
        to: '    case DEVICE_TLB:\n      return true;',
      },
    ],
    smallest: queueAlone({}, submit([3n]), faultStatus),
  },
  {
    id: 'reserved-bit-told-as-wrong-type',
    area: 'invalidation',
    wrong: 'A reserved bit is reported as a descriptor of an unknown type.',
    source: '11.4.9.9',
    rules: anyReserved,
    edits: [{ file: CHECKS, from: 'const RESERVED_FIELD = 4;', to: 'const RESERVED_FIELD = 3;' }],
    smallest: queueAlone({}, submit([0x51n]), read('IQERCD')),
    others: withReservedBits.map(({ profile, low }) =>
      wideQueueAlone({ profile }, submit([low]), read('IQERCD')),
    ),
  },
  {
    id: 'type-of-four-bits',
    area: 'invalidation',
    history: 'QEMU before 9.2, seen of 7.2',
    wrong: 'Bits 11:9 of a descriptor do not count for its type.',
    source: '6.5.2',
    rules: ['invalidation.queue.invalid-type'],
    edits: [
      {
        file: CHECKS,
        from: 'return (low & 0xf) | ((low >>> 5) & 0x70);',
        to: 'return low & 0xf;',
      },
    ],
    smallest: queueAlone({}, submit([0x204n]), read('IQERCD')),
  },
  {
    id: 'pasid-device-tlb-descriptors-unknown',
    area: 'invalidation',
    history: 'QEMU before 10.0, seen of 7.2',
    wrong: 'PASID-based Device-TLB invalidations are refused by a unit that has Device-TLB support.',
    source: '6.5.2.6',
    rules: ['invalidation.descriptor.pasid-device-tlb', 'invalidation.descriptor.pasid-device-tlb.reserved'],
    edits: [{ file: CHECKS, from: 'return !legacy && capabilities.deviceTlbs;', to: 'return false;' }],
    smallest: wideQueueAlone({}, submit([8n]), faultStatus),
  },
  {
    id: 'reserved-pasid-iotlb-granularity-taken',
    area: 'invalidation',
    history:
      'QEMU before 10.0 takes PASID-based IOTLB invalidations without a look at their fields, seen of 7.2',
    wrong: 'A PASID-based IOTLB invalidation of granularity 0 or 1 is taken.',
    source: '6.5.2.4',
    rules: ['invalidation.descriptor.pasid-iotlb.granularity'],
    edits: [{ file: CHECKS, from: 'return granularity < 2;', to: 'return false;' }],
    smallest: wideQueueAlone({}, submit([6n]), faultStatus),
  },
  {
    id: 'interrupt-flag-at-bit-7',
    area: 'invalidation',
    history: 'OpenVMM, review of pull request 3697 "intel_vtd: add Intel VT-d IOMMU emulator"',
    wrong: 'IF of a wait is looked for in bit 7, and bit 4 is reserved.',
    source: '6.5.2.9',
    rules: ['invalidation.descriptor.wait', 'invalidation.wait.interrupt'],
    edits: [
      {
        file: CHECKS,
        from: '  ...[0x0000_007f, 0xffff_ffff, 0xffff_fffc, 0xffff_ffff],',
        to: '  ...[0x0000_00ef, 0xffff_ffff, 0xffff_fffc, 0xffff_ffff],',
      },
      {
        file: 'invalidation/invalidation-queue.ts',
        from: 'const INTERRUPT_FLAG = 0x10;',
        to: 'const INTERRUPT_FLAG = 0x80;',
      },
    ],
    smallest: queueAlone({}, submit([WAIT_INTERRUPT]), faultStatus),
  },
];
