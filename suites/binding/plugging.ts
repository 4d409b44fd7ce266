/** Whether a device is plugged, or refused for a good reason. */
import { doubtsOf, offerOf, refusalsOf } from '../../models/reference/binding/requirements.ts';
import type { HostCall, Mismatch } from '../../spec/schema.ts';
import { broken } from '../core/broken.ts';
import type { Course } from './course.ts';
import type { StepReport } from './step-facts.ts';

export function judgeRefusal(
  course: Course,
  device: number,
  { refused, calls }: StepReport,
): Mismatch | undefined {
  const offer = offerOf(course.testCase, device);
  const reasons = refusalsOf(offer);
  const doubts = doubtsOf(offer);
  const [first] = reasons;
  const observed = refused === undefined ? 'plugged' : `refused: ${refused}`;
  // A device may be given its parent table before anybody looks at what its unit has.
  const isFailure =
    refused === 'failure' && numbers(course, calls).some((number) => course.failing.has(number));
  if (first !== undefined) {
    const rule = `binding.plug.${first}`;
    course.exercised.add(rule);
    const expected = `refused: ${reasons.join(' or ')}`;
    return isFailure || (refused !== undefined && [...reasons, ...doubts].includes(refused))
      ? undefined
      : broken(rule, 'outcome', expected, observed);
  }
  const rule = 'binding.plug.accepted';
  course.exercised.add(rule);
  if (refused === undefined || isFailure || doubts.includes(refused)) return undefined;
  return broken(rule, 'outcome', 'plugged', observed);
}

/** The numbers that `calls` take. */
function numbers(course: Course, calls: readonly HostCall[]): readonly number[] {
  return calls.filter(({ call }) => call !== 'purge').map((_call, index) => course.calls + index);
}
