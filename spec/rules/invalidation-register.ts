/** Rules of area `invalidation`: registers, and answers to requests in general. */
import type { Rule } from '../rule.ts';
import { rule } from './invalidation-rule.ts';

export const register: readonly Rule[] = [
  rule('register.root-table', '11.4.5, 11.4.4 (SRTP)', 'RTADDR counts from the moment when SRTP latches it.'),
  rule('register.global-status', '11.4.4.2', 'GSTS says what is enabled and that the root table is set.'),
  rule('register.translation-enable', '11.4.4 (TE)', 'TES follows TE.'),
  rule(
    'register.write-one-to-clear',
    '11.4.7.1',
    'IQE, ICE and ITE are cleared by writing 1, and by nothing else.',
  ),
  rule('register.completion-status', '11.4.9.4', 'IWC is cleared by writing 1, and by nothing else.'),
  rule(
    'register.completion-control',
    '11.4.9.5',
    'IM is what software wrote, and IP is not for software to write.',
  ),
  rule('register.ccmd', '11.4.6.1', 'CCMD invalidates the context-cache, and ICC is clear when it is done.'),
  rule(
    'register.ccmd-granularity',
    '11.4.6.1',
    'CAIG says at which granularity was invalidated: as asked or coarser, 0 when refused.',
  ),
  rule(
    'register.iotlb',
    '11.4.6.3',
    'IOTLB invalidates IOTLB and structure caches, and IVT is clear when it is done.',
  ),
  rule(
    'register.iotlb-granularity',
    '11.4.6.3',
    'IAIG says at which granularity was invalidated: as asked or coarser, 0 when refused.',
  ),
  rule('register.iva', '11.4.6.4', 'IVA gives address, mask and hint of a page-selective invalidation.', {
    note: 'The register is write-only: seen by what a page-selective invalidation by register leaves.',
  }),
];

export const caching: readonly Rule[] = [
  rule('caching-mode.context', '6.1', 'Without CM no context entry is cached that is not present or faults.'),
  rule('caching-mode.pasid', '6.1', 'Without CM no PASID entry is cached that is not present or faults.'),
  rule('caching-mode.second-stage', '6.1', 'Without CM no fault of second stage is cached.'),
  rule('caching-mode.first-stage', '6.1', 'No fault of first stage is cached, whatever CM says.'),
];

export const answer: readonly Rule[] = [
  rule(
    'fresh',
    '6.5.3.6',
    'A request is answered as memory says, or as entries said that some cache may still hold.',
  ),
  rule(
    'torn',
    '9, 6.2.3.1',
    'A change during a request is seen in whole pieces of 128 bits, in the order of the stores.',
    {
      note: 'D10: time and order in which hardware reads the pieces of an entry are not stated.',
    },
  ),
  rule('translation-off', '11.4.4 (TE)', 'While TES is 0 requests go through untranslated.'),
  rule('translation-off.pasid', '3.1', 'While TES is 0 the PASID of an untranslated request is ignored.'),
  rule(
    'translation-off.ats',
    '4.2.1',
    'While TES is 0 translation requests and translated requests, with or without PASID, are unsupported (UR).',
    { note: 'Code and record are not stated, nor what becomes of page requests.' },
  ),
];
