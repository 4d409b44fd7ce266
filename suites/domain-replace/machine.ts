/**
 * Hardware with one entry in each cache, as a state and the actions that it may take at any moment: read a piece
 * of an entry, cache what it read, walk, hand a translation to a device, forget, execute an invalidation that the
 * queue allows. Beside the bounds of `World` it is what really happens in one history.
 */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import {
  domainIdOf,
  type Translation,
  translationOf,
  usesFirst,
  usesSecond,
} from '../../models/reference/domain-replace/entry.ts';
import { isOf } from './caches.ts';
import { describeTranslation } from './describe.ts';
import type { Quantum, View } from './line.ts';
import type { Place } from './place.ts';

interface Leaf {
  readonly did: number;
  readonly translation: Translation;
}
/** One device or PASID. */
export interface Part {
  /** What the processor stored, and what memory holds. */
  readonly stored: View;
  readonly memory: View;
  /** Pieces of a fetch that is under way. */
  readonly q0?: Quantum | undefined;
  readonly q1?: Quantum | undefined;
  readonly cached?: View | undefined;
  readonly leaf?: Leaf | undefined;
  /** ATS is on. */
  readonly ats: boolean;
  readonly device?: Translation | undefined;
}
export interface State {
  readonly parts: readonly Part[];
  readonly first?: {
    readonly did: number;
    readonly pasid: number;
    readonly isNested: boolean;
    readonly first: bigint;
  };
  readonly second?: { readonly did: number; readonly second: bigint };
  /** Descriptors that are not executed yet. */
  readonly queue: readonly Invalidation[];
}

const ZERO: View = { q0: [0n, 0n], q1: [0n, 0n] };
const PRESENT = 1n;

/** `ats` of each place. */
export function reset(ats: readonly boolean[]): State {
  return { parts: ats.map((on) => ({ stored: ZERO, memory: ZERO, ats: on })), queue: [] };
}

export class Machine {
  readonly places: readonly Place[];

  constructor(places: readonly Place[]) {
    this.places = places;
  }

  /** Every state that one action of the hardware leads to. */
  *actions(state: State): Iterable<State> {
    for (const [index, part] of state.parts.entries()) {
      for (const next of partActions(part)) yield withPart(state, index, next);
      for (const view of viewsOf(part)) yield* this.#walks(state, index, view);
      if (part.ats && part.leaf) {
        yield withPart(state, index, { ...part, device: part.leaf.translation });
      }
    }
    for (const index of state.queue.keys())
      if (mayExecute(state.queue, index)) yield this.#execute(state, index);
  }

  /** What a request of part `index` may be answered with at once. */
  answers(state: State, index: number): readonly Translation[] {
    const part = state.parts[index];
    if (part === undefined) return [];
    const walked = [...viewsOf(part)].flatMap((view) => {
      const own = translationOf(view.q0[0], view.q0[1], view.q1[0]);
      return own === undefined ? [] : this.#translations(state, index, own, domainIdOf(view.q0[1]));
    });
    return [...walked, ...(part.leaf ? [part.leaf.translation] : []), ...(part.device ? [part.device] : [])];
  }

  /** A walk fills IOTLB and the structures of the tables that it went through. */
  *#walks(state: State, index: number, { q0, q1 }: View): Iterable<State> {
    const own = translationOf(q0[0], q0[1], q1[0]);
    const part = state.parts[index];
    if (own === undefined || part === undefined) return;
    const did = domainIdOf(q0[1]);
    const { pasid = 0 } = this.places[index] ?? {};
    for (const translation of this.#translations(state, index, own, did)) {
      const { kind, first, second } = translation;
      const next = withPart(state, index, { ...part, leaf: { did, translation } });
      yield {
        ...next,
        ...(usesFirst(kind) ? { first: { did, pasid, isNested: kind === 'nested', first } } : {}),
        ...(usesSecond(kind) ? { second: { did, second } } : {}),
      };
    }
  }

  /** By the tables of the entry, or by what a structure cache has of them. */
  #translations(state: State, index: number, own: Translation, did: number): readonly Translation[] {
    const { first, second } = state;
    const { kind, tracked } = own;
    const pasid = this.places[index]?.pasid;
    const hasFirst =
      usesFirst(kind) &&
      first?.did === did &&
      first.pasid === pasid &&
      first.isNested === (kind === 'nested');
    const firsts = hasFirst ? [own.first, first.first] : [own.first];
    const seconds = usesSecond(kind) && second?.did === did ? [own.second, second.second] : [own.second];
    return firsts.flatMap((one) => seconds.map((other) => ({ kind, first: one, second: other, tracked })));
  }

  #execute(state: State, at: number): State {
    const invalidation = state.queue[at];
    const queue = state.queue.toSpliced(at, 1);
    if (invalidation === undefined) return state;
    const parts = state.parts.map((part, index) =>
      afterwards(part, this.places[index] as Place, invalidation),
    );
    const { first, second } = state;
    const keepsFirst = first !== undefined && !dropsFirst(first, invalidation);
    const keepsSecond = second !== undefined && !dropsSecond(second.did, invalidation);
    return { parts, queue, ...(keepsFirst ? { first } : {}), ...(keepsSecond ? { second } : {}) };
  }
}

/** Tells states apart. */
export function textOf({ parts, first, second, queue }: State): string {
  let text = '';
  for (const part of parts) text += textOfPart(part);
  if (first !== undefined) text += `F${first.did} ${first.pasid} ${first.isNested} ${first.first}`;
  if (second !== undefined) text += `S${second.did} ${second.second}`;
  // Only the end of what was submitted may be left, in any order that 6.5.5 leaves open.
  for (const one of queue) text += textOfInvalidation(one);
  return text;
}

/** An action changes one part: the texts of the others are known. */
const partTexts = new WeakMap<Part, string>();
const invalidationTexts = new WeakMap<Invalidation, string>();

function textOfPart(part: Part): string {
  const known = partTexts.get(part);
  if (known !== undefined) return known;
  const { stored, memory, q0, q1, cached, leaf, ats, device } = part;
  const text = [
    ...[stored, memory, cached].map((view) => (view ? `${view.q0},${view.q1}` : '')),
    q0 ?? '',
    q1 ?? '',
    leaf ? `${leaf.did} ${describeTranslation(leaf.translation)}` : '',
    ats ? (device ? describeTranslation(device) : 'none') : '',
    ';',
  ].join('|');
  partTexts.set(part, text);
  return text;
}

function textOfInvalidation(one: Invalidation): string {
  const text = invalidationTexts.get(one) ?? `Q${Object.values(one).join(' ')}`;
  invalidationTexts.set(one, text);
  return text;
}

export function withPart(state: State, index: number, part: Part): State {
  return { ...state, parts: state.parts.with(index, part) };
}

function* partActions(part: Part): Iterable<Part> {
  const { stored, memory, q0, q1, cached, leaf, device } = part;
  if (stored !== memory) yield { ...part, memory: stored };
  if (q0 === undefined && isPresent(memory.q0)) yield { ...part, q0: memory.q0 };
  // Pieces are read in any order, of an entry that is present or was when the fetch began.
  if (q1 === undefined && (q0 !== undefined || isPresent(memory.q0))) yield { ...part, q1: memory.q1 };
  if (q0 !== undefined && q1 !== undefined)
    yield { ...part, q0: undefined, q1: undefined, cached: { q0, q1 } };
  if (cached !== undefined) yield { ...part, cached: undefined };
  if (leaf !== undefined) yield { ...part, leaf: undefined };
  if (device !== undefined) yield { ...part, device: undefined };
}

/** A cached entry serves requests, and one that was just read. */
function* viewsOf({ q0, q1, cached }: Part): Iterable<View> {
  if (cached !== undefined) yield cached;
  if (q0 !== undefined && q1 !== undefined) yield { q0, q1 };
}

/** 6.5.5; a Device-TLB invalidation without PASID is taken as ordered too. */
function mayExecute(queue: readonly Invalidation[], at: number): boolean {
  const later = queue[at] as Invalidation;
  const { cache } = later;
  return queue.slice(0, at).every((earlier) => {
    if ((earlier.cache === 'wait' && earlier.fence) || cache === 'wait') return false;
    if (cache === 'iotlb' || cache === 'pasid-iotlb') return earlier.cache !== 'pasid';
    if (cache === 'device-tlb') return earlier.cache !== 'iotlb' && earlier.cache !== 'pasid-iotlb';
    return true;
  });
}

function afterwards(part: Part, place: Place, invalidation: Invalidation): Part {
  switch (invalidation.cache) {
    case 'pasid': {
      const { did, pasid } = invalidation;
      if (pasid !== 'all' && pasid !== place.pasid) return part;
      const isDropped = part.cached && (did === 'all' || domainIdOf(part.cached.q0[1]) === did);
      return { ...part, q0: undefined, q1: undefined, ...(isDropped ? { cached: undefined } : {}) };
    }
    case 'iotlb':
    case 'pasid-iotlb':
      return part.leaf && dropsLeaf(part.leaf, place, invalidation) ? { ...part, leaf: undefined } : part;
    case 'device-tlb': {
      const { sourceId, pasid, whole } = invalidation;
      const isNamed = sourceId === place.sourceId && isOf(pasid, place.pasid);
      return whole && isNamed ? { ...part, device: undefined } : part;
    }
    default:
      return part;
  }
}

function dropsLeaf({ did, translation }: Leaf, { pasid }: Place, invalidation: Invalidation): boolean {
  if (invalidation.cache === 'iotlb') {
    const isNamed = invalidation.did === 'all' || invalidation.did === did;
    return isNamed && (invalidation.whole || usesFirst(translation.kind));
  }
  if (invalidation.cache !== 'pasid-iotlb') return false;
  if (invalidation.byPage && !usesFirst(translation.kind)) return false;
  return invalidation.whole && invalidation.did === did && invalidation.pasid === pasid;
}

function dropsFirst({ did, pasid }: NonNullable<State['first']>, invalidation: Invalidation): boolean {
  if (invalidation.cache === 'iotlb') return invalidation.did === 'all' || invalidation.did === did;
  if (invalidation.cache !== 'pasid-iotlb' || !invalidation.whole || !invalidation.upper) return false;
  return invalidation.did === did && invalidation.pasid === pasid;
}

function dropsSecond(did: number, invalidation: Invalidation): boolean {
  if (invalidation.cache !== 'iotlb' || !invalidation.whole) return false;
  return invalidation.did === 'all' || invalidation.did === did;
}

function isPresent(q0: Quantum): boolean {
  return (q0[0] & PRESENT) === PRESENT;
}
