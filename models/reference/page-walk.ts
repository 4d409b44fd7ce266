/**
 * Reference of area `page-walk`: what the hook may be called with when a range is walked, or when a device
 * is assigned (spec/rules/page-walk.ts). `pageWalk` leaves the choice among what is allowed to its audience.
 */
import type {
  PageWalkCase,
  PageWalkObservation,
  Profile,
  RangeWalk,
  WalkEvent,
  WalkOutcome,
} from '../../spec/schema.ts';
import { GuestMemory } from '../memory.ts';
import { Announcements, type Calls, type Rest, type Span } from './announcements.ts';
import { coveredBits } from './input-address.ts';
import { type Audience, RangeWalker } from './range-walk.ts';
import { replayStart } from './replay-start.ts';
import { type Unit, unitOf } from './unit.ts';

/** How a case has to go. */
export type Course =
  /** Anything is allowed. */
  | { readonly is: 'open' }
  /** Refused with one of `codes`. `orNothing`: may also end without having announced anything. */
  | { readonly is: 'refused'; readonly codes: readonly number[]; readonly orNothing: boolean }
  /** The hook is not called, for `rule`; `why` says what of the case decides it. */
  | { readonly is: 'nothing'; readonly rule: string; readonly why: string }
  /** Whatever is announced is mapped to itself; nothing need be. */
  | { readonly is: 'pass-through' }
  /** Memory, ascending, is announced as mapped to itself. `orNothing`: or nothing is. */
  | { readonly is: 'identity'; readonly memory: readonly Span[]; readonly orNothing: boolean }
  /** The tables were walked, as far as the audience let them be. */
  | {
      readonly is: 'walked';
      readonly walker: RangeWalker;
      readonly announcements: Announcements;
      readonly finished: boolean;
      /** Rules of the range or the replay that this case depends on. */
      readonly rules: readonly string[];
    };

/** Fault code of a legacy-mode address beyond the width (LGN.1.1), and its scalable-mode one (SGN.5). */
const BEYOND_WIDTH = 0x04;
const BEYOND_WIDTH_SCALABLE = 0x84;

/** Reused for every case; nothing of a case outlives the call that reads it. */
const memory = new GuestMemory();

/** Runs `testCase` before `audience`; `rest`: what is remembered of a mapping that is unmapped in part. */
export function pageWalk(testCase: PageWalkCase, audience: Audience, rest: Rest = 'forgotten'): Course {
  const { profile, walk } = testCase;
  const unit = unitOf(profile);
  memory.reset(profile.backed, testCase.memory);
  if (walk.kind === 'range') return rangeCourse(unit, walk, audience, rest);
  if (!walk.translationEnabled) return identity(profile);
  const start = replayStart(unit, memory, walk);
  if (start.is === 'open' || start.is === 'pass-through') return start;
  if (start.is === 'none') return { is: 'nothing', rule: 'page-walk.replay.no-context', why: start.why };
  const whole = { start: 0n, end: limitOf(unit, start.levels) };
  const announcements = new Announcements(false, undefined, rest);
  return walkTables(unit, start.top, start.levels, whole, announcements, audience, [
    'page-walk.replay.tables',
  ]);
}

function rangeCourse(unit: Unit, walk: RangeWalk, audience: Audience, rest: Rest): Course {
  const { start, end, levels } = walk;
  // 1. The start must lie below the smaller of MGAW and AGAW.
  const limit = limitOf(unit, levels);
  if (start >= limit) {
    const codes = unit.capabilities.SMTS === 1 ? [BEYOND_WIDTH, BEYOND_WIDTH_SCALABLE] : [BEYOND_WIDTH];
    return { is: 'refused', codes, orNothing: end <= start };
  }
  // 2. The end is clipped to it.
  const range = { start, end: end < limit ? end : limit };
  if (range.end <= start) return { is: 'nothing', rule: 'page-walk.range.empty', why: 'the range is empty' };
  // 3. The tables say the rest.
  const rules = ['page-walk.range.bounds', ...(end > limit ? ['page-walk.range.clipped'] : [])];
  const announcements = new Announcements(walk.notifyUnmapped, walk.announced, rest);
  return walkTables(unit, walk.top, levels, range, announcements, audience, rules);
}

function walkTables(
  unit: Unit,
  top: bigint,
  levels: number,
  range: { readonly start: bigint; readonly end: bigint },
  announcements: Announcements,
  audience: Audience,
  rules: readonly string[],
): Course {
  const walker = new RangeWalker(unit, memory, range, announcements, audience);
  const finished = walker.walk(top, levels);
  return walker.open ? { is: 'open' } : { is: 'walked', walker, announcements, finished, rules };
}

/** The first input address that is not translated (3.7). */
function limitOf({ capabilities }: Unit, levels: number): bigint {
  return 1n << BigInt(Math.min(capabilities.MGAW + 1, coveredBits(levels)));
}

/** Backed memory; open where it is not made of whole pages, or lies where the platform has no addresses. */
function identity({ backed, haw, policies }: Profile): Course {
  if (backed.some(({ start, end }) => (start | end) % 4096n !== 0n || end > 1n << BigInt(haw))) {
    return { is: 'open' };
  }
  const merged: { start: bigint; end: bigint }[] = [];
  for (const { start, end } of backed.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = merged.at(-1);
    if (last === undefined || start > last.end) merged.push({ start, end });
    else if (end > last.end) last.end = end;
  }
  return {
    is: 'identity',
    memory: merged.map(({ start, end }) => ({ iova: start, size: end - start })),
    orNothing: policies.translationOff !== 'identity',
  };
}

type Choice = (alternatives: readonly Calls[]) => Calls | undefined;

/** The reference's own answer: of everything that is allowed the likeliest, unless `choose` says otherwise. */
export function runPageWalk(
  testCase: PageWalkCase,
  choose: Choice = ([likeliest]) => likeliest,
): PageWalkObservation {
  const { hookFailure } = testCase;
  const events: WalkEvent[] = [];
  /** True while the hook has not failed. */
  const hook = (event: WalkEvent): boolean => events.push(event) - 1 !== hookFailure?.at;
  const course = pageWalk(testCase, {
    call({ alternatives }) {
      const calls = choose(alternatives);
      return calls?.every(hook) ? calls : undefined;
    },
  });
  if (course.is === 'identity') {
    course.memory.every((span) =>
      hook({ event: 'map', ...span, target: span.iova, read: true, write: true }),
    );
  }
  if (hookFailure && events.length > hookFailure.at) {
    return { events, result: { outcome: 'stopped', error: hookFailure.error } };
  }
  if (course.is !== 'walked') return { events, result: resultOf(course) };
  const { walker, announcements } = course;
  const { unreadable, reserved, noRight, unreadableOrReserved, reservedOrNoRight } = walker.skipped;
  const { known } = announcements;
  return {
    events,
    result: { outcome: 'done' },
    skipped: {
      unreadable,
      reserved: reserved + unreadableOrReserved,
      noRight: noRight + reservedOrNoRight,
    },
    entriesRead: walker.entriesRead,
    ...(known ? { announced: [...known] } : {}),
  };
}

function resultOf(course: Course): WalkOutcome {
  const [code] = course.is === 'refused' ? course.codes : [];
  return code === undefined ? { outcome: 'done' } : { outcome: 'refused', code };
}
