/** What the stream of each device is after a step, beside what the guest's entries and registers say. */
import { isSameStream, isServed, type Stream } from '../../models/reference/smmu-nesting/stream-entry.ts';
import type { Completion } from '../../models/reference/smmu-nesting/streams.ts';
import type { Mismatch, SmmuStep } from '../../spec/schema.ts';
import { broken } from './broken.ts';
import type { Course } from './course.ts';
import { describeAny, describeStream } from './describe.ts';
import type { StepFacts, StepReport } from './step-facts.ts';

/** What a failure of the host left a device with. */
interface Left {
  readonly stream: Stream | undefined;
  /** A CFGI that was consumed before: that it completes later makes nothing of the failure good. */
  readonly older: Completion | undefined;
  /** The last CFGI that was consumed: the one that was refused, or older. */
  readonly last: Completion | undefined;
}

export class Devices {
  readonly #course: Course;
  readonly #failed = new Map<number, Left>();
  /** Devices that the host refused when they came, which was reported: the guest may never have them. */
  readonly #absent = new Set<number>();

  constructor(course: Course) {
    this.#course = course;
  }

  follow(step: SmmuStep, report: StepReport, facts: StepFacts): Mismatch | undefined {
    for (const device of this.#course.host.plugged) {
      if (this.#isNamed(device, facts)) this.#absent.delete(device);
      if (this.#absent.has(device)) continue;
      const wrong = this.#judge(device, step, report, facts);
      if (wrong) return wrong;
      if (this.#isTurnedAway(device, step, report, facts)) this.#absent.add(device);
    }
    return undefined;
  }

  forget(device: number): void {
    this.#failed.delete(device);
    this.#absent.delete(device);
  }

  /** Refused when it came: it reaches nothing, and somebody was told. */
  #isTurnedAway(device: number, step: SmmuStep, report: StepReport, facts: StepFacts): boolean {
    if (step.step !== 'plug' || step.device !== device || !isReported(report)) return false;
    const stream = this.#course.host.stream(device);
    return this.#isRefused(device, facts) && (stream === undefined || stream.is === 'abort');
  }

  /** Something was done with it, or tried: so it is there. */
  #isNamed(device: number, { attached, refused }: StepFacts): boolean {
    return refused.devices.has(device) || attached.some((one) => one.device === device);
  }

  #judge(device: number, step: SmmuStep, report: StepReport, facts: StepFacts): Mismatch | undefined {
    const { host, streams, testCase } = this.#course;
    const allowed = streams.allowed(device);
    const [before, after] = [facts.before.get(device), host.stream(device)];
    const event = this.#event(device, step, facts);
    const target = this.#target(device);
    if (event !== undefined) this.#exercise(event, target);
    const left = this.#failed.get(device);
    if (after && allowed.some((one) => isServed(one, after, testCase.smmu))) {
      // By an entry that may be cached; when that goes, it may still be what the failure left.
      const isStale = !isServed(streams.now(device), after, testCase.smmu);
      // Nor does who was refused know that it is right: it may be blocked until something else is asked of it.
      const isLeft = (isStale || event === undefined) && this.#isSame(left?.stream, after);
      if (!isLeft) this.#failed.delete(device);
      if (this.#isRefused(device, facts) && (isStale || isReported(report)))
        this.#leave(device, after, facts);
      return left ? undefined : this.#detour(device, before, after, allowed, facts);
    }
    const isAsItWas = this.#isSame(before, after);
    if (left && event === undefined && this.#isSame(left.stream, after)) {
      // Refused and reported once more: the CMD_SYNC of a CFGI in this step is waited for as that of the first.
      if (this.#isRefused(device, facts) && isReported(report)) this.#leave(device, after, facts);
      return undefined;
    }
    // Blocked at last, when nothing was asked of it since it was refused.
    const isUnasked = event === undefined || (left?.last && facts.completed.get(device) === left.last);
    if (left && isUnasked && !isAsItWas && after?.is === 'abort') {
      this.#leave(device, after, facts);
      return undefined;
    }
    // Others are no reason: who stops at the first device that fails leaves the rest as they were.
    if (this.#isRefused(device, facts)) {
      this.#exercise('failure.stream', 'failure.reported');
      const isBlocked = after?.is === 'abort';
      // A CMD_SYNC that completed says that it is done.
      const mayStay = isAsItWas && !facts.completed.has(device);
      if (!isBlocked && !mayStay) {
        // That a call failed is no reason to make a table that nobody asked for.
        const rule = after?.is === 'stage-1' && !isAsItWas ? target : 'failure.stream';
        this.#exercise(rule);
        const expected = `device ${device}: ${describeAny(allowed)}`;
        const others = `or blocked${facts.completed.has(device) ? '' : ', or as it was'}`;
        return broken(rule, 'outcome', `${expected}, ${others}`, describeStream(after));
      }
      this.#leave(device, after, facts);
      if (isReported(report)) return undefined;
      const expected = `device ${device} reported to be ${describeStream(after)}`;
      return broken('failure.reported', 'record', expected, 'nothing');
    }
    const rule = this.#ruleOf(step, event, target, isAsItWas);
    const observed = `${isAsItWas ? 'still ' : ''}${describeStream(after)}`;
    return broken(rule, 'outcome', `device ${device}: ${describeAny(allowed)}`, observed);
  }

  #leave(device: number, stream: Stream | undefined, facts: StepFacts): void {
    // Blocked it may stay behind the CMD_SYNC of any CFGI so far: whoever reported it is waited for.
    const isBlocked = stream?.is === 'abort';
    const last = this.#course.streams.forced(device);
    this.#failed.set(device, { stream, last, older: isBlocked ? last : facts.forced.get(device) });
  }

  #isRefused(device: number, { refused }: StepFacts): boolean {
    const unit = this.#course.testCase.devices[device]?.unit ?? 0;
    return refused.devices.has(device) || refused.units.has(unit);
  }

  /** What of this step makes the stream of `device` what it should be now. */
  #event(device: number, step: SmmuStep, facts: StepFacts): string | undefined {
    const { enabled } = this.#course.streams;
    const completed = facts.completed.get(device);
    if (enabled && completed && completed !== this.#failed.get(device)?.older) {
      return `event.cfgi-${completed.by}`;
    }
    switch (step.step) {
      case 'plug':
        return step.device === device && !facts.before.has(device) ? 'event.plug' : undefined;
      case 'enable':
        return facts.isSwitched ? (step.on ? 'event.enable' : 'event.disable') : undefined;
      case 'bypass':
        return enabled || !facts.isSwitched ? undefined : 'event.gbpa';
      default:
        return undefined;
    }
  }

  #ruleOf(step: SmmuStep, event: string | undefined, target: string, isAsItWas: boolean): string {
    if (isAsItWas) return event ?? target;
    return step.step === 'bypass' ? 'event.gbpa' : target;
  }

  /** The rule of what the stream should be now. */
  #target(device: number): string {
    const { streams } = this.#course;
    if (!streams.enabled) return 'event.disable';
    const { is } = streams.now(device);
    return is === 'abort' && streams.isBad(device) ? 'stream.bad-entry' : `stream.${is}`;
  }

  /** What is neither what the stream could be before the step nor what it may be now. */
  #detour(
    device: number,
    before: Stream | undefined,
    after: Stream,
    allowed: readonly Stream[],
    { attached, failures, allowedBefore }: StepFacts,
  ): Mismatch | undefined {
    const path = attached.filter((one) => one.device === device);
    if (path.length === 0 || before === undefined) return undefined;
    this.#exercise('table.replace');
    if (path.length === 1 || failures > 0) return undefined;
    const fitting = [before, after, ...allowed, ...(allowedBefore.get(device) ?? [])];
    const { smmu } = this.#course.testCase;
    const strange = path.find(({ stream }) => stream && !fitting.some((one) => isServed(one, stream, smmu)));
    if (strange === undefined) return undefined;
    const expected = `device ${device}: ${describeStream(after)} in place of ${describeStream(before)}`;
    return broken('table.replace', 'order', expected, `${describeStream(strange.stream)} between them`);
  }

  #isSame(a: Stream | undefined, b: Stream | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return isSameStream(a, b);
  }

  #exercise(...rules: readonly string[]): void {
    for (const rule of rules) this.#course.exercised.add(rule);
  }
}

/** Somebody was told of a failure: the guest by its queue, or whoever runs the SMMU. */
function isReported({ reported, error }: StepReport): boolean {
  return reported === true || typeof error === 'number';
}
