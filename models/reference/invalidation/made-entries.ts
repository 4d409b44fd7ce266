/**
 * The entries that a walk may leave in the caches (VT-d 6.2.2 to 6.2.6): a cache holds no fault where CAP.CM is
 * 0, save missing rights in a host permission cache, and no fault of first stage where it is 1; a paging-structure
 * cache holds what leads on, also when nothing is found below. Whether flags were set is not looked at here.
 * That memory did not answer is a fault like others: 6.2.2 to 6.2.5 do not say that it is left out where CM is 1.
 */
import type { CacheName } from '../../../spec/invalidation/caches.ts';
import type { Profile, Request } from '../../../spec/schema.ts';
import { type Alternative, rulesOf } from '../alternative.ts';
import { unitOf } from '../unit.ts';
import { type Entry, isLeaf, type Slot } from './cached-entry.ts';
import { contextDid, hostPermissionDid, isPassThrough, pasidDid, translationType } from './entry-fields.ts';

/** What one walk met, from memory or from entries of caches. */
export interface Passage {
  readonly request: Request;
  readonly legacy: boolean;
  readonly slots: readonly Slot[];
  /** Slots of root, context, PASID directory and PASID table that a request like this may go on from. */
  readonly valid: number;
  /** Undefined when anything may be answered. */
  readonly answers: readonly Alternative[] | undefined;
  readonly used: readonly Entry[];
  /** It read bits that the unit itself may have changed: nobody knows what it leads to, or leaves behind. */
  readonly isUnsure: boolean;
}

export interface CachingPolicy {
  /** CAP.CM. */
  readonly cachesFaults: boolean;
  /** Nothing is fetched but for a request, and not for any access to its page but for its own. */
  readonly onlyRequestsFill: boolean;
}

export function policyOf(profile: Profile): CachingPolicy {
  return {
    cachesFaults: unitOf(profile).capabilities.CM === 1,
    onlyRequestsFill: profile.policies.cacheFills === 'requests',
  };
}

/** R and W of second stage. */
const RIGHTS = 3n;
/** Rights are no property of the walk: another access may have come through. */
const rights: ReadonlySet<string> = new Set(['SGN.2', 'SGN.6', 'SGN.7', 'LGN.2', 'LGN.3']);
const unusable: ReadonlySet<string> = new Set(['SSS.3', 'SSS.5', 'SSS.6']);
const unreadableOrReserved: ReadonlySet<string> = new Set(['HPT.1', 'HPT.2', 'HPT.3']);

/** Everything that may be cached after the walk, known before step `step`, and after `changes` of memory. */
export function entriesOf(
  passage: Passage,
  policy: CachingPolicy,
  step: number,
  changes: number,
): readonly Entry[] {
  // A hit of the whole translation leaves nothing new behind.
  if (passage.used.some(({ cache }) => cache === 'iotlb' || cache === 'host-permission-leaf')) return [];
  const maker = new Maker(passage, policy, step, changes);
  maker.addContext();
  if (!passage.legacy) maker.addPasid();
  maker.addStages();
  return maker.entries;
}

/** What the entries of paging-structure caches are not tagged with. */
const shared = { sourceId: 0, withPasid: false };

type Tags = Partial<Omit<Entry, 'cache' | 'slots' | 'origin' | 'spared'>>;

class Maker {
  readonly entries: Entry[] = [];
  readonly #passage: Passage;
  readonly #policy: CachingPolicy;
  readonly #common: Omit<Entry, 'cache' | 'slots' | 'origin' | 'spared'>;
  /** Number of slots before those of the stages. */
  readonly #heads: number;

  constructor(passage: Passage, policy: CachingPolicy, step: number, changes: number) {
    const { request, legacy, slots, used } = passage;
    this.#passage = passage;
    this.#policy = policy;
    this.#heads = legacy ? 2 : 4;
    const table = slots[3]?.kind === 'pasid-table' ? slots[3].words : undefined;
    this.#common = {
      pageBits: undefined,
      pgtt: table && translationType(table),
      faulting: false,
      filledBefore: step,
      madeAfter: changes,
      legacy,
      sourceId: request.sourceId,
      withPasid: request.pasid !== undefined,
      pasid: Number(slots[2]?.kind === 'pasid-directory' ? slots[2].input : 0n),
      did: 0,
      address: request.address,
      level: 0,
      filler: request,
      via: used,
    };
  }

  /** 6.2.2: the context entry, with the root entry that led to it; faulting ones have DID 0. */
  addContext(): void {
    const { slots, valid, legacy } = this.#passage;
    if (slots.length === 0) return;
    const words = slots[1]?.words;
    const tags = { pgtt: undefined, pasid: 0, withPasid: false, address: 0n };
    if (valid < 2) this.#addFault('context', slots.slice(0, 2), tags);
    else this.#add('context', slots.slice(0, 2), { ...tags, did: legacy && words ? contextDid(words) : 0 });
  }

  /** 6.2.3: the PASID table entry, with the directory entry. */
  addPasid(): void {
    const { slots, valid } = this.#passage;
    const own = slots.slice(2, 4);
    const last = own.at(-1);
    if (last === undefined) return;
    const tags = { withPasid: false, address: 0n };
    if (valid < 4) this.#addFault('pasid', own, { ...tags, pgtt: undefined });
    else if (last.words !== undefined) this.#add('pasid', own, { ...tags, did: pasidDid(last.words) });
  }

  addStages(): void {
    const { slots, valid, request, legacy } = this.#passage;
    const words = slots[this.#heads - 1]?.words;
    if (valid < this.#heads || words === undefined || request.kind === 'page-request') return;
    if (request.kind === 'translated') {
      if (!legacy) this.#addHostPermissions(slots.slice(4), hostPermissionDid(words));
      return;
    }
    const did = legacy ? contextDid(words) : pasidDid(words);
    const stages = slots.slice(this.#heads);
    this.#addTranslation(stages, words, did);
    this.#addFirstStage(stages, did);
    this.#addSecondStage(stages, did);
  }

  /** 6.2.4: the whole translation, as one page or as smaller parts of it. */
  #addTranslation(stages: readonly Slot[], words: readonly bigint[], did: number): void {
    const { slots, legacy } = this.#passage;
    const last = stages.at(-1);
    if (last === undefined) {
      const passes = legacy ? isPassThrough(words) : this.#common.pgtt === 'pass-through';
      if (passes && this.#isGranted()) this.#add('iotlb', slots, { did, pageBits: 12 });
      return;
    }
    if (isLeaf(last) && (this.#isGranted() || (!this.#policy.onlyRequestsFill && this.#lacksRights()))) {
      const bits = Math.min(...stages.filter(isLastOfStage).map(({ level }) => pageBitsOf(level)));
      for (const pageBits of bits > 12 ? [bits, 12] : [bits]) this.#add('iotlb', slots, { did, pageBits });
    }
    if (last.kind === 'second-stage' && this.#mayFault())
      this.#addFault('iotlb', slots, { did, pageBits: 12 });
  }

  /** 6.2.5: what leads on in first-stage tables, alone or with where the next table lies in host memory. */
  #addFirstStage(stages: readonly Slot[], did: number): void {
    const own: Slot[] = [];
    for (const [index, slot] of stages.entries()) {
      if (slot.kind !== 'first-stage') continue;
      const above = own.at(-1);
      if (above !== undefined) {
        const tags = { ...shared, did, pageBits: pageBitsOf(above.level) };
        this.#add('first-stage', [...own], tags, stages.slice(0, stages.indexOf(above) + 1));
        if (this.#common.pgtt === 'nested') this.#add('combined', stages.slice(0, index), tags);
      }
      own.push(slot);
    }
  }

  /** 6.2.5: what leads on in second-stage tables, for the request's address or for that of a first-stage table. */
  #addSecondStage(stages: readonly Slot[], did: number): void {
    let own: Slot[] = [];
    for (const slot of stages) {
      if (slot.kind !== 'second-stage') continue;
      const above = own.at(-1);
      if (above?.level === slot.level + 1 && !isLeaf(above)) {
        const tags = { ...shared, pasid: 0, did, pageBits: pageBitsOf(above.level), address: slot.input };
        this.#add('second-stage', [...own], tags);
      } else own = [];
      own.push(slot);
      if (isLeaf(slot)) this.#addGuestPage(own, did);
    }
    const last = own.at(-1);
    if (last === undefined || last !== stages.at(-1) || !this.#mayFault()) return;
    const tags = { ...shared, pasid: 0, did, pageBits: pageBitsOf(last.level), address: last.input };
    this.#addFault('second-stage', own, tags);
  }

  /** The page at the end of a second-stage walk under nesting, as one or as smaller parts of it. */
  #addGuestPage(own: readonly Slot[], did: number): void {
    const last = own.at(-1) as Slot;
    if (this.#common.pgtt !== 'nested' || !grantsAnything(own) || this.#isRefused(last)) return;
    const bits = pageBitsOf(last.level);
    for (const pageBits of bits > 12 ? [bits, 12] : [bits])
      this.#add('second-stage', [...own], { ...shared, pasid: 0, did, pageBits, address: last.input });
  }

  /** The walk ends at `page` for what is wrong with second-stage entries, not for the rights that they give. */
  #isRefused(page: Slot): boolean {
    if (page !== this.#passage.slots.at(-1)) return false;
    const answers = this.#passage.answers ?? [];
    return answers.every((answer) => answer.outcome === 'blocked' && unusable.has(answer.rule));
  }

  /** 6.2.6: also what grants nothing, unless the entry is empty or has reserved bits. */
  #addHostPermissions(stages: readonly Slot[], did: number): void {
    const last = stages.at(-1);
    const tags = { did, pgtt: undefined };
    const untagged = (level: number): Tags => {
      return { ...tags, ...shared, pasid: 0, level, pageBits: hostPermissionBits[level] };
    };
    for (const [index, { level }] of stages.slice(0, -1).entries()) {
      this.#add('host-permission', stages.slice(0, index + 1), untagged(level));
    }
    const answers = this.#passage.answers ?? [];
    const isUsable = answers.some((answer) => !unreadableOrReserved.has(rulesOf(answer)[0] ?? ''));
    const isEmpty = last?.words === undefined || last.words.every((word) => word === 0n);
    if (last === undefined || isEmpty || !isUsable) return;
    const { level } = last;
    // The entry as a whole, with what it grants to pages that were not asked for.
    this.#add('host-permission', stages, untagged(level));
    // A large page may be held in smaller parts: software has to give AM for all of it (6.5.2.7).
    for (const pageBits of level > 1 ? [permissionBits[level], 12] : [12])
      this.#add('host-permission-leaf', this.#passage.slots, { ...tags, level, pageBits });
  }

  #isGranted(): boolean {
    return (this.#passage.answers ?? []).some(
      (answer) => answer.outcome === 'translated' && (answer.read !== false || answer.write !== false),
    );
  }

  #lacksRights(): boolean {
    const answers = this.#passage.answers ?? [];
    const lacking = answers.some((answer) => answer.outcome === 'blocked' && rights.has(answer.rule));
    return lacking && grantsAnything(this.#passage.slots);
  }

  /** For another reason than rights that another access has; legacy mode has no condition for R=W=0 alone. */
  #mayFault(): boolean {
    const answers = this.#passage.answers ?? [];
    const mayBeRights = grantsAnything(this.#passage.slots);
    return answers.some(
      (answer) => answer.outcome === 'blocked' && !(mayBeRights && rights.has(answer.rule)),
    );
  }

  #add(cache: CacheName, slots: readonly Slot[], tags: Tags, origin = slots): void {
    if (slots.at(-1)?.passedBy === true) return;
    const common = this.#common;
    // Written out: to spread the tags over what is common takes the engine several times as long.
    this.entries.push({
      cache,
      pageBits: tags.pageBits ?? common.pageBits,
      pgtt: 'pgtt' in tags ? tags.pgtt : common.pgtt,
      faulting: tags.faulting ?? common.faulting,
      filledBefore: common.filledBefore,
      madeAfter: common.madeAfter,
      legacy: common.legacy,
      sourceId: tags.sourceId ?? common.sourceId,
      withPasid: tags.withPasid ?? common.withPasid,
      pasid: tags.pasid ?? common.pasid,
      did: tags.did ?? common.did,
      address: tags.address ?? common.address,
      level: tags.level ?? common.level,
      filler: common.filler,
      via: common.via,
      slots,
      origin,
      spared: [],
    });
  }

  #addFault(cache: CacheName, slots: readonly Slot[], tags: Tags): void {
    if (this.#policy.cachesFaults) this.#add(cache, slots, { ...tags, faulting: true });
  }
}

/** Bits of the input address below those that select an entry of `level`. */
export function pageBitsOf(level: number): number {
  return 3 + 9 * level;
}

/** Input addresses that one entry of a host permission table serves (Table 20), and one permission in it. */
const hostPermissionBits: Readonly<Record<number, number>> = { 4: 41, 3: 33, 2: 25, 1: 17 };
const permissionBits: Readonly<Record<number, number>> = { 4: 41, 3: 30, 2: 21, 1: 12 };

/** Some access may come through second stage: R=W=0 is an entry that is not present (3.7.1). */
function grantsAnything(slots: readonly Slot[]): boolean {
  const start = slots.findLastIndex(({ kind }) => kind !== 'second-stage') + 1;
  return slots.slice(start).reduce((all, { words }) => all & (words?.[0] ?? 0n), RIGHTS) !== 0n;
}

/** The last slot of first stage, or the last one at all: these say how large the page is. */
function isLastOfStage(slot: Slot, index: number, stages: readonly Slot[]): boolean {
  if (index === stages.length - 1) return true;
  return slot.kind === 'first-stage' && !stages.slice(index + 1).some(({ kind }) => kind === 'first-stage');
}
