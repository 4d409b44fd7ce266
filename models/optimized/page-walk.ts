/**
 * Optimized walk over a range of second-stage tables (spec/rules/page-walk.ts; 3.7, 9.8): entries as 32-bit
 * halves, input addresses as numbers of 4 KiB frames, which a double holds exactly. Nothing is allocated but
 * the events. Of what is allowed the later form is taken: tables without rights are announced as unmapped too.
 */
import type {
  PageWalkCase,
  PageWalkObservation,
  Profile,
  RangeWalk,
  Replay,
  WalkEvent,
} from '../../spec/schema.ts';
import { GuestMemory } from '../memory.ts';
import { forget, isKnown, overlapping, recall, remember, remembered } from './remembered.ts';
import { findTables, top } from './replay-start.ts';
import { type TranslationUnit, translationUnitOf } from './translation-unit.ts';

const READ = 1;
const WRITE = 2;
const ENTRIES = 512;
const BEYOND_WIDTH = 0x04;
/** Frames that one entry spans, by level. */
const SPANS = [0, 1, 512, 512 ** 2, 512 ** 3, 512 ** 4] as const;
const NEVER = -1;

/** Reused for every case. */
const memory = new GuestMemory();
let unit: TranslationUnit;
/** Every table is backed as a whole or not at all. */
let wholePages = true;
let firstFrame = 0;
let lastFrame = 0;
let notifyUnmapped = false;
let remembers = false;
let events: WalkEvent[] = [];
let failAt = NEVER;
let unreadable = 0;
let reserved = 0;
let noRight = 0;
let entriesRead = 0;

/** Answers one case. */
export function runPageWalk({ profile, memory: runs, walk, hookFailure }: PageWalkCase): PageWalkObservation {
  unit = translationUnitOf(profile);
  wholePages = hasWholePages(profile);
  memory.reset(profile.backed, runs);
  events = [];
  failAt = hookFailure?.at ?? NEVER;
  unreadable = reserved = noRight = entriesRead = 0;
  const answer = walk.kind === 'range' ? overRange(walk) : atAssignment(walk, profile);
  if (hookFailure && failAt < events.length) {
    return { events, result: { outcome: 'stopped', error: hookFailure.error } };
  }
  return answer;
}

function overRange(walk: RangeWalk): PageWalkObservation {
  const { top: table, start, end, levels, announced } = walk;
  const limitBits = Math.min(unit.mgaw, 12 + 9 * levels);
  if (start >> BigInt(limitBits) !== 0n) {
    return { events, result: { outcome: 'refused', code: BEYOND_WIDTH } };
  }
  if (end <= start) return { events, result: { outcome: 'done' } };
  firstFrame = Number(start >> 12n);
  lastFrame = Math.min(Number((end - 1n) >> 12n), 2 ** (limitBits - 12) - 1);
  notifyUnmapped = walk.notifyUnmapped;
  remembers = announced !== undefined;
  if (announced) recall(announced);
  walkTable(Number(table >> 32n), Number(table & 0xffff_ffffn), levels, 0, READ | WRITE);
  return announced ? { ...report(), announced: remembered() } : report();
}

function atAssignment(replay: Replay, profile: Profile): PageWalkObservation {
  if (!replay.translationEnabled) {
    identity(profile);
    return { events, result: { outcome: 'done' } };
  }
  const levels = findTables(unit, memory, replay);
  if (levels === 0) return { events, result: { outcome: 'done' } };
  firstFrame = 0;
  lastFrame = 2 ** (Math.min(unit.mgaw, 12 + 9 * levels) - 12) - 1;
  notifyUnmapped = false;
  remembers = false;
  walkTable(top.high, top.low, levels, 0, READ | WRITE);
  return report();
}

function report(): PageWalkObservation {
  const result = { outcome: 'done' } as const;
  return { events, result, skipped: { unreadable, reserved, noRight }, entriesRead };
}

/**
 * Walks the table at `high`:`low` of `level`, whose first entry is for frame `base`, below tables that grant
 * `parents`. False when the hook has failed.
 */
function walkTable(high: number, low: number, level: number, base: number, parents: number): boolean {
  const span = SPANS[level] as number;
  const first = firstFrame > base ? Math.floor((firstFrame - base) / span) : 0;
  const last = Math.min(Math.floor((lastFrame - base) / span), ENTRIES - 1);
  entriesRead += last - first + 1;
  const table = memory.locate(high, low);
  const { halves } = memory;
  const { reservedLow, reservedHigh } = unit;
  for (let index = first; index <= last; index++) {
    const at = wholePages && table >= 0 ? table + 2 * index : memory.locate(high, low + 8 * index);
    if (at < 0) {
      unreadable++;
      continue;
    }
    const frame = base + index * span;
    const entryLow = halves[at] as number;
    const own = entryLow & (READ | WRITE);
    if (own === 0) {
      if (!unmapped(frame, span)) return false;
      continue;
    }
    const entryHigh = halves[at + 1] as number;
    const isPage = level === 1 ? 1 : (entryLow >>> 7) & 1;
    const kind = 2 * level + isPage;
    if (((entryLow & (reservedLow[kind] as number)) | (entryHigh & (reservedHigh[kind] as number))) !== 0) {
      reserved++;
      continue;
    }
    const rights = parents & own;
    if (rights === 0) {
      if (!unmapped(frame, span)) return false;
      continue;
    }
    const nextHigh = entryHigh & 0xf_ffff;
    const nextLow = (entryLow & 0xffff_f000) >>> 0;
    const goesOn =
      isPage === 1
        ? mapped(frame, span, nextHigh * 0x10_0000 + (nextLow >>> 12), rights)
        : walkTable(nextHigh, nextLow, level - 1, frame, rights);
    if (!goesOn) return false;
  }
  return true;
}

/** A page of `span` frames maps `frame` on to `target` on. False when the hook has failed. */
function mapped(frame: number, span: number, target: number, rights: number): boolean {
  if (remembers) {
    const known = overlapping(frame, span);
    if (known > 0) {
      if (isKnown(frame, span, target, rights)) return true;
      forget(known);
      if (!callUnmap(frame, span)) return false;
    }
    remember(frame, span, target, rights);
  }
  return call({
    event: 'map',
    iova: bytes(frame),
    size: bytes(span),
    target: bytes(target),
    read: (rights & READ) !== 0,
    write: (rights & WRITE) !== 0,
  });
}

/** Nothing maps the `span` frames from `frame` on. False when the hook has failed. */
function unmapped(frame: number, span: number): boolean {
  if (notifyUnmapped) {
    if (!remembers) return callUnmap(frame, span);
    const known = overlapping(frame, span);
    if (known > 0) {
      forget(known);
      return callUnmap(frame, span);
    }
  }
  noRight++;
  return true;
}

function callUnmap(frame: number, span: number): boolean {
  return call({ event: 'unmap', iova: bytes(frame), size: bytes(span) });
}

function call(event: WalkEvent): boolean {
  return events.push(event) - 1 !== failAt;
}

/** Frames, or a frame's number, in bytes. The product is exact: its last twelve bits are zero. */
function bytes(frames: number): bigint {
  return BigInt(frames * 0x1000);
}

/** Translation is off: backed memory is mapped to itself. */
function identity({ backed }: Profile): void {
  const ranges = backed.toSorted((a, b) => (a.start < b.start ? -1 : 1));
  let done = 0n;
  for (const { start, end } of ranges) {
    const iova = start > done ? start : done;
    if (iova >= end) continue;
    done = end;
    if (!call({ event: 'map', iova, size: end - iova, target: iova, read: true, write: true })) return;
  }
}

function hasWholePages({ backed }: Profile): boolean {
  return backed.every(({ start, end }) => (start & 0xfffn) === 0n && (end & 0xfffn) === 0n);
}
