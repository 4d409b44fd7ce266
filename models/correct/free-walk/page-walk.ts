/**
 * The walk that announces mappings, written down once more with what its sources leave open: each case gets another
 * choice of calls, counts and endings. Where a device's tables start is found by the optimized model.
 */
import type {
  Mapping,
  PageWalkCase,
  PageWalkObservation,
  Profile,
  RangeWalk,
  Replay,
  WalkEvent,
  WalkOutcome,
} from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { findTables, top } from '../../optimized/replay-start.ts';
import { type FreeUnit, freeUnitOf } from './attempt.ts';
import { type Choices, choicesFor } from './choices.ts';

interface Span {
  readonly iova: bigint;
  readonly size: bigint;
}

const memory = new GuestMemory();
const ALL_ONES = (1n << 64n) - 1n;
const ADDRESS = (1n << 52n) - 0x1000n;
const PIECE = 0x20_0000n;
const DONE: WalkOutcome = { outcome: 'done' };

/** The hook has failed. */
class Stopped extends Error {}

/** Answers one case. */
export function runFreePageWalk(testCase: PageWalkCase): PageWalkObservation {
  return new Walk(testCase).run();
}

class Walk {
  readonly #case: PageWalkCase;
  readonly #unit: FreeUnit;
  readonly #choices: Choices;
  readonly #events: WalkEvent[] = [];
  readonly #skipped = { unreadable: 0, reserved: 0, noRight: 0 };
  #range: Span = { iova: 0n, size: 0n };
  #notifiesUnmapped = false;
  #known: Mapping[] | undefined;
  #tables = 0;

  constructor(testCase: PageWalkCase) {
    this.#case = testCase;
    this.#unit = freeUnitOf(testCase.profile);
    this.#choices = choicesFor(numbersOf(testCase));
    memory.reset(testCase.profile.backed, testCase.memory);
  }

  run(): PageWalkObservation {
    const { walk, hookFailure } = this.#case;
    try {
      return walk.kind === 'range' ? this.#overRange(walk) : this.#atAssignment(walk);
    } catch (thrown) {
      if (!(thrown instanceof Stopped) || hookFailure === undefined) throw thrown;
      return { events: this.#events, result: { outcome: 'stopped', error: hookFailure.error } };
    }
  }

  #overRange(walk: RangeWalk): PageWalkObservation {
    const { start, end, levels } = walk;
    const limit = this.#limitOf(levels);
    if (start >= limit) {
      if (end <= start && this.#choices.may()) return this.#nothing(DONE);
      const codes = this.#unit.capabilities.SMTS === 1 ? [0x04, 0x84, undefined] : [0x04, undefined];
      const code = this.#choices.one(codes);
      return this.#nothing({ outcome: 'refused', ...(code === undefined ? {} : { code }) });
    }
    if (end <= start) return this.#nothing(DONE);
    this.#notifiesUnmapped = walk.notifyUnmapped;
    this.#known = walk.announced && [...walk.announced];
    this.#range = { iova: start, size: (end < limit ? end : limit) - start };
    this.#table(walk.top, levels, 0n, 3n);
    return this.#told();
  }

  #atAssignment(replay: Replay): PageWalkObservation {
    const { profile } = this.#case;
    if (!replay.translationEnabled) {
      const mayBeSilent = profile.policies.translationOff !== 'identity';
      if (!(mayBeSilent && this.#choices.may())) this.#identity(profile);
      return this.#nothing(DONE);
    }
    const levels = findTables(this.#unit.masks, memory, replay);
    if (levels === 0) return this.#nothing(this.#choices.one([DONE, { outcome: 'refused' }]));
    this.#range = { iova: 0n, size: this.#limitOf(levels) };
    this.#table((BigInt(top.high) << 32n) | BigInt(top.low), levels, 0n, 3n);
    return this.#told();
  }

  #limitOf(levels: number): bigint {
    return 1n << BigInt(Math.min(this.#unit.capabilities.MGAW + 1, 12 + 9 * levels));
  }

  #nothing(result: WalkOutcome): PageWalkObservation {
    return { events: this.#events, result };
  }

  /** Counts and memory need not be told. */
  #told(): PageWalkObservation {
    const { may } = this.#choices;
    const known = this.#known?.toSorted((a, b) => (a.iova < b.iova ? -1 : 1));
    return {
      ...this.#nothing(DONE),
      ...(may() ? { skipped: this.#skipped } : {}),
      ...(may() ? { entriesRead: this.#choices.one([0, 512 * this.#tables]) } : {}),
      ...(known !== undefined && may() ? { announced: known } : {}),
    };
  }

  #table(address: bigint, level: number, base: bigint, parents: bigint): void {
    this.#tables++;
    const size = 1n << BigInt(3 + 9 * level);
    const { iova: start, size: length } = this.#range;
    const end = start + length;
    for (let index = 0n; index < 512n; index++) {
      const span = { iova: base + index * size, size };
      if (span.iova + size > start && span.iova < end) {
        this.#entry(memory.read(address + 8n * index), level, span, parents);
      }
    }
  }

  #entry(word: bigint | undefined, level: number, span: Span, parents: bigint): void {
    const { may } = this.#choices;
    // All ones is what a failed read looks like on a bus.
    if (word === undefined || (word === ALL_ONES && may())) {
      this.#skipped.unreadable++;
      return;
    }
    const isPage = level === 1 || (level <= 3 && (word & 0x80n) !== 0n);
    const kind = 2 * level + (level <= 3 && isPage ? 1 : (Number(word >> 7n) & 1) | (level === 1 ? 1 : 0));
    const { reservedLow, reservedHigh } = this.#unit.masks;
    const mask = (BigInt(reservedHigh[kind] ?? 0) << 32n) | BigInt(reservedLow[kind] ?? 0);
    const own = word & 3n;
    if ((word & mask) !== 0n && (own !== 0n || may())) {
      this.#skipped.reserved++;
      return;
    }
    const rights = own & parents;
    if (rights === 0n) this.#unmapped(span, isPage);
    else if (isPage) this.#mapped(span, word & ADDRESS, rights);
    else this.#table(word & ADDRESS, level - 1, span.iova, rights);
  }

  #mapped(span: Span, target: bigint, rights: bigint): void {
    const mapping = { ...span, target, read: (rights & 1n) !== 0n, write: (rights & 2n) !== 0n };
    const old = this.#overlapping(span);
    const [first] = old;
    if (first !== undefined) {
      if (isSame(first, mapping)) return;
      this.#unmap(span, old);
    }
    this.#call({ event: 'map', ...mapping });
    this.#known?.push(mapping);
  }

  #unmapped(span: Span, isPage: boolean): void {
    const { may } = this.#choices;
    const old = this.#overlapping(span);
    if (this.#notifiesUnmapped && this.#known === undefined) {
      const mayBeSilent = !isPage && this.#case.profile.policies.emptyTables !== 'announced';
      if (mayBeSilent && may()) this.#skipped.noRight++;
      else this.#call({ event: 'unmap', ...span });
    } else if (this.#notifiesUnmapped && old.length > 0) this.#unmap(span, old);
    else if (!(this.#notifiesUnmapped && may())) this.#skipped.noRight++;
  }

  /** The new span as a whole, or each of the old mappings. */
  #unmap(span: Span, old: readonly Mapping[]): void {
    const spans = this.#choices.one<readonly Span[]>([[span], old]);
    for (const { iova, size } of spans) this.#call({ event: 'unmap', iova, size });
    this.#known = this.#known?.filter((one) => !old.includes(one));
  }

  #overlapping({ iova, size }: Span): readonly Mapping[] {
    const known = this.#known ?? [];
    return known.filter((one) => one.iova < iova + size && iova < one.iova + one.size);
  }

  /** Memory in pieces of 2 MiB. */
  #identity({ backed }: Profile): void {
    let iova = 0n;
    for (const { start, end } of backed.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
      if (start > iova) iova = start;
      // A large range in pieces of its own size, so that there are not too many.
      const piece = end - iova > 0x1000n * PIECE ? end - iova : PIECE;
      while (iova < end) {
        const size = end - iova < piece ? end - iova : piece;
        this.#call({ event: 'map', iova, size, target: iova, read: true, write: true });
        iova += size;
      }
    }
  }

  #call(event: WalkEvent): void {
    const isFailing = this.#events.length === this.#case.hookFailure?.at;
    this.#events.push(event);
    if (isFailing) throw new Stopped();
  }
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

function* numbersOf({ walk, memory: runs }: PageWalkCase): Iterable<bigint> {
  if (walk.kind === 'range') yield* [walk.start, walk.end, walk.top];
  else yield walk.rtaddr;
  for (const { address, words } of runs) {
    yield address;
    yield* words;
  }
}
