/** Rules of area `invalidation`: what software does after a change is enough (VT-d 6.5.3.3, Tables 28 and 29). */
import type { Rule } from '../rule.ts';
import { rule } from './invalidation-rule.ts';

/** What is changed, in each row of vtd-spec 6.7 as the tables number them. */
const rows: readonly (readonly [row: string, change: string])[] = [
  ['1', 'a scalable-mode root entry'],
  ['2', 'a scalable-mode context entry'],
  ['3', 'a PASID directory entry'],
  ['4a', 'P, from 1 to 0, or SSADE, from 0 to 1, of a PASID table entry'],
  ['4b', 'any other field of a PASID table entry'],
  ['5', 'the tables that a domain id stands for in scalable mode'],
  ['6', 'a first-stage paging entry'],
  ['7', 'a second-stage paging entry'],
  ['8', 'a legacy root entry'],
  ['9', 'a legacy context entry'],
  ['10', 'the tables that a domain id stands for in legacy mode'],
  ['11', 'HPTE or EPTR, from 1 to 0, of a scalable-mode context entry'],
  ['12', 'HPTPTR, HPTSZ or HPTDID of a PASID table entry'],
  ['13', 'an entry of host permission tables'],
];

const hostPermission: ReadonlySet<string> = new Set(['11', '12', '13']);

export const sequence: readonly Rule[] = rows.map(([row, change]) =>
  rule(
    `sequence.${row}`,
    hostPermission.has(row) ? '6.5.3.3, Table 29' : '6.5.3.3, Table 28',
    `After a change of ${change}, the sequence for it and its wait only the new entry counts.`,
    { note: 'With the programming rules for shared tags kept (6.2.2.1, 6.2.3.1).' },
  ),
);
