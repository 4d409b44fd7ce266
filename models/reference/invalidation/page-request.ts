/** What a page request that is taken drops, before it is queued (VT-d Table 27). Scalable mode only. */
import { pageRequestEvents } from '../../../spec/invalidation/events.ts';
import type { CacheInvalidation } from './cached-entry.ts';
import { pasidDid, translationType } from './entry-fields.ts';
import type { Passage } from './made-entries.ts';

export interface PageRequestDrop {
  readonly invalidation: CacheInvalidation;
  readonly rule: string;
}

/**
 * The invalidation done for a page request that took one of `passages`. Undefined when they don't agree on it, so
 * that none is sure.
 */
export function pageRequestEvent(passages: readonly Passage[]): PageRequestDrop | undefined {
  const drops = passages
    .filter(({ answers }) => answers?.some(({ outcome }) => outcome === 'queued'))
    .map(dropOf);
  const [first, ...others] = drops;
  if (first === undefined || others.some((other) => !isSame(first, other))) return undefined;
  return first;
}

function dropOf({ request, slots }: Passage): PageRequestDrop | undefined {
  const entry = slots[3];
  const type = entry?.kind === 'pasid-table' && entry.words ? translationType(entry.words) : undefined;
  if (type === undefined || entry?.words === undefined) return undefined;
  const { rule, kind, granularity } = pageRequestEvents[type];
  const common = { did: pasidDid(entry.words), address: request.address, addressMask: 0, hint: false };
  if (kind === 'pasid-iotlb') {
    const page = { kind, granularity: 'page', pasid: Number(entry.input), ...common } as const;
    return { rule, invalidation: page };
  }
  return {
    rule,
    invalidation: { kind, granularity: granularity === 'page' ? 'page' : 'domain', ...common },
  };
}

function isSame(one: PageRequestDrop, other: PageRequestDrop | undefined): boolean {
  if (other === undefined || one.rule !== other.rule) return false;
  const [first, second] = [one.invalidation, other.invalidation];
  return 'did' in first && 'did' in second && first.did === second.did;
}
