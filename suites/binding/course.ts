/** One run of a case: the host, what must be bound, and what each step showed. */
import { Bindings } from '../../models/reference/binding/bindings.ts';
import { Host } from '../../models/reference/binding/host.ts';
import type { BindingCase, BindingStep, Mismatch } from '../../spec/schema.ts';
import { judgeGone, judgeLeak, judgeReport, judgeTracking, remarkParents } from './afterwards.ts';
import { judgeBindings } from './bound.ts';
import { make } from './calls.ts';
import { HeldTranslations } from './held-translations.ts';
import { judgeCoverage, mustCover } from './invalidations.ts';
import { judgeRefusal } from './plugging.ts';
import { StepFacts, type StepReport } from './step-facts.ts';

export class Course {
  readonly exercised = new Set<string>();
  readonly testCase: BindingCase;
  readonly host: Host;
  readonly bindings: Bindings;
  readonly held: HeldTranslations;
  readonly failing: ReadonlySet<number>;
  /** Tables that the host would not free, or not detach from a device that is gone. */
  readonly givenUp = new Set<number>();
  /** Keys of unplugged devices that the host would not detach. */
  readonly leftOver = new Set<number>();
  calls = 0;
  tracking = false;
  /** False once the host would not take back that some tables track writes and others do not. */
  isTrackingKnown = true;

  constructor(testCase: BindingCase) {
    this.testCase = testCase;
    this.host = new Host(testCase);
    this.bindings = new Bindings(testCase);
    this.held = new HeldTranslations(this.host, this.bindings);
    this.failing = new Set(testCase.failing);
  }

  /** What `report` breaks at `step`; `open` when nothing can be said of the rest. */
  follow(step: BindingStep, report: StepReport): readonly Mismatch[] | 'open' {
    const plugging = step.step === 'plug' ? step.device : undefined;
    if (plugging !== undefined && this.#isThere(plugging)) return 'open';
    const sees = report.calls.length > 0 || report.error === true;
    const event = this.bindings.begin(step, sees);
    if (step.step === 'store' && !sees) return [];
    const refusal = plugging === undefined ? undefined : judgeRefusal(this, plugging, report);
    if (refusal !== undefined) return [refusal];
    const refused = plugging !== undefined && report.refused !== undefined;
    if (plugging !== undefined && !refused) this.bindings.plugged.add(plugging);
    const dropped = event.is === 'translations' ? mustCover(this, event.drop) : [];

    const facts = new StepFacts(this.host, step, report.calls);
    for (const call of report.calls) {
      const wrong = make(this, call, facts, event, plugging);
      if (wrong) return [wrong];
    }
    if (step.step === 'unplug') this.bindings.plugged.delete(step.device);
    const gone = step.step === 'unplug' ? step.device : refused ? plugging : undefined;
    if (gone !== undefined) this.bindings.forget(gone);

    const bound = judgeBindings(this, event, facts, plugging, report);
    if (bound === 'open') return 'open';
    const wrong =
      bound ??
      judgeGone(this, gone, step, facts) ??
      judgeReport(this, step, facts, report) ??
      judgeLeak(this) ??
      judgeTracking(this, step, facts) ??
      judgeCoverage(this, event, dropped, facts);
    this.held.note(facts);
    remarkParents(this, gone, facts);
    return wrong === undefined ? facts.remarks : [...facts.remarks, wrong];
  }

  /** Plugged, or gone but for what the host would not detach: nobody says what is done with that. */
  #isThere(device: number): boolean {
    if (this.bindings.plugged.has(device)) return true;
    return [...this.leftOver].some((key) => this.host.attached.get(key)?.requests.device === device);
  }
}
