/** Rules of area `invalidation`: the ten descriptor formats. */
import { granularities, type InvalidatingKind } from '../invalidation/match-tables.ts';
import type { Rule } from '../rule.ts';
import { rule } from './invalidation-rule.ts';

/** Name of each format with its clause, in the order of their types. */
const formats = [
  ['context', '6.5.2.1'],
  ['iotlb', '6.5.2.3'],
  ['device-tlb', '6.5.2.5'],
  ['interrupt-entry', '6.5.2.8'],
  ['wait', '6.5.2.9'],
  ['pasid-iotlb', '6.5.2.4'],
  ['pasid', '6.5.2.2'],
  ['pasid-device-tlb', '6.5.2.6'],
  ['page-group-response', '7.6.1'],
  ['host-permission', '6.5.2.7'],
] as const;

/** Types, or granularities, that a unit has only with a capability. */
const capabilities: readonly (readonly [name: string, clause: string, statement: string])[] = [
  ['iotlb', '6.5.2.3, 11.4.2 (PSI)', 'A unit without PSI refuses page-selective IOTLB invalidation.'],
  ['device-tlb', '6.5.2.5, 11.4.3 (DT)', 'A unit without DT refuses Device-TLB invalidation.'],
  [
    'pasid-device-tlb',
    '6.5.2.6, 11.4.3 (DT)',
    'A unit without DT refuses PASID-based Device-TLB invalidation.',
  ],
  ['page-group-response', '7.6.1, 11.4.3 (PRS)', 'A unit without PRS refuses page group responses.'],
  ['host-permission', '6.5.2.7, 11.4.3 (HPTS)', 'A unit without HPTS refuses HPT invalidation.'],
];

/** Formats of which one granularity is reserved; with legacy mode and HPT it is 0. */
const withGranularity = Object.keys(granularities) as InvalidatingKind[];

function clauseOf(name: string): string {
  const found = formats.find(([known]) => known === name);
  if (found === undefined) throw new RangeError(`no descriptor ${name}`);
  return found[1];
}

export const descriptor: readonly Rule[] = [
  ...formats.flatMap(([name, clause]) => [
    rule(`descriptor.${name}`, clause, `A valid ${name} descriptor is taken.`),
    rule(
      `descriptor.${name}.reserved`,
      clause,
      `A ${name} descriptor with a reserved bit set is an error (IQEI 4).`,
    ),
  ]),
  ...withGranularity.map((name) =>
    rule(
      `descriptor.${name}.granularity`,
      clauseOf(name),
      `A ${name} descriptor of a reserved granularity is an error.`,
      { note: 'Which code reports it is not stated: 3 and 4 are allowed.' },
    ),
  ),
  ...capabilities.map(([name, clause, statement]) =>
    rule(`descriptor.${name}.capability`, clause, statement),
  ),
  rule(
    'descriptor.domain-width',
    '6.5.2.2, 6.5.2.3, 6.5.2.4, 6.5.2.7, 11.4.6.1',
    'Bits of DID and HPTDID above the width that ND gives are ignored, in descriptors and in CCMD.',
    {
      note: 'Not stated of context-cache descriptors in legacy mode; IOTLB_REG may look at them (11.4.6.3).',
    },
  ),
  rule(
    'descriptor.address-width',
    '6.5.2.3, 6.5.2.7, 11.4.6.4',
    'Bits of ADDR above MGAW are ignored in IOTLB descriptors and in IVA, above HAW in HPT descriptors.',
    { note: 'Not stated of PASID-based IOTLB descriptors.' },
  ),
  rule(
    'descriptor.iotlb.address-mask',
    '6.5.2.3, 11.4.2 (MAMV)',
    'A page-selective IOTLB descriptor with AM above MAMV is taken, or refused.',
    {
      level: 'may',
      note: 'Not stated; the register interface refuses it, QEMU refuses it in the queue too.',
    },
  ),
];
