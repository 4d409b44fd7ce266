/** What a step leaves behind: devices that are gone, failures, tables that serve nobody, writes tracked. */
import { describeRequests } from '../../models/reference/binding/host.ts';
import type { BindingStep, Mismatch } from '../../spec/schema.ts';
import { broken } from '../core/broken.ts';
import type { Course } from './course.ts';
import type { StepFacts, StepReport } from './step-facts.ts';

/** Nothing of a device that is gone, or was refused, is left. */
export function judgeGone(
  course: Course,
  device: number | undefined,
  step: BindingStep,
  facts: StepFacts,
): Mismatch | undefined {
  if (device === undefined) return undefined;
  const rule = step.step === 'unplug' ? 'binding.event.unplug' : 'binding.plug.undone';
  course.exercised.add(rule);
  for (const [key, { requests, table }] of course.host.attached) {
    if (requests.device !== device) continue;
    if (!facts.failedKeys.has(key) && !course.leftOver.has(key)) {
      return broken(
        rule,
        'outcome',
        `nothing attached to device ${device}`,
        `${describeRequests(requests)} is`,
      );
    }
    course.leftOver.add(key);
    course.givenUp.add(table);
  }
  return undefined;
}

export function judgeReport(
  course: Course,
  step: BindingStep,
  { failures }: StepFacts,
  { error, refused }: StepReport,
): Mismatch | undefined {
  if (failures === 0) return judgeUnfounded(course, step, error === true);
  const rule = 'binding.failure.reported';
  course.exercised.add(rule);
  return error === true || refused === 'failure'
    ? undefined
    : broken(rule, 'record', 'an error reported', `none after ${failures} failed calls`);
}

/** An entry that is met may be an error of the guest; with translation off none is. */
function judgeUnfounded(course: Course, { step }: BindingStep, error: boolean): Mismatch | undefined {
  if (step !== 'invalidate' || course.bindings.enabled) return undefined;
  const rule = 'binding.failure.unfounded';
  course.exercised.add(rule);
  return error ? broken(rule, 'record', 'no error reported', 'one, though no call failed') : undefined;
}

export function judgeLeak(course: Course): Mismatch | undefined {
  const { host, givenUp } = course;
  for (const [number, table] of host.tables) {
    if (table.is !== 'nested' || host.isAttached(number) || givenUp.has(number)) continue;
    return broken('binding.leak', 'count', `table ${number} freed`, 'attached to nothing');
  }
  course.exercised.add('binding.leak');
  return undefined;
}

/** Parents that no device is left for: a remark, since they may be kept. */
export function remarkParents(course: Course, gone: number | undefined, facts: StepFacts): void {
  if (gone === undefined) return;
  const { host, bindings, givenUp } = course;
  course.exercised.add('binding.parent.unused');
  for (const [number, table] of host.tables) {
    if (table.is !== 'parent' || givenUp.has(number) || host.isAttached(number) || host.hasChildren(number))
      continue;
    if ([...bindings.plugged].some((device) => host.fits(table, device))) continue;
    facts.remarks.push(broken('binding.parent.unused', 'count', `table ${number} freed`, 'kept for nobody'));
  }
}

export function judgeTracking(course: Course, step: BindingStep, facts: StepFacts): Mismatch | undefined {
  if (step.step !== 'track-dirty' || !course.isTrackingKnown) return undefined;
  const states = [...course.host.tables]
    .filter(([number]) => !course.givenUp.has(number))
    .map(([, table]) => course.host.tracks(table));
  const all = (on: boolean) => states.every((tracked) => tracked === on);
  const describe = () =>
    `${states.filter((tracked) => tracked).length} of ${states.length} tables track writes`;
  if (!facts.trackingFailed) {
    course.tracking = step.on;
    course.exercised.add('binding.dirty.children');
    if (all(step.on)) return undefined;
    return broken(
      'binding.dirty.children',
      'outcome',
      step.on ? 'all tables track writes' : 'none does',
      describe(),
    );
  }
  course.exercised.add('binding.dirty.all-or-none');
  // What could not be taken back either stays as it is, and then nobody says what the unit takes it for; nor does
  // anybody where no table is left that counts.
  if (facts.trackingFailures > 1 || states.length === 0) {
    course.isTrackingKnown = false;
    return undefined;
  }
  if (all(step.on)) course.tracking = step.on;
  if (all(step.on) || all(!step.on)) return undefined;
  // One that could not track when it was made, and was kept for nobody, was another way before.
  const isUnchanged = [...course.host.tables].every(
    ([number, table]) => facts.trackingBefore.get(number) === course.host.tracks(table),
  );
  if (isUnchanged) return undefined;
  return broken('binding.dirty.all-or-none', 'outcome', 'all tables track writes or none', describe());
}
