/**
 * What the steps of a case mean to cached PASID table entries: which of them an event makes the unit read
 * again (6.4.1, 6.4.4, 6.5.2), and which translations of the first stage it drops (6.4.2, 6.4.3).
 */
import { extract } from '../../../spec/bits.ts';
import type { BindingStep } from '../../../spec/schema/binding.ts';

export type GuestEvent =
  /** Every entry is read again. */
  | { readonly is: 'all'; readonly rule: string }
  /** PASID cache: of a domain, or of a PASID in it. */
  | { readonly is: 'pasid-cache'; readonly domain: number; readonly pasid?: number }
  /** Context cache: of devices whose source id is `sourceId` but for the bits of `mask`. */
  | { readonly is: 'context-cache'; readonly sourceId: number; readonly mask: number }
  | { readonly is: 'root' }
  | { readonly is: 'translations'; readonly drop: DroppedTranslations }
  | { readonly is: 'nothing' };

/** First-stage translations that are dropped. */
export interface DroppedTranslations {
  /** The granularity, for the rule. */
  readonly by: 'pasid' | 'page' | 'domain' | 'global';
  /** Left out: of every domain. */
  readonly domain?: number;
  /** Left out: of every PASID. */
  readonly pasid?: number;
  /** Left out: all addresses. In bytes, aligned to its size. */
  readonly range?: { readonly address: bigint; readonly pages: bigint };
  /** IH: no entry that refers to a table changed. */
  readonly leaf: boolean;
}

const nothing: GuestEvent = { is: 'nothing' };
const CONTEXT = 1;
const IOTLB = 2;
const PASID_IOTLB = 6;
const PASID_CACHE = 7;
/** Function mask to bits of the source id (6.5.2.1). */
const functionMasks = [0, 0b100, 0b110, 0b111] as const;

/** `domainBits`: width of domain ids (ND), beyond which those of a descriptor are ignored. */
export function guestEvent(step: BindingStep, domainBits: number): GuestEvent {
  switch (step.step) {
    case 'invalidate':
      return invalidation(step.descriptor, domainBits);
    case 'root':
      return { is: 'root' };
    case 'enable':
      return { is: 'all', rule: step.on ? 'binding.event.enable' : 'binding.event.disable' };
    case 'reset':
      return { is: 'all', rule: 'binding.event.reset' };
    default:
      return nothing;
  }
}

function invalidation([low = 0n, high = 0n]: readonly bigint[], domainBits: number): GuestEvent {
  const lower = Number(BigInt.asUintN(32, low));
  const granularity = (lower >>> 4) & 3;
  const domain = (lower >>> 16) % 2 ** domainBits;
  const pasid = Number(extract(low, 51, 32));
  switch (lower & 0xf) {
    case CONTEXT:
      // Entries in scalable mode have no domain: a domain's are all (6.5.2.1).
      return granularity === 3
        ? {
            is: 'context-cache',
            sourceId: Number(extract(low, 47, 32)),
            mask: functionMasks[Number(extract(low, 49, 48))] ?? 0,
          }
        : { is: 'context-cache', sourceId: 0, mask: 0xffff };
    case PASID_CACHE:
      if (granularity === 3) return { is: 'all', rule: 'binding.event.pasid-global' };
      return granularity === 1 ? { is: 'pasid-cache', domain, pasid } : { is: 'pasid-cache', domain };
    case PASID_IOTLB: {
      const leaf = extract(high, 6, 6) === 1n;
      if (granularity === 2) return translations({ by: 'pasid', domain, pasid, leaf: false });
      return translations({ by: 'page', domain, pasid, range: rangeOf(high), leaf });
    }
    case IOTLB:
      // The page of a second-stage address says nothing of first-stage ones: those of the domain go.
      return granularity === 1
        ? translations({ by: 'global', leaf: false })
        : translations({ by: 'domain', domain, leaf: false });
    default:
      return nothing;
  }
}

function translations(drop: DroppedTranslations): GuestEvent {
  return { is: 'translations', drop };
}

/** ADDR and AM of the second word. */
function rangeOf(high: bigint): { readonly address: bigint; readonly pages: bigint } {
  const order = extract(high, 5, 0);
  const size = 1n << (12n + order);
  return { address: BigInt.asUintN(64, ((high >> 12n) << 12n) & ~(size - 1n)), pages: 1n << order };
}
