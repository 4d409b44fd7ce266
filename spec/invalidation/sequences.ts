/**
 * What software must invalidate after a change, before it may count on it (VT-d 6.5.3.3, 6.5.3.4; Tables 28 and
 * 29): row by row the descriptors in their order, without those for Device-TLBs in endpoints, and a wait in the
 * end. Guidance, not a minimum: spec/invalidation/needless-steps.ts names what no request can tell from nothing.
 */
import type { Granularity, InvalidatingKind } from './match-tables.ts';

const changedStructures = [
  'root',
  'context',
  'pasid-directory',
  'pasid-table',
  'first-stage',
  'second-stage',
  'host-permission',
  /** The tables that a domain id stands for. */
  'domain',
] as const;
export type ChangedStructure = (typeof changedStructures)[number];

/** For what a descriptor is given: once, or for each domain id, PASID or page range that the change touches. */
export type SequenceScope = 'unit' | 'device' | 'domain' | 'pasid' | 'page';

export interface SequenceStep {
  readonly kind: InvalidatingKind;
  readonly granularity: Granularity;
  readonly each: SequenceScope;
  /** Only for entries of these translation types: PGTT 010 and 011, or 001 and 100. */
  readonly only?: 'second-stage-or-nested' | 'first-stage-or-pass-through';
}

export interface SequenceRow {
  readonly row: string;
  readonly rule: string;
  readonly mode: 'legacy' | 'scalable' | 'both';
  readonly change: ChangedStructure;
  /** `present`: of a present entry, or of any with CAP.CM; `always`: of any. First-stage entries: present alone. */
  readonly when: 'present' | 'present-only' | 'always';
  readonly steps: readonly SequenceStep[];
}

const step = (
  kind: InvalidatingKind,
  granularity: Granularity,
  each: SequenceScope,
  only?: SequenceStep['only'],
): SequenceStep => (only === undefined ? { kind, granularity, each } : { kind, granularity, each, only });

const contextGlobal = step('context', 'global', 'unit');
const contextDevice = step('context', 'device', 'device');
const pasidDomain = step('pasid', 'domain', 'domain');
const pasidOne = step('pasid', 'pasid', 'pasid');
const iotlbGlobal = step('iotlb', 'global', 'unit');
const iotlbDomain = step('iotlb', 'domain', 'domain');
const pasidIotlb = step('pasid-iotlb', 'pasid', 'pasid');
const hostDomain = step('host-permission', 'domain', 'domain');

const row = (
  name: string,
  mode: SequenceRow['mode'],
  change: ChangedStructure,
  when: SequenceRow['when'],
  ...steps: readonly SequenceStep[]
): SequenceRow => ({ row: name, rule: `invalidation.sequence.${name}`, mode, change, when, steps });

export const sequenceRows: readonly SequenceRow[] = [
  row('1', 'scalable', 'root', 'present', contextGlobal, step('pasid', 'global', 'unit'), iotlbGlobal),
  row('2', 'scalable', 'context', 'present', contextDevice, pasidDomain, iotlbDomain),
  row('3', 'scalable', 'pasid-directory', 'present', pasidOne, iotlbDomain),
  row(
    '4a',
    'scalable',
    'pasid-table',
    'present',
    pasidOne,
    step('iotlb', 'domain', 'domain', 'second-stage-or-nested'),
    step('pasid-iotlb', 'pasid', 'pasid', 'first-stage-or-pass-through'),
  ),
  row('4b', 'scalable', 'pasid-table', 'present', pasidOne, pasidIotlb),
  row('5', 'scalable', 'domain', 'always', pasidDomain, iotlbDomain),
  row('6', 'scalable', 'first-stage', 'present-only', step('pasid-iotlb', 'page', 'page')),
  row('7', 'both', 'second-stage', 'present', step('iotlb', 'page', 'page')),
  row('8', 'legacy', 'root', 'present', contextGlobal, iotlbGlobal),
  row('9', 'legacy', 'context', 'present', contextDevice, iotlbDomain),
  row('10', 'legacy', 'domain', 'always', step('context', 'domain', 'domain'), iotlbDomain),
  row('11', 'scalable', 'context', 'present-only', contextDevice, pasidDomain, iotlbDomain, hostDomain),
  row('12', 'scalable', 'pasid-table', 'present-only', pasidOne, pasidIotlb, hostDomain),
  row('13', 'scalable', 'host-permission', 'always', step('host-permission', 'page', 'page')),
];

/** The row called `name`. Throws RangeError when there is none. */
export function sequenceRow(name: string): SequenceRow {
  const found = sequenceRows.find((candidate) => candidate.row === name);
  if (found === undefined) throw new RangeError(`no row ${name}`);
  return found;
}
