/** Rules of area `invalidation`: each cell of the match tables, and what drops entries without a descriptor. */
import { pageRequestEvents, srtpKeepsRule, srtpRule, translationOffRule } from '../invalidation/events.ts';
import {
  granularities,
  type InvalidatingKind,
  type MatchCell,
  type MatchTag,
  matchCells,
  otherCachesRule,
} from '../invalidation/match-tables.ts';
import type { Rule } from '../rule.ts';
import { local, rule } from './invalidation-rule.ts';

const clauses: Readonly<Record<InvalidatingKind, string>> = {
  context: '6.5.2.1',
  pasid: '6.5.2.2',
  iotlb: '6.5.2.3, Table 23',
  'pasid-iotlb': '6.5.2.4, Table 24',
  'host-permission': '6.5.2.7',
};

const tagNames: Readonly<Record<MatchTag, string>> = {
  did: 'domain id',
  pasid: 'PASID',
  'source-id': 'source id under the function mask',
  address: 'pages',
  level: 'levels',
};

const entryNames: Readonly<Record<MatchCell['entries'], string>> = {
  any: '',
  legacy: ' of legacy mode',
  scalable: ' of scalable mode',
  'second-stage': ' of second stage and pass-through',
  'first-stage': ' of first stage and nested translation',
};

const beyondRequests = {
  unreachable:
    'No request of this suite is answered from this cache: it is about interrupts, or in the endpoint.',
};

const cells = matchCells.map(cellRule);
const otherCaches = (Object.keys(granularities) as InvalidatingKind[]).map((kind) =>
  rule(
    local(otherCachesRule(kind)),
    clauses[kind],
    `An invalidation of kind ${kind} may leave every cache alone that its table does not name.`,
    { level: 'may' },
  ),
);

function cellRule(cell: MatchCell): Rule {
  const { kind, granularity, cache, entries, hint, match } = cell;
  const when = hint === undefined ? '' : ` with IH=${hint ? 1 : 0}`;
  const what = `${cache} entries${entryNames[entries]}`;
  const descriptor = `${kind} invalidation of granularity ${granularity}${when}`;
  const id = local(cell.rule);
  if (match === 'untouched')
    return rule(id, clauses[kind], `After a ${descriptor} ${what} may stay.`, { level: 'may' });
  const tags = match.map((tag) => tagNames[tag]).join(' and ');
  const which = tags === '' ? `all ${what}` : `the ${what} that have its ${tags}`;
  return rule(id, clauses[kind], `A completed ${descriptor} drops ${which}.`);
}

const outside: readonly Rule[] = [
  rule(
    'match.interrupt-entry-global.interrupt-entry',
    '6.5.2.8',
    'All interrupt entries are dropped.',
    beyondRequests,
  ),
  rule(
    'match.interrupt-entry-index.interrupt-entry',
    '6.5.2.8',
    'Interrupt entries are dropped whose index is that of the descriptor under its mask.',
    beyondRequests,
  ),
  rule(
    'match.device-tlb.device-tlb',
    '6.5.2.5',
    'The endpoint drops what it holds of the range for requests without PASID.',
    beyondRequests,
  ),
  rule(
    'match.pasid-device-tlb.device-tlb',
    '6.5.2.6',
    'The endpoint drops what it holds of the range for the PASID, or for every PASID.',
    beyondRequests,
  ),
];

const events: readonly Rule[] = [
  rule(
    local(srtpRule),
    '6.6, 11.4.2 (ESRTPS)',
    'Setting the root table pointer of a unit with ESRTPS drops all that it has cached for DMA.',
  ),
  rule(
    local(srtpKeepsRule),
    '6.6, 11.4.2 (ESRTPS)',
    'Setting the root table pointer of a unit without ESRTPS may leave every cached entry.',
    { level: 'may' },
  ),
  rule(
    local(translationOffRule),
    '11.4.4 (TE)',
    'Turning translation off drops all translation caches of a unit that supports scalable mode.',
  ),
  ...Object.entries(pageRequestEvents).map(([pgtt, event]) =>
    rule(
      local(event.rule),
      '6.5.3.1, Table 27',
      `Before a page request of a ${pgtt} PASID is queued, the unit does a ${event.kind} invalidation of granularity ${event.granularity}.`,
    ),
  ),
];

export const match: readonly Rule[] = [...cells, ...otherCaches, ...outside, ...events];
