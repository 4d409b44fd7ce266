/** Rules of area `translation`: what an answer, a completion and a fault record hold, and which flags are set. */
import type { Rule } from '../rule.ts';
import { rule } from './translation-rule.ts';

export const completions: readonly Rule[] = [
  rule(
    'translation-request.rights',
    '4.2.3',
    'A completion grants the rights that the request would have in the page, and no fault comes of one that is missing.',
  ),
  rule(
    'translation-request.no-write',
    '4.2.3',
    'Where the unit has NWFS a translation request with NW set is granted no write permission.',
  ),
  rule(
    'translation-request.untranslated-only',
    '4.2.3',
    'U of a completion is set for the interrupt range only.',
  ),
  rule(
    'translation-request.privileged',
    '4.2.3',
    'PRIV of a completion is set when the request has a PASID and asks for privilege, also when no rights are granted.',
  ),
  rule(
    'translation-request.non-snooped',
    '4.2.3, Table 10',
    'N of a completion is PGSNP or the SNP bit of the second-stage entry that maps the page.',
  ),
  rule(
    'translation-request.interrupt-range',
    '4.2.3, 3.15',
    'A translation request without PASID to FEEx_xxxxh is told to write untranslated (S.1).',
    'Errors that lie deeper than the context entry may be found first (D18).',
  ),
  rule(
    'translation-request.interrupt-range-read-only',
    '4.2.3, 3.15',
    'A translation request without PASID to FEEx_xxxxh that does not want to write gets no rights (S.2).',
    'Errors that lie deeper than the context entry may be found first (D18).',
  ),
];

export const flags: readonly Rule[] = [
  rule(
    'flags.first-stage.accessed',
    '3.6.2',
    'A is set in each first-stage entry of a translation.',
    'It may be set for requests that fault as well.',
  ),
  rule(
    'flags.first-stage.extended-accessed',
    '3.6.2',
    'Under EAFE EA is set in each first-stage entry of a translation.',
  ),
  rule(
    'flags.first-stage.dirty',
    '3.6.2, 4.2.3.1',
    'D is set in the first-stage entry that maps the page when the request writes, or is granted write permission.',
  ),
  rule(
    'flags.second-stage.accessed',
    '3.7.2',
    'Under SSADE A is set in each second-stage entry of a translation.',
    'It may be set for requests that fault as well.',
  ),
  rule(
    'flags.second-stage.dirty',
    '3.7.2, 3.8.1',
    'Under SSADE D is set in the second-stage entry that maps a page that is written, first-stage tables included.',
    'D of a page of first-stage tables that were not written is left open (D22).',
  ),
  rule(
    'flags.nothing-else',
    '3.6.2, 3.7.2',
    'Translation changes nothing in memory but flags of entries that are used, and dirty flags only for writes that go through.',
    'Accessed flags may be set early for requests that fault, and for no others: a unit that fetches translations which nobody asked for sets none by it, and so can keep only those that have them (6.2.4.1).',
  ),
];

export const answer: readonly Rule[] = [
  rule(
    'page-size',
    '3.7',
    'An answer is good for no more than the page that was found.',
    'A smaller page is allowed: hardware may split one. Under pass-through any size is.',
  ),
  rule(
    'permission',
    '3.7.1, 3.9',
    'The rights of an answer are those that every entry on the path grants; pass-through grants both.',
  ),
];

export const records: readonly Rule[] = [
  rule('record.made', '7.2.1', 'A fault is recorded when no entry that was reached has FPD set.'),
  rule(
    'record.cached',
    '6.2.4, 7.2.1',
    'A fault is recorded also when an earlier request of the device was translated by the same page, so that a cached translation may be what refuses this one.',
  ),
  rule(
    'record.unqualified',
    '7.1.3',
    'A fault that is not qualified is recorded although an entry that was reached has FPD set.',
  ),
  rule(
    'fpd.context',
    '9.3, 9.4, 7.1.3',
    'FPD of the context entry suppresses the record of a qualified fault, also when the entry is not present.',
  ),
  rule(
    'fpd.pasid-directory',
    '9.5, 7.1.3',
    'FPD of the PASID directory entry suppresses the record of a qualified fault, also when it is not present.',
  ),
  rule(
    'fpd.pasid-table',
    '9.6, 7.1.3',
    'FPD of the PASID table entry suppresses the record of a qualified fault, also when it is not present.',
  ),
  rule('record.code', '11.4.7.6', 'The record gives the code of the condition that blocked the request.'),
  rule('record.source-id', '11.4.7.6', 'The record names the requester.'),
  rule(
    'record.address',
    '11.4.7.6',
    'The record gives the page of the request, bits 63:12, below the largest address width of the unit.',
  ),
  rule(
    'record.address-above-width',
    '11.4.7.6',
    'Bits of the recorded page at and above the largest address width of the unit are zero.',
    'Where second and first stage have different widths, the bits between them may be either.',
  ),
  rule(
    'record.operation',
    '11.4.7.6',
    'The record tells reads, writes, atomics and page requests from each other.',
    'What it tells of a translation request is not stated.',
  ),
  rule('record.no-pasid', '11.4.7.6', 'The record of a request without PASID does not claim one.'),
  rule('record.pasid-present', '11.4.7.6', 'The record of a request with PASID says so.'),
  rule('record.pasid', '11.4.7.6', 'The record of a request with PASID gives the PASID.'),
  rule(
    'record.privileged',
    '11.4.7.6',
    'The record of a request with PASID tells whether it asked for privilege.',
  ),
  rule('record.recoverable', '7.1.2', 'Nothing that ends in a success, with or without rights, is recorded.'),
];
