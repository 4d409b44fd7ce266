/** One place that a request is about, and what the actions of the request did to it. */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import { hasSameTables, type Translation, usesFirst } from '../../models/reference/domain-replace/entry.ts';
import { isOf, type Slot } from './caches.ts';
import { describePlace } from './describe.ts';
import { type Place, serves, untracked } from './place.ts';

interface Fate {
  readonly place: Place;
  /** What it was bound to, and what it shall be; undefined: blocked. */
  readonly old: Translation | undefined;
  readonly wanted: Translation | undefined;
  /** What the entry says when the request is over. */
  readonly left: Translation | undefined;
}

export class Subject {
  readonly place: Place;
  readonly old: Translation | undefined;
  readonly wanted: Translation | undefined;
  readonly left: Translation | undefined;
  /** What requests may reach while the request is under way: what is tracked may be so by its end only. */
  readonly meanwhile: readonly (Translation | undefined)[];
  /** The request did what it was asked for. */
  readonly isServed: boolean;
  stores = 0;
  wasAbsent = false;
  iotlbs = 0;
  deviceTlbs = 0;
  /** The old tables were dropped from these too early: what fills them still had them. */
  readonly refilled = new Set<'iotlb' | 'device'>();

  constructor({ place, old, wanted, left }: Fate) {
    this.place = place;
    this.old = old;
    this.wanted = wanted;
    this.left = left;
    this.meanwhile = [old, untracked(wanted)];
    this.isServed = serves(wanted, left);
  }

  get name(): string {
    return describePlace(this.place.device, this.place.pasid);
  }

  /** What requests may reach when the request is over: what was asked for, or what a failure left. */
  get goal(): Translation | undefined {
    return this.isServed ? this.wanted : this.left;
  }

  /** An entry that was present changes. */
  get isReplaced(): boolean {
    return this.old !== undefined && !serves(this.wanted, this.old);
  }

  /** One swap would do: first-stage pointer and the rest of the entry need not both change. */
  get canBeHitless(): boolean {
    const { old, wanted } = this;
    if (old === undefined || wanted === undefined) return false;
    if (hasSameTables(old, wanted) && old.tracked === wanted.tracked) return false;
    return !(usesFirst(old.kind) && usesFirst(wanted.kind) && old.first !== wanted.first);
  }

  note(written: Translation | undefined): void {
    this.stores++;
    if (written === undefined) this.wasAbsent = true;
  }

  /** `invalidation` is about to be executed in `slot`, that of this place. */
  count(invalidation: Invalidation, { line, leaves, device }: Slot): void {
    const isOld = ({ translation }: { readonly translation: Translation }) => !serves(this.goal, translation);
    if (invalidation.cache === 'iotlb' || invalidation.cache === 'pasid-iotlb') {
      this.iotlbs++;
      const { did } = invalidation;
      const hadOld = leaves.some((leaf) => (did === 'all' || did === leaf.did) && isOld(leaf));
      if (hadOld && line.views.some(isOld)) this.refilled.add('iotlb');
    }
    if (invalidation.cache !== 'device-tlb' || invalidation.sourceId !== this.place.sourceId) return;
    if (!isOf(invalidation.pasid, this.place.pasid)) return;
    this.deviceTlbs++;
    const hadOld = device.some((translation) => isOld({ translation }));
    if (hadOld && leaves.some(isOld)) this.refilled.add('device');
  }
}
