/**
 * Rules of area `page-walk`: the walk over a range of second-stage tables that calls a hook for each mapping
 * (a QEMU review of 2017, and the later form). The architecture has no such walk: what it announces must be
 * what a device can reach by the entries of 9.8.
 */
import type { Rule } from '../rule.ts';
import type { Level } from '../schema.ts';

const review = 'review of "intel_iommu: provide its own replay() callback", 2017';
const later = 'QEMU intel_iommu.c, vtd_page_walk_one';

function rule(id: string, clause: string, statement: string, note?: string, level: Level = 'must'): Rule {
  const named = { id: `page-walk.${id}`, areas: ['page-walk'], level, statement, clause } as const;
  return note === undefined ? named : { ...named, note };
}

const mapped: readonly Rule[] = [
  rule(
    'map.4k',
    `3.7, 9.8; ${review}`,
    'A 4 KiB page in the range is announced once: its input address, size, output address and rights.',
  ),
  rule('map.2m', `3.7, 9.8; ${review}`, 'A 2 MiB page in the range is announced once, as one mapping.'),
  rule('map.1g', `3.7, 9.8; ${review}`, 'A 1 GiB page in the range is announced once, as one mapping.'),
  rule(
    'map.whole',
    review,
    'A page that reaches beyond the range is announced whole, from its aligned start.',
  ),
  rule(
    'permission',
    `3.7.1; ${review}`,
    'A mapping is announced with the rights that the page and all tables above it grant together.',
  ),
  rule('ignored', '9.8', 'Bits of an entry that hardware ignores do not change what is announced.'),
  rule('order', review, 'The hook is called in ascending order of input addresses.'),
];

const skipped: readonly Rule[] = [
  rule(
    'skip.unreadable',
    review,
    'An entry that cannot be read is passed over with its whole span: neither mapped nor unmapped.',
  ),
  rule(
    'skip.reserved',
    `9.8; ${review}`,
    'An entry with a right left over and a reserved bit set is passed over with its whole span: neither mapped nor unmapped.',
    'Whether a reserved bit counts in an entry without rights is told differently (9.8: no, the review: yes): both are allowed.',
  ),
  rule(
    'skip.no-right',
    `3.7.1; ${review}`,
    'An entry without any right left over from its parents is not followed, and not announced to who asked for mappings only.',
  ),
];

const unmapped: readonly Rule[] = [
  rule(
    'unmap.page',
    review,
    'To who asked for unmapped ranges a page entry without rights is announced as unmapped with its whole span.',
  ),
  rule(
    'unmap.table',
    'QEMU intel_iommu.c, vtd_page_walk_level',
    'To who asked for unmapped ranges a table entry without rights is announced as unmapped with its whole span.',
    'The review leaves it out, the later form announces it: both are allowed unless the policy emptyTables says which.',
  ),
];

const range: readonly Rule[] = [
  rule(
    'range.beyond',
    `3.7; ${review}`,
    'A range that starts beyond the smaller of MGAW and AGAW is refused with code 4, and nothing is announced.',
    'In scalable mode the same condition has the code 84h (SGN.5): allowed where the unit has that mode. An empty range there may be refused or not.',
  ),
  rule('range.clipped', `3.7; ${review}`, 'The end of the range is clipped to the smaller of MGAW and AGAW.'),
  rule('range.empty', review, 'An empty range announces nothing.'),
  rule(
    'range.bounds',
    review,
    'Nothing is announced but entries that reach into the range, each to its own level.',
  ),
];

const course: readonly Rule[] = [
  rule('hook-error', review, "The hook's error stops the walk at once and is handed on."),
  rule('count.unreadable', review, 'Entries that cannot be read are counted.'),
  rule(
    'count.reserved',
    review,
    'Entries passed over for a reserved bit are counted.',
    'An entry of all ones may count as unreadable.',
  ),
  rule('count.no-right', review, 'Entries passed over because they grant nothing are counted.'),
  rule(
    'cost',
    review,
    'No more entries are read than the tables that are reached hold: the size of the range does not matter.',
    undefined,
    'should',
  ),
];

const remembered: readonly Rule[] = [
  rule(
    'remembered.identical',
    later,
    'A mapping that was announced before just as it is now is not announced again.',
    undefined,
    'should',
  ),
  rule(
    'remembered.changed',
    later,
    'Before a mapping is announced, what was announced before and overlaps it is announced as unmapped.',
    'The span of the new mapping is unmapped, or each of the old ones, whole or as far as it lies there: all are allowed. Where each address leads to where it led, nothing need be announced.',
  ),
  rule(
    'remembered.vanished',
    later,
    'A sync announces as unmapped what was announced before and is no longer mapped.',
    'The span of the entry is unmapped, or each of the old mappings, whole or as far as it lies there: all are allowed.',
  ),
  rule(
    'remembered.never-announced',
    later,
    'A sync that remembers does not announce as unmapped what was not announced before.',
    undefined,
    'should',
  ),
  rule('remembered.kept', later, 'A replay does not announce as unmapped what is no longer mapped.'),
  rule(
    'remembered.state',
    later,
    'After the walk exactly what is announced and not unmapped is remembered.',
    'Of a mapping that is unmapped in part the rest may be forgotten, as in QEMU: both are allowed.',
  ),
];

const replay: readonly Rule[] = [
  rule(
    'replay.tables',
    review,
    'When a device is assigned, all mappings of the second stage that its tables name are announced.',
    'Where no request gets to these tables (RID_PRIV without SRE, SPT.6) anything is allowed.',
  ),
  rule(
    'replay.no-context',
    review,
    'When a device is assigned that no valid context entry (and PASID table entry) serves, the hook is not called.',
  ),
  rule(
    'replay.pass-through',
    '9.3, 9.6',
    'When a device under pass-through is assigned, nothing is announced but addresses mapped to themselves with all rights: the second-stage pointer is ignored.',
    'Whether anything is announced at all is not described.',
  ),
  rule(
    'replay.identity',
    review,
    'When a device is assigned while translation is off, memory is announced as mapped to itself with all rights.',
    'The walk under review announces nothing there, which a reviewer asks to change: both are allowed unless the policy translationOff says which.',
  ),
];

export const pageWalkRules: readonly Rule[] = [
  ...mapped,
  ...skipped,
  ...unmapped,
  ...range,
  ...course,
  ...remembered,
  ...replay,
];
