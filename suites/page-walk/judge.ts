/** Compares the calls and the result of a walk with what the reference allows. */
import type { Rest } from '../../models/reference/announcements.ts';
import { type Course, pageWalk } from '../../models/reference/page-walk.ts';
import type { Aspect, Mismatch, PageWalkCase, PageWalkObservation, WalkEvent } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { attributeDeviation, attributeExtra } from './attribute.ts';
import { describeEvent, describeResult } from './describe.ts';
import { Follower } from './follower.ts';
import { judgeCounts } from './judge-counts.ts';
import { isIdentity, judgeIdentity } from './judge-identity.ts';

const HOOK_ERROR = 'page-walk.hook-error';

export function judgePageWalk(testCase: PageWalkCase, observation: PageWalkObservation): Verdict {
  const verdict = judgeRemembering(testCase, observation, 'forgotten');
  if (verdict.mismatches.length === 0 || !('announced' in testCase.walk)) return verdict;
  const other = judgeRemembering(testCase, observation, 'kept');
  return other.mismatches.length === 0 ? other : verdict;
}

function judgeRemembering(testCase: PageWalkCase, observation: PageWalkObservation, rest: Rest): Verdict {
  const follower = new Follower(testCase, observation.events);
  const course = pageWalk(testCase, follower, rest);
  switch (course.is) {
    case 'open':
      return { exercised: [], mismatches: [] };
    case 'refused':
      return judgeRefusal(course, observation);
    case 'nothing':
      return judgeNothing(testCase, course, observation);
    case 'pass-through':
      return judgePassThrough(testCase, observation);
    case 'identity': {
      const { events, result } = observation;
      if (course.orNothing && events.length === 0 && result.outcome !== 'stopped') {
        return { exercised: [], mismatches: [] };
      }
      const [wrong = wrongEnd(testCase, observation, 'page-walk.replay.identity')] = judgeIdentity(
        testCase,
        course.memory,
        observation,
      );
      return { exercised: ['page-walk.replay.identity'], mismatches: wrong ? [wrong] : [] };
    }
    case 'walked':
      return judgeWalk(testCase, course, follower, observation);
  }
}

function judgeRefusal(
  { codes, orNothing }: Extract<Course, { is: 'refused' }>,
  { events: [first], result }: PageWalkObservation,
): Verdict {
  const rule = 'page-walk.range.beyond';
  const wrong = (aspect: Aspect, observed: string): Verdict => ({
    exercised: [rule],
    mismatches: [
      {
        rule,
        aspect,
        expected: codes.map((code) => describeResult({ outcome: 'refused', code })).join(' or '),
        observed,
      },
    ],
  });
  if (first !== undefined) return wrong('outcome', describeEvent(first));
  if (result.outcome !== 'refused') {
    const allowed = orNothing && result.outcome === 'done';
    return allowed ? { exercised: [], mismatches: [] } : wrong('outcome', describeResult(result));
  }
  const fits = result.code === undefined || codes.includes(result.code);
  return fits ? { exercised: [rule], mismatches: [] } : wrong('code', describeResult(result));
}

/** That no valid entry serves a device may be told as an error or not. */
function judgeNothing(
  { walk }: PageWalkCase,
  { rule, why }: Extract<Course, { is: 'nothing' }>,
  { events: [first], result }: PageWalkObservation,
): Verdict {
  const fits = result.outcome === 'done' || (walk.kind === 'replay' && result.outcome === 'refused');
  if (first === undefined && fits) return { exercised: [rule], mismatches: [] };
  const observed = first ? describeEvent(first) : describeResult(result);
  return {
    exercised: [rule],
    mismatches: [{ rule, aspect: 'outcome', expected: `no call, and no error of a hook: ${why}`, observed }],
  };
}

/** A device under pass-through reaches what it names: no tables are walked for it. */
function judgePassThrough(testCase: PageWalkCase, observation: PageWalkObservation): Verdict {
  const rule = 'page-walk.replay.pass-through';
  const { events, result } = observation;
  const wrong = events.find((event) => !isIdentity(event));
  if (wrong) {
    const expected = 'no call but for addresses mapped to themselves';
    const mismatch = { rule, aspect: 'outcome', expected, observed: describeEvent(wrong) } as const;
    return { exercised: [rule], mismatches: [mismatch] };
  }
  // That nothing is announced may be told as an error or not.
  const refused = events.length === 0 && result.outcome === 'refused';
  const end = refused ? undefined : wrongEnd(testCase, observation, rule);
  return { exercised: [rule], mismatches: end ? [end] : [] };
}

function judgeWalk(
  testCase: PageWalkCase,
  { walker, announcements, finished, rules }: Extract<Course, { is: 'walked' }>,
  follower: Follower,
  observation: PageWalkObservation,
): Verdict {
  const exercised = [...walker.rules, ...rules];
  if (follower.at > 1) exercised.push('page-walk.order');
  if (follower.hookFailed) exercised.push(HOOK_ERROR);
  const wrong = wrongWalk(testCase, follower, observation);
  if (wrong) return { exercised: [...exercised, wrong.rule], mismatches: [wrong] };
  if (!finished) return { exercised, mismatches: [] };
  const counts = judgeCounts(walker, announcements, observation);
  return { exercised: [...exercised, ...counts.exercised], mismatches: counts.mismatches };
}

function wrongWalk(
  testCase: PageWalkCase,
  { at, deviation, hookFailed }: Follower,
  observation: PageWalkObservation,
): Mismatch | undefined {
  const { events, result } = observation;
  if (result.outcome === 'refused') return wrongEnd(testCase, observation, refusalRule(testCase));
  // The tables of the device were not walked at all.
  if (deviation && testCase.walk.kind === 'replay' && events.length === 0) {
    return missing('page-walk.replay.tables', deviation.expected);
  }
  if (deviation) return attributeDeviation(testCase, observation, deviation);
  const extra = events[at];
  if (extra) {
    return hookFailed ? afterError(extra) : attributeExtra(testCase, observation, extra);
  }
  return wrongEnd(testCase, observation, HOOK_ERROR);
}

function afterError(extra: WalkEvent): Mismatch {
  const observed = describeEvent(extra);
  return { rule: HOOK_ERROR, aspect: 'outcome', expected: 'no call after the error', observed };
}

function missing(rule: string, event: WalkEvent): Mismatch {
  return { rule, aspect: 'outcome', expected: describeEvent(event), observed: describeEvent(undefined) };
}

/** The rule that speaks about being refused. */
function refusalRule({ walk }: PageWalkCase): string {
  return walk.kind === 'range' ? 'page-walk.range.beyond' : 'page-walk.replay.tables';
}

/** A result that does not fit the number of calls; `rule` is the one for an error that is none of the hook. */
function wrongEnd(
  { hookFailure }: PageWalkCase,
  { events, result }: PageWalkObservation,
  rule: string,
): Mismatch | undefined {
  const observed = describeResult(result);
  if (hookFailure === undefined || events.length <= hookFailure.at) {
    if (result.outcome === 'done') return undefined;
    const broken = result.outcome === 'stopped' ? HOOK_ERROR : rule;
    return { rule: broken, aspect: 'outcome', expected: describeResult({ outcome: 'done' }), observed };
  }
  const { error, at } = hookFailure;
  const extra = events[at + 1];
  if (extra !== undefined) return afterError(extra);
  if (result.outcome === 'stopped' && result.error === error) return undefined;
  const aspect = result.outcome === 'stopped' ? 'code' : 'outcome';
  return {
    rule: HOOK_ERROR,
    aspect,
    expected: describeResult({ outcome: 'stopped', error }),
    observed,
  };
}
