/** What makes a unit drop cached entries although no descriptor asks for it (VT-d 6.5.3.1, 6.6, 11.4.4). */
import type { PasidGranularTranslationType } from './caches.ts';
import type { Granularity, InvalidatingKind } from './match-tables.ts';

/** Setting the root table pointer with CAP.ESRTPS=1 empties all caches of DMA. */
export const srtpRule = 'invalidation.event.srtp';
/** Without it SRTP may leave every entry. */
export const srtpKeepsRule = 'invalidation.event.srtp-keeps';
/** Clearing TE empties all translation caches of a unit that has scalable mode. */
export const translationOffRule = 'invalidation.event.translation-off';

export interface PageRequestEvent {
  readonly rule: string;
  readonly kind: Extract<InvalidatingKind, 'iotlb' | 'pasid-iotlb'>;
  readonly granularity: Granularity;
}

const pageRequest = (
  pgtt: PasidGranularTranslationType,
  kind: PageRequestEvent['kind'],
  granularity: Granularity,
): PageRequestEvent => ({ rule: `invalidation.event.page-request.${pgtt}`, kind, granularity });

/**
 * What the unit invalidates before it queues a page request in scalable mode, with DID and PASID (RID_PASID) of
 * the request's entry, its address, AM=0 and IH=0 (Table 27). Not after a table error, an overflow, a full queue.
 */
export const pageRequestEvents: Readonly<Record<PasidGranularTranslationType, PageRequestEvent>> = {
  'first-stage': pageRequest('first-stage', 'pasid-iotlb', 'page'),
  'second-stage': pageRequest('second-stage', 'iotlb', 'page'),
  nested: pageRequest('nested', 'iotlb', 'domain'),
  'pass-through': pageRequest('pass-through', 'iotlb', 'page'),
};
