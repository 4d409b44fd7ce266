/**
 * What a walk of a range has to tell the hook about one entry: the calls that are allowed, and what is
 * remembered afterwards (QEMU intel_iommu.c, vtd_page_walk_one). Without a memory every mapping is new.
 */
import type { Mapping, WalkEvent } from '../../spec/schema.ts';

/** Calls of the hook for one entry. */
export type Calls = readonly WalkEvent[];

export interface Announcement {
  /** The rule that decides it. */
  readonly rule: string;
  /** What the hook may be called with, the likeliest first. */
  readonly alternatives: readonly Calls[];
  /** How the entry is counted when it is left out, where it may be. */
  readonly leftOut?: 'noRight' | 'reservedOrNoRight';
}

/** Input addresses of one entry. */
export interface Span {
  readonly iova: bigint;
  readonly size: bigint;
}

const nothing: readonly Calls[] = [[]];
const none: readonly Mapping[] = [];
/** Most entries of a walk are empty and nothing is to be told of them. */
const silent = (rule: string): Announcement => ({ rule, alternatives: nothing });
const identical = silent('page-walk.remembered.identical');
const kept = silent('page-walk.remembered.kept');
const noRight = silent('page-walk.skip.no-right');
const neverAnnounced = silent('page-walk.remembered.never-announced');

/** Of a mapping that is announced as unmapped in part, the rest is remembered, or nothing of it (as in QEMU's tree). */
export type Rest = 'forgotten' | 'kept';

export class Announcements {
  /** Something of which more than one thing may be remembered has come up. */
  ambiguous = false;
  readonly #notifyUnmapped: boolean;
  /** Undefined: the walk remembers nothing. */
  #known: readonly Mapping[] | undefined;
  readonly #rest: Rest;

  constructor(notifyUnmapped: boolean, known: readonly Mapping[] | undefined, rest: Rest) {
    this.#notifyUnmapped = notifyUnmapped;
    this.#known = known;
    this.#rest = rest;
  }

  /** What is remembered, ascending. */
  get known(): readonly Mapping[] | undefined {
    return this.#known?.toSorted((a, b) => (a.iova < b.iova ? -1 : 1));
  }

  /** A page is mapped; `rule` is the one of its size. */
  mapped(mapping: Mapping, rule: string): Announcement {
    const map: WalkEvent = { event: 'map', ...mapping };
    const old = this.#overlapping(mapping);
    const [first] = old;
    if (first === undefined) return { rule, alternatives: [[map]] };
    if (isSame(first, mapping)) return identical;
    const changed = unmapCalls(mapping, old).map((calls) => [...calls, map]);
    const unchanged = leadsToSame(mapping, old);
    this.ambiguous ||= unchanged;
    return { rule: 'page-walk.remembered.changed', alternatives: unchanged ? [...changed, []] : changed };
  }

  /** Nothing is mapped in `span`, which an entry for a page, or for a table, covers. */
  unmapped(span: Span, page: boolean): Announcement {
    const old = this.#overlapping(span);
    if (!this.#notifyUnmapped) return old.length > 0 ? kept : noRight;
    if (this.#known === undefined) {
      return {
        rule: page ? 'page-walk.unmap.page' : 'page-walk.unmap.table',
        alternatives: [[unmap(span)]],
      };
    }
    return old.length > 0
      ? { rule: 'page-walk.remembered.vanished', alternatives: unmapCalls(span, old) }
      : neverAnnounced;
  }

  /** The hook was called so. */
  announced(calls: Calls): void {
    for (const call of calls) {
      if (this.#known === undefined) return;
      const rest = this.#known.flatMap((known) =>
        overlaps(known, call) ? this.#without(known, call) : [known],
      );
      this.#known = call.event === 'map' ? [...rest, mappingOf(call)] : rest;
    }
  }

  /** What stays remembered of `known` when `span` is unmapped. */
  #without(known: Mapping, span: Span): readonly Mapping[] {
    const end = span.iova + span.size;
    const rest = [part(known, known.iova, span.iova), part(known, end, known.iova + known.size)].filter(
      ({ size }) => size > 0n,
    );
    this.ambiguous ||= rest.length > 0;
    return this.#rest === 'kept' ? rest : [];
  }

  #overlapping(span: Span): readonly Mapping[] {
    if (this.#known === undefined || this.#known.length === 0) return none;
    return this.#known.filter((known) => overlaps(known, span));
  }
}

/** The span of the new entry, or each old mapping by itself: whole, or as far as it lies there. */
function unmapCalls(span: Span, old: readonly Mapping[]): readonly Calls[] {
  const ways = [
    [span],
    old,
    old.map((known) => part(known, larger(known.iova, span.iova), smaller(endOf(known), endOf(span)))),
  ].map((spans) => spans.map(unmap));
  return ways.filter((way, index) => ways.findIndex((other) => sameSpans(way, other)) === index);
}

/** Each address of `mapping` was announced to lead where it leads now, in larger or in smaller pieces. */
function leadsToSame(mapping: Mapping, old: readonly Mapping[]): boolean {
  let covered = 0n;
  for (const { iova, size, target, read, write } of old) {
    if (target - iova !== mapping.target - mapping.iova) return false;
    if (read !== mapping.read || write !== mapping.write) return false;
    covered += smaller(iova + size, endOf(mapping)) - larger(iova, mapping.iova);
  }
  return covered === mapping.size;
}

/** `mapping` between two addresses. */
function part(mapping: Mapping, from: bigint, to: bigint): Mapping {
  return { ...mapping, iova: from, size: to - from, target: mapping.target + from - mapping.iova };
}

function mappingOf({ iova, size, target, read, write }: Extract<WalkEvent, { event: 'map' }>): Mapping {
  return { iova, size, target, read, write };
}

function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ iova, size }, index) => iova === b[index]?.iova && size === b[index]?.size)
  );
}

export function endOf({ iova, size }: Span): bigint {
  return iova + size;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function unmap({ iova, size }: Span): WalkEvent {
  return { event: 'unmap', iova, size };
}

function overlaps(a: Span, b: Span): boolean {
  return a.iova < b.iova + b.size && b.iova < a.iova + a.size;
}

function isSame(a: Mapping, b: Mapping): boolean {
  return (
    a.iova === b.iova &&
    a.size === b.size &&
    a.target === b.target &&
    a.read === b.read &&
    a.write === b.write
  );
}
