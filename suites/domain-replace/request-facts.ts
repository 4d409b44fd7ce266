/** What the actions of one request did, as far as rules about the whole request need it. */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import { type Translation, usesFirst } from '../../models/reference/domain-replace/entry.ts';
import type { Mismatch } from '../../spec/schema.ts';
import type { Held } from './caches.ts';
import { isSame } from './describe.ts';
import type { Reach } from './world.ts';

interface Subject {
  /** The slot that the request names. */
  readonly key: string;
  readonly place: string;
  /** What it was bound to, and what it shall be; undefined: blocked. */
  readonly old: Translation | undefined;
  readonly wanted: Translation | undefined;
  /** What the entry says when the request is over. */
  readonly left: Translation | undefined;
  /** Allocations fail. */
  readonly isFailing: boolean;
  /** An error was reported. */
  readonly failed: boolean;
}

export class RequestFacts {
  readonly remarks: Mismatch[] = [];
  readonly key: string;
  readonly place: string;
  readonly old: Translation | undefined;
  readonly wanted: Translation | undefined;
  readonly left: Translation | undefined;
  readonly isFailing: boolean;
  readonly failed: boolean;
  stores = 0;
  wasAbsent = false;
  iotlbs = 0;
  deviceTlbs = 0;
  /** The old tables were dropped from these too early. */
  readonly refilled = new Set<'iotlb' | 'device'>();

  constructor({ key, place, old, wanted, left, isFailing, failed }: Subject) {
    this.key = key;
    this.place = place;
    this.old = old;
    this.wanted = wanted;
    this.left = left;
    this.isFailing = isFailing;
    this.failed = failed;
  }

  /** An entry that was present changes. */
  get isReplaced(): boolean {
    return this.old !== undefined && !isSame(this.old, this.wanted);
  }

  /** One swap would do: first-stage pointer and the rest of the entry need not both change. */
  get canBeHitless(): boolean {
    const { old, wanted } = this;
    if (old === undefined || wanted === undefined || isSame(old, wanted)) return false;
    return !(usesFirst(old.kind) && usesFirst(wanted.kind) && old.first !== wanted.first);
  }

  note(written: Translation | undefined): void {
    this.stores++;
    if (written === undefined) this.wasAbsent = true;
  }

  /** `dropped`: translations that went; `left`: what is there again; `sourceId`: of the device of this request. */
  count(invalidation: Invalidation, dropped: readonly Held[], left: Reach, sourceId: number): void {
    const isOld = (one: Translation) => !isSame(one, this.left);
    const hadOld = dropped.some(({ key, translation }) => key === this.key && isOld(translation));
    if (invalidation.cache === 'iotlb' || invalidation.cache === 'pasid-iotlb') {
      this.iotlbs++;
      if (hadOld && left.entry.some(isOld)) this.refilled.add('iotlb');
    }
    if (invalidation.cache === 'device-tlb' && invalidation.sourceId === sourceId) {
      this.deviceTlbs++;
      if (hadOld && left.iotlb.some(isOld)) this.refilled.add('device');
    }
  }
}
