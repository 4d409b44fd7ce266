/** What the registers and the queue make the caches do; the queue model says it, the caching model does it. */
import type { StatusKind } from './status-writes.ts';

/** A request for invalidation that the unit has accepted, from the queue or from a register (6.5). */
export type Invalidation = Request & {
  /** The rule by which bits that were set above a width are not looked at, if any were. */
  readonly ignoring?: string | undefined;
};

type Request =
  | {
      readonly kind: 'context';
      readonly granularity: 'global' | 'domain' | 'device';
      readonly did: number;
      readonly sourceId: number;
      /** FM: bits of the function number that are not compared. */
      readonly functionMask: number;
    }
  | {
      readonly kind: 'pasid';
      readonly granularity: 'domain' | 'pasid' | 'global';
      readonly did: number;
      readonly pasid: number;
    }
  | {
      readonly kind: 'iotlb';
      readonly granularity: 'global' | 'domain' | 'page';
      readonly did: number;
      readonly address: bigint;
      /** AM: 2^AM pages of 4 KiB. */
      readonly addressMask: number;
      /** IH: structure caches are left alone. */
      readonly hint: boolean;
    }
  | {
      readonly kind: 'pasid-iotlb';
      readonly granularity: 'pasid' | 'page';
      readonly did: number;
      readonly pasid: number;
      readonly address: bigint;
      readonly addressMask: number;
      readonly hint: boolean;
    }
  | {
      readonly kind: 'host-permission';
      readonly granularity: 'global' | 'domain' | 'page';
      readonly hptDid: number;
      readonly address: bigint;
      readonly addressMask: number;
      /** IH: 0 only level 1, to 3 all levels. */
      readonly levels: number;
    }
  /** Accepted, and of no effect on what a request of this suite is answered. */
  | { readonly kind: 'device-tlb' | 'pasid-device-tlb' | 'interrupt-entry' | 'page-group-response' };

export type Effect =
  /** Executed at any moment until the next completed wait, in the order of the queue. */
  | { readonly effect: 'accepted'; readonly invalidation: Invalidation }
  /** Everything accepted before is executed. */
  | { readonly effect: 'completed' }
  /** A wait wrote its 32-bit status to the 4-byte aligned address; the state of the registers keeps it. */
  | ({ readonly effect: 'status'; readonly address: bigint; readonly data: bigint } & StatusKind)
  /** A new root table counts from now on; `rule` is the rule that empties all caches, if one does. */
  | { readonly effect: 'root'; readonly rtaddr: bigint; readonly rule: string | undefined }
  /** TES changed. */
  | { readonly effect: 'translation'; readonly enabled: boolean; readonly rule: string | undefined };
