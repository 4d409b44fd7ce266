/**
 * A replay while translation is off: the calls must map memory to itself, in ascending pieces of any size
 * that leave nothing out.
 */
import type { Span } from '../../models/reference/announcements.ts';
import type { Mismatch, PageWalkCase, PageWalkObservation, WalkEvent } from '../../spec/schema.ts';
import { describeEvent } from './describe.ts';

const RULE = 'page-walk.replay.identity';

/** The first thing that is wrong with the calls; the hook fails as `testCase` says. */
export function judgeIdentity(
  { hookFailure }: PageWalkCase,
  memory: readonly Span[],
  { events }: PageWalkObservation,
): readonly Mismatch[] {
  const wanted = memory.map(({ iova, size }) => ({ iova, end: iova + size }));
  let done = 0n;
  let at = 0;
  for (const event of events) {
    while (wanted[at] && done >= (wanted[at]?.end ?? 0n)) at++;
    const range = wanted[at];
    const iova = range && (done > range.iova ? done : range.iova);
    const rest: WalkEvent | undefined =
      range === undefined || iova === undefined
        ? undefined
        : { event: 'map', iova, size: range.end - iova, target: iova, read: true, write: true };
    if (rest === undefined || !isStartOf(event, rest)) return [mismatch(rest, event)];
    done = event.iova + event.size;
  }
  const hookFailed = hookFailure !== undefined && events.length > hookFailure.at;
  const missing = wanted.find(({ end }) => end > done);
  if (hookFailed || missing === undefined) return [];
  const iova = done > missing.iova ? done : missing.iova;
  return [
    mismatch(
      { event: 'map', iova, size: missing.end - iova, target: iova, read: true, write: true },
      undefined,
    ),
  ];
}

function isStartOf(event: WalkEvent, rest: WalkEvent): boolean {
  return isIdentity(event) && event.iova === rest.iova && event.size > 0n && event.size <= rest.size;
}

/** True for addresses mapped to themselves with all rights. */
export function isIdentity(event: WalkEvent): boolean {
  return event.event === 'map' && event.target === event.iova && event.read && event.write;
}

function mismatch(expected: WalkEvent | undefined, observed: WalkEvent | undefined): Mismatch {
  const missing = expected === undefined || observed === undefined || expected.event !== observed.event;
  return {
    rule: RULE,
    aspect: missing ? 'outcome' : 'address',
    expected: describeEvent(expected),
    observed: describeEvent(observed),
  };
}
