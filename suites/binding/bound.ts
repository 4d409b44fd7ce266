/** What each device and PASID is bound to after a step, beside what the tables of the guest say. */
import type { Requirement } from '../../models/reference/binding/bindings.ts';
import type { GuestEvent } from '../../models/reference/binding/guest-event.ts';
import { describeRequests, keyOf, type Requests } from '../../models/reference/binding/host.ts';
import { blocked, isSameService, type Served } from '../../models/reference/binding/served.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { broken } from '../core/broken.ts';
import type { Course } from './course.ts';
import { describeAny, describeServed } from './describe.ts';
import type { StepFacts, StepReport } from './step-facts.ts';

export function judgeBindings(
  course: Course,
  event: GuestEvent,
  facts: StepFacts,
  plugging: number | undefined,
  { error }: StepReport,
): Mismatch | undefined | 'open' {
  for (const device of course.bindings.plugged) {
    for (const requests of requestsOf(course, device, facts)) {
      const wanted = course.bindings.requirement(requests, event, device === plugging);
      if (wanted.open) return 'open';
      if (isAtRest(requests, wanted, facts)) {
        course.exercised.add('binding.unchanged');
        continue;
      }
      const wrong = judgeBinding(course, requests, wanted, facts);
      if (wrong) return wrong;
      if (wanted.unsupported && wanted.forcedBy !== undefined) {
        const rule = 'binding.bind.unsupported';
        course.exercised.add(rule);
        if (error !== true) return broken(rule, 'record', 'an error reported', 'none');
      }
    }
  }
  return undefined;
}

/** Nothing had to be done with `requests`, and nothing was: all is as it was judged before. */
function isAtRest(requests: Requests, wanted: Requirement, { touched, failures }: StepFacts): boolean {
  return wanted.unchanged && wanted.forcedBy === undefined && failures === 0 && !touched.has(keyOf(requests));
}

/** Requests without PASID, and those with one that is or was bound or could be. */
function requestsOf(course: Course, device: number, facts: StepFacts): readonly Requests[] {
  const pasids = course.bindings.pasidsOf(device);
  addPasids(device, facts.attachedBefore, pasids);
  addPasids(device, course.host.attached.values(), pasids);
  const all: Requests[] = [{ device, pasid: undefined }];
  for (const pasid of pasids) all.push({ device, pasid });
  return all;
}

function addPasids(
  device: number,
  attached: Iterable<{ readonly requests: Requests }>,
  pasids: Set<number>,
): void {
  for (const { requests } of attached) {
    if (requests.device === device && requests.pasid !== undefined) pasids.add(requests.pasid);
  }
}

export function judgeBinding(
  course: Course,
  requests: Requests,
  wanted: Requirement,
  facts: StepFacts,
): Mismatch | undefined {
  const before = facts.before(requests);
  const after = course.host.served(requests);
  const { forcedBy, now } = wanted;
  const failed = facts.failedFor(requests, now);
  const isBefore = isSameService(before, after);
  const isPlugged = forcedBy === 'binding.event.plug';
  // Who gives a plugged device the parent table first leaves it there when a later call fails.
  const mayKeep = wanted.mayKeepParent ? isBefore || isPlugged : failed && isPlugged;
  const keepsParent = mayKeep && after.is === 'parent';
  const fits = keepsParent || now.some((one) => isSameService(one, after));
  const due = forcedBy !== undefined && !now.some((one) => isSameService(one, before));
  const target = targetRule(after, course.bindings.enabled);
  if (forcedBy !== undefined) course.exercised.add(forcedBy).add(target);
  if (failed) course.exercised.add('binding.failure.old-binding');
  if (facts.touched.has(keyOf(requests)) && wanted.unchanged) {
    const needless = `no call for ${describeRequests(requests)}`;
    facts.remarks.push(broken('binding.unchanged', 'count', needless, 'attached or detached again'));
  }
  if (wanted.unchanged) course.exercised.add('binding.unchanged');
  const expected = (allowed: readonly Served[]) => `${describeRequests(requests)}: ${describeAny(allowed)}`;
  if (!fits && !isBefore) {
    if (!failed) return wrongTarget(course, now, after, expected(now));
    const old = expected([...now, before]);
    return broken('binding.failure.old-binding', 'outcome', old, describeServed(after));
  }
  if (due && wanted.mayStayFailed) course.exercised.add('binding.failure.retry');
  const stays = !fits && due && !failed;
  if (stays) {
    const still = `still ${describeServed(after)}`;
    if (!wanted.mayStayFailed) return broken(forcedBy, 'outcome', expected(now), still);
    facts.remarks.push(broken('binding.failure.retry', 'outcome', expected(now), still));
  }
  // Who did not try again need not at the next event either, also where that fits by one of several ways.
  const isStillFailed = isBefore && wanted.mayStayFailed && now.some((one) => !isSameService(one, after));
  course.bindings.settle(requests, wanted, !isBefore, failed || stays || isStillFailed);
  return undefined;
}

/** Bound to something that neither was nor should be. */
function wrongTarget(course: Course, now: readonly Served[], after: Served, expected: string): Mismatch {
  const observed = describeServed(after);
  const [first = blocked] = now;
  const rule = targetRule(first, course.bindings.enabled);
  if (first.is !== 'nested' || after.is !== 'nested') return broken(rule, 'outcome', expected, observed);
  const isAddress = first.table.pageTable !== after.table.pageTable;
  return broken(rule, isAddress ? 'address' : 'permission', expected, observed);
}

function targetRule(served: Served, enabled: boolean): string {
  if (!enabled) return served.is === 'blocked' ? 'binding.bind.no-pasid' : 'binding.bind.default';
  if (served.is === 'blocked') return 'binding.bind.blocked';
  return served.is === 'parent' ? 'binding.bind.pass-through' : 'binding.bind.first-stage';
}
