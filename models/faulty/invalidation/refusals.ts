/** Bugs of what the queue takes, part two: valid fields that are refused, and types and granularities that are not. */
import type { BugOf } from '../bug.ts';
import { queueAlone, read, submit, wideQueueAlone } from './streams.ts';

const CHECKS = 'invalidation/descriptor-check.ts';
const faultStatus = read('FSTS');
const descriptor = (...names: readonly string[]): string[] =>
  names.map((name) => `invalidation.descriptor.${name}`);

/** A row of permitted bits with fewer of them. */
const narrowed = (from: string, to: string) => [
  { file: CHECKS, from: `  ...[${from}],`, to: `  ...[${to}],` },
];

export const refusalBugs: readonly BugOf<'invalidation'>[] = [
  {
    id: 'drain-flags-refused',
    area: 'invalidation',
    wrong: 'DW and DR of an IOTLB invalidation are taken for reserved bits.',
    source: '6.5.2.3',
    rules: descriptor('iotlb'),
    edits: narrowed('0xffff_00ff, 0, 0xffff_f07f, 0xffff_ffff', '0xffff_003f, 0, 0xffff_f07f, 0xffff_ffff'),
    smallest: queueAlone({}, submit([0xd2n]), faultStatus),
  },
  {
    id: 'function-mask-refused',
    area: 'invalidation',
    wrong: 'FM of a context-cache invalidation is taken for reserved bits.',
    source: '6.5.2.1',
    rules: descriptor('context'),
    edits: narrowed('0xffff_003f, 0x0003_ffff, 0, 0', '0xffff_003f, 0x0000_ffff, 0, 0'),
    smallest: queueAlone({}, submit([0x31n | (3n << 48n)]), faultStatus),
  },
  {
    id: 'long-pasids-refused',
    area: 'invalidation',
    wrong: 'A PASID-cache invalidation of a PASID above 255 is refused.',
    source: '6.5.2.2',
    rules: descriptor('pasid'),
    edits: narrowed('0xffff_003f, 0x000f_ffff, 0, 0', '0xffff_003f, 0x0000_00ff, 0, 0'),
    smallest: wideQueueAlone({}, submit([0x17n | (1n << 40n)]), faultStatus),
  },
  {
    id: 'hint-of-pasid-pages-refused',
    area: 'invalidation',
    wrong: 'IH of a PASID-based IOTLB invalidation is taken for a reserved bit.',
    source: '6.5.2.4',
    rules: descriptor('pasid-iotlb'),
    edits: narrowed(
      '0xffff_003f, 0x000f_ffff, 0xffff_f07f, 0xffff_ffff',
      '0xffff_003f, 0x000f_ffff, 0xffff_f03f, 0xffff_ffff',
    ),
    smallest: wideQueueAlone({}, submit([0x36n, 0x40n]), faultStatus),
  },
  {
    id: 'size-of-device-tlb-pages-refused',
    area: 'invalidation',
    wrong: 'S of a Device-TLB invalidation is taken for a reserved bit.',
    source: '6.5.2.5',
    rules: descriptor('device-tlb'),
    edits: narrowed(
      '0x001f_000f, 0x0000_ffff, 0xffff_f001, 0xffff_ffff',
      '0x001f_000f, 0x0000_ffff, 0xffff_f000, 0xffff_ffff',
    ),
    smallest: queueAlone({ profile: 'legacy-48' }, submit([3n, 1n]), faultStatus),
  },
  {
    id: 'index-of-interrupt-entries-refused',
    area: 'invalidation',
    wrong: 'IIDX of an interrupt entry invalidation is taken for reserved bits.',
    source: '6.5.2.8',
    rules: descriptor('interrupt-entry'),
    edits: narrowed('0xf800_001f, 0x0000_ffff, 0, 0', '0xf800_001f, 0, 0, 0'),
    smallest: queueAlone({ profile: 'everything' }, submit([0x14n | (1n << 32n)]), faultStatus),
  },
  {
    id: 'domain-of-host-permissions-refused',
    area: 'invalidation',
    wrong: 'DID of a host permission invalidation is taken for reserved bits.',
    source: '6.5.2.7',
    rules: descriptor('host-permission'),
    edits: narrowed('0xffff_003f, 0, 0xffff_f0ff, 0xffff_ffff', '0x0000_003f, 0, 0xffff_f0ff, 0xffff_ffff'),
    smallest: wideQueueAlone({ profile: 'everything' }, submit([0x1002an]), faultStatus),
  },
  {
    id: 'index-of-page-groups-refused',
    area: 'invalidation',
    wrong: 'The upper bits of the index in a page group response are taken for reserved bits.',
    source: '7.6.1',
    rules: descriptor('page-group-response'),
    edits: narrowed('0xffff_f01f, 0x000f_ffff, 0x0000_0ff8, 0', '0xffff_f01f, 0x000f_ffff, 0x0000_00f8, 0'),
    smallest: wideQueueAlone({ profile: 'everything' }, submit([9n, 0x100n]), faultStatus),
  },
  {
    id: 'function-mask-of-three-bits',
    area: 'invalidation',
    wrong: 'The first reserved bit behind FM of a context-cache invalidation is not looked at.',
    source: '6.5.2.1',
    rules: descriptor('context.reserved'),
    edits: [
      { file: CHECKS, from: '[0xffff_003f, 0x0003_ffff, 0, 0]', to: '[0xffff_003f, 0x0007_ffff, 0, 0]' },
    ],
    smallest: queueAlone({}, submit([0x4_0000_0000_0011n]), faultStatus),
  },
  {
    id: 'reserved-context-granularity-taken',
    area: 'invalidation',
    wrong: 'A context-cache invalidation of granularity 0 is taken.',
    source: '6.5.2.1',
    rules: descriptor('context.granularity'),
    edits: [
      {
        file: CHECKS,
        from: '    case CONTEXT:\n    case HOST_PERMISSION:\n      return granularity === 0;',
        to: '    case CONTEXT:\n      return false;\n    case HOST_PERMISSION:\n      return granularity === 0;',
      },
    ],
    smallest: queueAlone({}, submit([1n]), faultStatus),
  },
  {
    id: 'reserved-host-permission-granularity-taken',
    area: 'invalidation',
    wrong: 'A host permission invalidation of granularity 0 is taken.',
    source: '6.5.2.7',
    rules: descriptor('host-permission.granularity'),
    edits: [
      {
        file: CHECKS,
        from: '    case CONTEXT:\n    case HOST_PERMISSION:\n      return granularity === 0;',
        to: '    case CONTEXT:\n      return granularity === 0;\n    case HOST_PERMISSION:\n      return false;',
      },
    ],
    smallest: wideQueueAlone({ profile: 'everything' }, submit([0xan]), faultStatus),
  },
  {
    id: 'host-permissions-without-hpts',
    area: 'invalidation',
    wrong: 'A unit without host permission tables takes their invalidations.',
    source: '6.5.2.7, 11.4.3 (HPTS)',
    rules: descriptor('host-permission.capability'),
    edits: [{ file: CHECKS, from: 'return !legacy && capabilities.hostPermissions;', to: 'return !legacy;' }],
    smallest: wideQueueAlone({}, submit([0x1an]), faultStatus),
  },
  {
    id: 'page-group-responses-without-prs',
    area: 'invalidation',
    wrong: 'A unit without page requests takes responses to them.',
    source: '7.6.1, 11.4.3 (PRS)',
    rules: descriptor('page-group-response.capability'),
    edits: [{ file: CHECKS, from: 'return !legacy && capabilities.pageRequests;', to: 'return !legacy;' }],
    smallest: wideQueueAlone({ profile: 'second-stage-48' }, submit([9n]), faultStatus),
  },
  {
    id: 'pasid-device-tlb-descriptors-without-dt',
    area: 'invalidation',
    history: 'QEMU, seen of 10.0',
    wrong: 'A unit without Device-TLB support takes PASID-based Device-TLB invalidations.',
    source: '6.5.2.6, 11.4.3 (DT)',
    rules: descriptor('pasid-device-tlb.capability'),
    edits: [{ file: CHECKS, from: 'return !legacy && capabilities.deviceTlbs;', to: 'return !legacy;' }],
    smallest: wideQueueAlone({ profile: 'second-stage-48' }, submit([8n]), faultStatus),
  },
];
