/** Each host call at the moment when it is made. */
import type { GuestEvent } from '../../models/reference/binding/guest-event.ts';
import { describeRequests, keyOf, requestsOf } from '../../models/reference/binding/host.ts';
import type { HostCall, Mismatch } from '../../spec/schema.ts';
import { broken } from '../core/broken.ts';
import type { Course } from './course.ts';
import type { StepFacts } from './step-facts.ts';

export function make(
  course: Course,
  call: HostCall,
  facts: StepFacts,
  event: GuestEvent,
  plugging: number | undefined,
): Mismatch | undefined {
  if (call.call === 'purge') {
    facts.purged = true;
    return undefined;
  }
  const failed = course.failing.has(course.calls++);
  course.exercised.add('binding.calls');
  const hadTable = call.call === 'detach' && course.host.attached.has(keyOf(requestsOf(call)));
  const wrong = misplaced(course, call, facts, event, plugging) ?? course.host.make(call, failed);
  if (wrong) return wrong;
  facts.note(call, failed, hadTable);
  if (call.call === 'free') {
    course.exercised.add('binding.free.once').add('binding.free.in-use');
    if (failed) course.givenUp.add(call.table);
  }
  if (call.call === 'detach' && !failed) course.leftOver.delete(keyOf(requestsOf(call)));
  return undefined;
}

/** What makes `call` wrong at this moment, though the host would take it. */
function misplaced(
  course: Course,
  call: HostCall,
  facts: StepFacts,
  event: GuestEvent,
  plugging: number | undefined,
): Mismatch | undefined {
  switch (call.call) {
    case 'create-parent':
      return plugging === undefined ? undefined : unshared(course, plugging);
    case 'create-nested':
      exerciseParent(course, call.device);
      return (
        unknownDevice(course, call.device, plugging) ??
        unsharedBy(course, call.device, call.parent, facts, plugging)
      );
    case 'attach': {
      const requests = requestsOf(call);
      const unknown = unknownDevice(course, call.device, plugging);
      if (unknown) return unknown;
      if (facts.detached.has(keyOf(requests))) {
        const expected = `${describeRequests(requests)} given the new table in place of the old one`;
        return broken('binding.replace', 'order', expected, 'detached first');
      }
      if (course.host.attached.has(keyOf(requests))) course.exercised.add('binding.replace');
      const table = course.host.tables.get(call.table);
      const parent = table?.is === 'nested' ? table.parent : call.table;
      return unsharedBy(course, call.device, parent, facts, plugging) ?? untracked(course, call.table, facts);
    }
    case 'detach': {
      const key = keyOf(requestsOf(call));
      return course.leftOver.has(key) ? undefined : unknownDevice(course, call.device, plugging);
    }
    case 'invalidate':
      if (event.is !== 'translations' || !facts.purged) return undefined;
      return broken(
        'binding.invalidate.before-purge',
        'order',
        'the host first',
        'the emulated caches first',
      );
    default:
      return undefined;
  }
}

function unshared(course: Course, plugging: number): Mismatch | undefined {
  const rule = 'binding.parent.shared';
  course.exercised.add(rule);
  const known = course.host.parentFor(plugging);
  // One that could not be freed is given up.
  if (known === undefined || course.givenUp.has(known)) return undefined;
  return broken(rule, 'count', `device ${plugging} served by parent ${known}`, 'another parent');
}

/** A parent that was made after `device` was plugged serves it in place of an older one that fits. */
function unsharedBy(
  { host, givenUp }: Course,
  device: number,
  parent: number,
  { parentsMade }: StepFacts,
  plugging: number | undefined,
): Mismatch | undefined {
  if (plugging !== undefined || !parentsMade.has(parent)) return undefined;
  for (const [number, table] of host.tables) {
    if (table.is !== 'parent' || parentsMade.has(number) || givenUp.has(number)) continue;
    if (!host.fits(table, device)) continue;
    return broken(
      'binding.parent.shared',
      'count',
      `device ${device} served by parent ${number}`,
      'another parent',
    );
  }
  return undefined;
}

function exerciseParent(course: Course, device: number): void {
  course.exercised.add('binding.parent.iommufd').add('binding.parent.erratum');
  const unit = course.testCase.units[course.testCase.devices[device]?.unit ?? 0];
  if (unit?.coherent === false) course.exercised.add('binding.parent.coherence');
}

function unknownDevice(course: Course, device: number, plugging: number | undefined): Mismatch | undefined {
  if (device === plugging || course.bindings.plugged.has(device)) return undefined;
  return broken('binding.calls', 'outcome', 'a device that is plugged', `device ${device}`);
}

/** What translates tracks writes when the others do. */
function untracked(course: Course, number: number, facts: StepFacts): Mismatch | undefined {
  const table = course.host.tables.get(number);
  if (table === undefined || !course.isTrackingKnown) return undefined;
  // What the host would not free may track when the others do not, and serves again only if it tracks when they do.
  if (course.givenUp.has(number) && !course.tracking) return undefined;
  if (course.tracking) course.exercised.add('binding.dirty.new');
  const tracks = course.host.tracks(table);
  // What tracks in between is for the end of the step to say.
  if (tracks === course.tracking || facts.trackingFailed || facts.changesTracking) return undefined;
  const state = (tracked: boolean) => `table ${number} ${tracked ? 'tracks' : 'does not track'} writes`;
  return broken('binding.dirty.new', 'outcome', state(course.tracking), state(tracks));
}
