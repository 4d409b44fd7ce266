/** Rules of area `translation`: what makes a translation valid, and which bits do not matter to it. */
import type { Rule } from '../rule.ts';
import { rule } from './translation-rule.ts';

export const success: readonly Rule[] = [
  rule(
    'second-stage.4k',
    '3.7, 9.8',
    'A request through a valid second-stage path to a page table entry goes to its 4 KiB page.',
  ),
  rule(
    'second-stage.2m',
    '3.7, 9.8',
    'A request through a valid second-stage path to a page directory entry with PS set goes to its 2 MiB page.',
  ),
  rule(
    'second-stage.1g',
    '3.7, 9.8',
    'A request through a valid second-stage path to a page directory pointer entry with PS set goes to its 1 GiB page.',
  ),
  rule(
    'first-stage.4k',
    '3.6, 9.7',
    'A request through a valid first-stage path to a page table entry goes to its 4 KiB page.',
  ),
  rule(
    'first-stage.2m',
    '3.6, 9.7',
    'A request through a valid first-stage path to a page directory entry with PS set goes to its 2 MiB page.',
  ),
  rule(
    'first-stage.1g',
    '3.6, 9.7',
    'A request through a valid first-stage path to a page directory pointer entry with PS set goes to its 1 GiB page.',
  ),
  rule(
    'nested',
    '3.8',
    'Under PGTT 011b first-stage tables and the page that they give are guest addresses, translated by second stage.',
  ),
  rule('pasid', '3.4.3, 9.6', 'A request with PASID is translated by the PASID table entry of that PASID.'),
  rule(
    'zero-length-read',
    '3.14',
    'Where the unit has ZLR a zero-length read of a page that can only be written succeeds.',
    'Where the right is taken by one entry and the left by another a fault is allowed as well (D25).',
  ),
  rule(
    'translated-request',
    '4.2.5',
    'A translated request that the context entry allows goes to the address that it gives.',
  ),
  rule(
    'translated-request.pasid',
    '4.2.1, 4.2.5',
    'A translated request with PASID is blocked where the unit does not support them.',
    'Whether and how that is recorded is stated in two ways (D26): nothing but the block is looked at.',
  ),
  rule(
    'host-permission',
    '4.2.4',
    'Under HPTE a translated request that the host permission table allows goes to the address that it gives.',
  ),
  rule(
    'interrupt-range.read',
    '3.15',
    'A read or an atomic without PASID to FEEx_xxxxh is blocked.',
    'The code and what is recorded with it are left open (D3, D29).',
  ),
  rule(
    'interrupt-range.zero-length-read',
    '3.15',
    'A zero-length read without PASID to FEEx_xxxxh passes by the remapping hardware.',
  ),
  rule(
    'page-request',
    '7.4, Table 30',
    'A page request that meets no fault condition of its context and PASID entries is queued.',
  ),
  rule(
    'pass-through.legacy',
    '3.9, 9.3',
    'Under TT 10b a request within the host address width goes to its own address, with all rights.',
  ),
  rule(
    'pass-through.scalable',
    '3.9, 9.6',
    'Under PGTT 100b a request within the host address width goes to its own address, with all rights.',
  ),
  rule(
    'ignored.pass-through.legacy',
    '9.3',
    'Under TT 10b the second-stage pointer does not matter.',
    'Whether AW and the bits of the pointer above the host address width matter is open: both are allowed.',
  ),
  rule(
    'ignored.pass-through.scalable',
    '9.6',
    'Under PGTT 100b the fields of first and second stage do not matter as far as the unit has them.',
  ),
  rule(
    'ignored.first-stage.address-width',
    '9.6, 3.6',
    'Under PGTT 001b AW does not limit the address: 48 or 57 bits, by FSPM, have to be canonical.',
  ),
  rule(
    'ignored.root-half',
    '9.2',
    'The half of a scalable root entry that serves other devices does not matter.',
    'Whether it may be malformed when it is present is open (D2): both are allowed.',
  ),
  rule('ignored.first-stage-software', '9.7', 'Bits 62:52, 11 and 9:8 of a first-stage entry do not matter.'),
  rule('ignored.execute-disable', '9.7', 'Bit 63 of a first-stage entry does not matter since revision 4.1.'),
  rule(
    'ignored.software',
    '9.8',
    'Bits 63, 60:52, 10 and 2 of a second-stage entry do not matter.',
    'Bit 2 was the execute right before revision 4.1 and is not tested there.',
  ),
  rule(
    'ignored.memory-type',
    '9.8, 3.11',
    'Bits 6:3 of a second-stage entry do not change whether and where a request goes.',
  ),
  rule(
    'ignored.accessed-dirty',
    '9.8, 3.7.2',
    'Bits 9:8 of a second-stage entry do not matter while accessed and dirty flags are off.',
  ),
  rule(
    'ignored.io-read',
    '9.8, 11.4.6',
    'Bit 61 of a second-stage entry does not matter while SSIRWE is off.',
  ),
  rule('ignored.page-size-bit', '9.8', 'Bit 7 of a page table entry does not matter.'),
  rule(
    'snoop-bit',
    '9.8, 3.10',
    'Bit 11 of an entry that maps a page may be set when the unit has snoop control.',
  ),
];
