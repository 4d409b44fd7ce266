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

export class Announcements {
  readonly #notifyUnmapped: boolean;
  /** Undefined: the walk remembers nothing. */
  #known: readonly Mapping[] | undefined;

  constructor(notifyUnmapped: boolean, known: readonly Mapping[] | undefined) {
    this.#notifyUnmapped = notifyUnmapped;
    this.#known = known;
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
    return {
      rule: 'page-walk.remembered.changed',
      alternatives: unmapCalls(mapping, old).map((calls) => [...calls, map]),
    };
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

  /** The hook was called for `span`: with `mapping`, or because nothing is mapped there. */
  announced(span: Span, mapping?: Mapping): void {
    if (this.#known === undefined) return;
    const rest = this.#known.filter((known) => !overlaps(known, span));
    this.#known = mapping ? [...rest, mapping] : rest;
  }

  #overlapping(span: Span): readonly Mapping[] {
    if (this.#known === undefined || this.#known.length === 0) return none;
    return this.#known.filter((known) => overlaps(known, span));
  }
}

/** The span of the new entry, or each old mapping by itself. */
function unmapCalls(span: Span, old: readonly Span[]): readonly Calls[] {
  const whole = [unmap(span)];
  const [first] = old;
  const same = old.length === 1 && first?.iova === span.iova && first.size === span.size;
  return same ? [whole] : [whole, old.map(unmap)];
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
