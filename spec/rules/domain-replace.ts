/**
 * Rules of area `domain-replace`: what a driver does when it attaches, replaces and detaches domains of a unit in
 * scalable mode. Which requests may reach what is the architecture's; who cleans which cache when was settled in
 * the review of "iommu/vt-d: Hitless PASID updates via entry_sync" (2026).
 */
import type { Rule } from '../rule.ts';
import type { Level } from '../schema.ts';

/** RWBF (6.8) has no rule: a unit in scalable mode reports it as 0 (11.4.2). */
const review = 'review of "iommu/vt-d: Add entry_sync support for PASID entry updates", 2026';

function rule(id: string, clause: string, statement: string, note?: string, level: Level = 'must'): Rule {
  const named = {
    id: `domain-replace.${id}`,
    areas: ['domain-replace'],
    level,
    statement,
    clause,
  } as const;
  return note === undefined ? named : { ...named, note };
}

const entries: readonly Rule[] = [
  rule('report', review, 'Each request is reported on.'),
  rule(
    'entry.domain',
    '9.6',
    'After an attach the PASID table entry of the device or PASID, and no other, is present and leads to the tables of the domain.',
  ),
  rule('entry.blocked', '9.6', 'After a detach, and after its tables are released, an entry is not present.'),
  rule('entry.valid', '9.6, Table 30', 'An entry that is written has no fault on this unit.'),
  rule(
    'entry.supervisor',
    '9.6, 3.6.2',
    'An entry with a first stage lets no supervisor requests through (SRE clear): nobody asked for them.',
    undefined,
    'should',
  ),
  rule(
    'entry.torn',
    '9, 6.2.3.1',
    'Hardware that reads quanta of an entry at any moments finds the old tables, the new ones, or none.',
    'Quanta that are stored while the entry is not present are taken as seen with P.',
  ),
  rule(
    'entry.hitless',
    review,
    'A present entry is replaced without being not present in between where only one quantum need differ.',
    'Drivers that clear the entry first are right too: their requests fail for a while.',
    'may',
  ),
];

const domainIds: readonly Rule[] = [
  rule('did.zero', '6.2.2.1, 6.2.3.1', 'With CM no entry has domain id 0.', 'It tags cached faults.'),
  rule(
    'did.class',
    '6.2.3.1',
    'Entries of first stage or pass-through have no domain id of entries with a second stage.',
  ),
  rule('did.second-stage', '6.2.3.1', 'Entries of one domain id have the same second-stage tables.'),
  rule(
    'did.pasid',
    '6.2.3.1',
    'Entries of several devices with one PASID and domain id have the same tables.',
  ),
  rule(
    'did.clean',
    `6.5.3.3, Table 28; ${review}`,
    'No entry is served by what caches hold of other tables under its domain id.',
    'A domain id is clean when it is given: whoever gave it back flushed it.',
  ),
  rule(
    'did.exhausted',
    `${review}; 11.4.2 (ND)`,
    'A request for which there may be no domain id left is served, or fails and is reported, the old tables or none left.',
    'Ids for each place and two kept back may run out where ids for each domain do not: both are taken.',
  ),
];

const linux = 'Linux drivers/iommu/intel, 7.1';

const dirtyTracking: readonly Rule[] = [
  rule(
    'dirty.attach',
    '9.6, 3.7.2; 6.2.3.1',
    'An entry that becomes present over tables whose writes are tracked has SSADE set.',
    'And PWSNP, without which hardware cannot write the flags (SSS.5).',
  ),
  rule(
    'dirty.second-stage',
    '9.6, 3.7.2; 6.2.3.1',
    'When tracking begins every entry of the second-stage domain gets SSADE.',
    'What caches hold of it without is dropped: it would let writes through that leave no trace.',
  ),
  rule(
    'dirty.nested',
    `9.6, 3.7.2; 6.2.3.1; ${linux}`,
    'When tracking begins every entry of a nested domain over the tables gets SSADE too.',
  ),
  rule(
    'dirty.off',
    linux,
    'When tracking ends SSADE is cleared.',
    'Flags that nobody reads cost time.',
    'may',
  ),
];

const deviceStates: readonly Rule[] = [
  rule('ats', '4.5', 'ATS of a device is on or off as was asked for.'),
  rule(
    'page-requests.drain',
    '7.10, 6.5.2.9 (PD)',
    'After a detach no page request is on its way: a wait with PD, behind an invalidation of the Device-TLB that no entry fills again, was waited for.',
    'Of devices that send them, on units with PDS; it may stand in an earlier request since which nothing was attached but pass-through, under which no fault comes up that a device could ask about (7.1.2).',
  ),
  rule(
    'release.faults',
    linux,
    'An entry whose tables were released has FPD set: the device goes on until it is detached.',
    undefined,
    'may',
  ),
];

const caches: readonly Rule[] = [
  rule(
    'flush-line',
    '11.4.3, 6.5.3.3',
    'On a unit that does not snoop (ECAP.C = 0) a changed entry is flushed from the cache of the processor before it is invalidated.',
  ),
  rule(
    'pasid-cache',
    `6.5.2.2, 6.5.3.3, Table 28; ${review}`,
    'No older copy of the entry is left in the PASID-cache, whatever its domain id.',
  ),
  rule(
    'caching-mode',
    '6.6, 6.5.3.3',
    'With CM a PASID-cache invalidation follows when an entry becomes present.',
    'Cached faults have domain id 0, drivers name the new one: both are taken.',
  ),
  rule(
    'iotlb',
    '6.2.4, 6.5.2.3, 6.5.2.4, Table 28',
    'Translations and paging structures of the old tables that requests may still meet are invalidated.',
    'IOTLB entries are looked up by source id and PASID (Table 17): another domain id does not hide them.',
  ),
  rule(
    'device-tlb',
    '6.5.2.5, 6.5.2.6, Table 28',
    'With ATS the Device-TLB is invalidated when an entry that was present changes.',
  ),
  rule(
    'device-tlb.ats',
    '6.5.3.3, 4.5',
    'No Device-TLB invalidation is sent to a device without ATS.',
    'It does not answer, and the queue stops.',
    'should',
  ),
  rule('order.pasid-cache', '6.5.3.3', 'The PASID-cache is invalidated before the IOTLB: it fills it again.'),
  rule(
    'order.iotlb',
    '6.5.2.5, 6.5.2.6',
    'The IOTLB is invalidated before the Device-TLB: it fills it again.',
  ),
  rule(
    'order.rid-device-tlb',
    '6.5.5',
    'A wait stands between a PASID-based IOTLB invalidation and a Device-TLB invalidation without PASID.',
    'The order is promised for PASID-based Device-TLB invalidations only; drivers rely on it for both.',
    'may',
  ),
  rule('wait', '6.5.2.9', 'A request is not done before all invalidations that it needs are.'),
  rule('descriptor', '6.5.2', 'Descriptors are valid on this unit.'),
];

const failures: readonly Rule[] = [
  rule('failure.served', review, 'A request for which nothing fails is served.'),
  rule('failure.binding', review, 'A request that failed leaves the old tables, or none.'),
  rule('failure.reported', review, 'A request that was not served is reported.'),
];

const costs: readonly Rule[] = [
  rule(
    'cost.device-tlb',
    review,
    'The Device-TLB is invalidated once in a replacement or detach, and not when an entry becomes present.',
    'More drops nothing that could do harm, and costs time.',
    'may',
  ),
  rule(
    'cost.iotlb',
    review,
    'The IOTLB is not invalidated when an entry becomes present: its domain id is clean.',
    'Linux does it with CM.',
    'may',
  ),
  rule(
    'cost.global',
    review,
    'No invalidation drops what is held of every domain.',
    'Where the domain id of the old tables is known that alone need go.',
    'may',
  ),
];

/** Of the exhaustive mode alone. */
export const interleavingRules: readonly Rule[] = [
  rule(
    'interleavings',
    'chapter 6, 9',
    'In no interleaving of the driver with the hardware a request reaches what it must not.',
    'What the other rules say of all histories at once, told by one of them.',
  ),
];

export const domainReplaceRules: readonly Rule[] = [
  ...entries,
  ...domainIds,
  ...caches,
  ...dirtyTracking,
  ...deviceStates,
  ...failures,
  ...costs,
];
