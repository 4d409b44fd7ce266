/**
 * Rules that only `lint` checks: what software has to keep across the entries of a unit (numbered R1 to R10 in the
 * order of 6.2.2.1 and 6.2.3.1), and what the rows of a dump say of each other.
 */
import type { Rule } from '../rule.ts';

const inDumps = 'Of what software programs, not of an implementation: lint checks it in dumps.';
const notShown = 'Of what software programs, and no dump shows it.';

const rule = (
  id: string,
  level: Rule['level'],
  clause: string,
  statement: string,
  extra: Pick<Rule, 'note' | 'unreachable'> = {},
): Rule => ({ id, areas: [], level, clause, statement, unreachable: inDumps, ...extra });

/** Entries that the unit refuses are not compared: they tag no cache. */
const programming: readonly Rule[] = [
  rule(
    'R1',
    'must',
    '6.2.2.1, 6.2.3.1',
    'Entries of one domain id that use a second-stage table have the same SSPTPTR and AW.',
    { note: 'Compared where the entry uses the table: TT 00 and 01, PGTT 010 and 011.' },
  ),
  rule(
    'R2',
    'must',
    '6.2.3.1',
    'A domain id of first-stage or pass-through entries is not one of second-stage or nested entries.',
  ),
  rule(
    'R3',
    'must',
    '6.2.3.1',
    'Entries of one PASID and one domain id under several devices have the same tables, paging mode and PGTT.',
    { note: 'Compared are the fields that PGTT uses; what R1, R2 or R4 names already is not named again.' },
  ),
  rule('R4', 'must', '6.2.3.1', 'Entries that use the same first-stage table have the same FSPM and EAFE.', {
    note: 'Nested entries use the same one when SSPTPTR is the same too.',
  }),
  rule('R5', 'must', '6.2.3.1', 'Entries that use the same second-stage table have the same SSADE.'),
  rule('R6', 'must', '6.2.6.2', 'Entries of one HPTDID have the same HPTPTR and HPTSZ.', {
    unreachable: notShown,
  }),
  rule('R7', 'must', '6.2.3.1', 'DID is valid in every PASID table entry, whatever its PGTT.', {
    note: 'A value that is too wide is named as SPT.3.',
  }),
  rule('R8', 'must', '6.2.2.1, 6.2.3.1', 'With CM=1 no entry has domain id 0.'),
  rule('R9', 'must', '9.3, 9.6', 'A domain id has no more bits than ND gives.', {
    note: 'Named as LCT.3 and SPT.3.',
  }),
  rule(
    'R10',
    'may',
    '3.4, 6.2.3.1',
    'Units that share a second-stage table read it with the same address width.',
    {
      note: 'Not stated; what shares a table has to understand it alike.',
    },
  ),
];

const passThrough = rule(
  'lint.pass-through-width',
  'should',
  '9.3',
  'A legacy pass-through entry has the largest address width that the unit supports.',
  { note: 'Required of software; hardware may do without it.' },
);

const rows: readonly Rule[] = [
  rule('lint.row.boundary', 'must', '9.7, 9.8', 'A page begins on a boundary of its size.'),
  rule(
    'lint.row.path',
    'may',
    '3.6, 3.7',
    'The path to a page has an entry at every level down to the page, no table twice, and no more bits than its levels tell.',
  ),
  rule('lint.row.same-entry', 'may', '3.5', 'Rows that go through one entry show it alike.', {
    note: 'A dump is made while the machine runs: the rows may be of two moments.',
  }),
  rule('lint.row.table', 'may', '9.3, 9.6', 'The table of a device is one that its entries point to.', {
    note: 'The files may be of two moments.',
  }),
  rule('lint.row.interrupt-range', 'should', '3.15', 'No page leads into the interrupt address range.', {
    note: 'What goes there is blocked (LGN.4, SGN.8), or undefined in older revisions. The range itself is not translated, whatever it is mapped to.',
  }),
  rule(
    'lint.entry.table',
    'may',
    '3.15, 9.1 to 9.6',
    'The table that an entry points to lies in memory: not at 0, and not in the interrupt address range.',
    { note: 'Of 0 it is not stated: a pointer that nobody has written is 0.' },
  ),
  rule('lint.row.twice', 'may', '9.3, 9.6', 'A unit has one entry for a device and a PASID.', {
    note: 'Two dumps may have been pasted together.',
  }),
  rule('lint.row.overlap', 'may', '3.5', 'Pages of one device stand in ascending order and apart.', {
    note: 'A dump is made while the machine runs: the rows may be of two moments.',
  }),
  rule('lint.row.guest-width', 'may', '3.6, 3.7', 'No page lies above the guest address width.', {
    note: 'It cannot be reached: a request for it is blocked.',
  }),
  rule('lint.row.directory', 'may', '9.4', 'A PASID lies within the directory that PDTS gives.', {
    note: 'Its entry cannot be reached: SCT.7.',
  }),
  rule(
    'lint.register.reserved',
    'may',
    '11.4.4 to 11.4.12',
    'Registers of status, tables, queues and faults have no reserved bit set, and no address above the host address width.',
    { note: 'A later revision may have given a bit a meaning.' },
  ),
  rule(
    'lint.register.capability',
    'may',
    '11.4.2, 11.4.3',
    'CAP has no ND of 7, no large page without the smaller ones, and an MGAW that is not 0 and that no host address is wider than; with scalable mode nothing is there that needs what is not.',
    {
      note: 'Domain ids are then taken as 16 bits wide, and large pages as the bits of SSLPS say. Units from before scalable mode had fields that later ones have with it only. Alder Lake and Raptor Lake tell a host width of 46 and an MGAW of 39.',
    },
  ),
  rule(
    'lint.root.register',
    'may',
    '11.4.5',
    'RTADDR points to the root table that is shown, and has the mode of its rows.',
    { note: 'The files may be of two machines, or of two moments.' },
  ),
  rule(
    'lint.queue.register',
    'may',
    '11.4.9.3',
    'IQA points to the queue that is shown, and tells the width of its slots.',
    {
      note: 'The files may be of two machines, or of two moments.',
    },
  ),
  rule(
    'lint.register.status',
    'may',
    '11.4.4.1, 11.4.4.2',
    'What is on was set up before (TES needs RTPS, IRES needs IRTPS, and each its table), and the unit has it.',
    { note: 'While a pointer is set anew its status is 0 for a moment.' },
  ),
  rule(
    'lint.register.fault-index',
    'may',
    '11.4.7.1',
    'While PPF is 1, FRI tells a fault recording register that the unit has: one of NFR + 1.',
  ),
  rule(
    'lint.queue.error',
    'may',
    '11.4.7.1',
    'Neither FSTS nor the log shows an error of the invalidation queue: with IQE or ITE the unit fetches no more descriptors.',
  ),
  rule(
    'lint.page-requests',
    'may',
    '11.4.11.1 to 11.4.11.4',
    'Head and tail of the queue of page requests lie within it, and none was lost: while PRO is 1 no more are queued.',
  ),
  rule('lint.register.event', 'may', '5.1.6', 'Messages of events go to the interrupt address range.'),
  rule(
    'lint.log.reason',
    'may',
    '7.1.3, 5.1.4.1',
    'A fault has a reason that some revision defines, for such a request, and for a mode that a unit has.',
  ),
  rule(
    'lint.log.entry',
    'may',
    '7.1.3, 6.2',
    'The entry that the log shows after a fault is what the unit met: absent where the reason says so, and of its table mode.',
    {
      note: 'Else the unit read another one than memory holds now: before the write had reached memory, out of a cache, or from other tables.',
    },
  ),
  rule('lint.queue.head', 'must', '11.4.9.1', 'The head lies within the queue, and where a slot begins.'),
  rule(
    'lint.queue.status-address',
    'should',
    '6.5.2.9',
    'A wait writes its status to memory, not to the interrupt address range.',
  ),
];

export const lintRules: readonly Rule[] = [...programming, passThrough, ...rows];
