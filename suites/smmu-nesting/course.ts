/** One run of a case: the host, the streams of the guest, its commands, and what each step showed. */
import { type GuestCommand, isAbout } from '../../models/reference/smmu-nesting/command.ts';
import { Host } from '../../models/reference/smmu-nesting/host.ts';
import { Streams } from '../../models/reference/smmu-nesting/streams.ts';
import type { Mismatch, SmmuCall, SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';
import { broken } from './broken.ts';
import { Devices } from './devices.ts';
import { Forwarding } from './forwarding.ts';
import { CommandQueue } from './queue.ts';
import { StepFacts, type StepReport } from './step-facts.ts';
import { leak, rulesOf, unshared, wide } from './tables.ts';

export class Course {
  /** Rules, without the name of the area. */
  readonly exercised = new Set<string>();
  readonly testCase: SmmuNestingCase;
  readonly host: Host;
  readonly streams: Streams;
  /** Tables that the host would not free, or not take from a device that is gone. */
  readonly givenUp = new Set<number>();
  readonly #failing: ReadonlyMap<number, number>;
  readonly #queue: CommandQueue;
  readonly #forwarding: Forwarding;
  readonly #devices: Devices;
  #calls = 0;

  constructor(testCase: SmmuNestingCase) {
    this.testCase = testCase;
    this.host = new Host(testCase);
    this.streams = new Streams(testCase);
    this.#failing = new Map(testCase.failing.map(({ call, handled = 0 }) => [call, handled]));
    this.#queue = new CommandQueue(testCase.smmu, this.exercised);
    this.#forwarding = new Forwarding(this);
    this.#devices = new Devices(this);
  }

  /** What `report` breaks at `step`; `open` when nothing can be said of the rest. */
  follow(step: SmmuStep, report: StepReport): readonly Mismatch[] | 'open' {
    // The register is not writable then; what a write does is not said for every version (6.3.23).
    if (step.step === 'stream-table' && this.streams.enabled) return 'open';
    if (step.step === 'store' && report.calls.length === 0) return this.#pass(step, report);
    const facts = new StepFacts(this.host, this.streams, step, report);
    facts.isSwitched = this.streams.begin(step);
    if (step.step === 'plug') this.host.plugged.add(step.device);
    const remarks: Mismatch[] = [];
    for (const call of report.calls) {
      const wrong = this.#make(call, facts, remarks);
      if (wrong) return [...remarks, wrong];
    }
    const advance = this.#queue.advance(step, report, facts.failures, (command) => this.#blame(command));
    if (advance === 'open') return 'open';
    if ('wrong' in advance) return [...remarks, advance.wrong];
    for (const { command } of advance.consumed) this.exercised.add(this.#blame(command));
    const undone = this.#forwarding.follow(advance.consumed, facts);
    const wrong =
      (step.step === 'unplug' ? this.#unplug(step.device, facts) : undefined) ??
      this.#devices.follow(step, report, facts) ??
      undone ??
      leak(this);
    const { error, isAtIllegal } = this.#queue;
    if (facts.failures > 0 && error !== null && !isAtIllegal) this.#forwarding.stop(error);
    return wrong ? [...remarks, wrong] : remarks;
  }

  /** The guest wrote words and nobody noticed: what was allowed is, and more. */
  #pass(step: SmmuStep, report: StepReport): readonly Mismatch[] {
    this.streams.begin(step);
    const stayed = this.#queue.stay(report);
    return 'wrong' in stayed ? [stayed.wrong] : [];
  }

  #make(call: SmmuCall, facts: StepFacts, remarks: Mismatch[]): Mismatch | undefined {
    const handled = this.#failing.get(this.#calls++);
    const failed = handled !== undefined;
    for (const rule of rulesOf(call)) this.exercised.add(rule);
    const costs = [unshared(this, call), wide(call)];
    const wrong = this.host.make(call, failed);
    if (wrong) return wrong;
    remarks.push(...costs.filter((cost) => cost !== undefined));
    facts.note(this.host, call, failed, handled ?? 0);
    if (call.call === 'free' && failed) this.givenUp.add(call.table);
    return undefined;
  }

  #unplug(device: number, facts: StepFacts): Mismatch | undefined {
    if (!this.host.plugged.has(device)) return undefined;
    this.exercised.add('event.unplug');
    const table = this.host.tableOf(device);
    if (table !== undefined && facts.failures === 0) {
      return broken('event.unplug', 'outcome', `device ${device} without a table`, `table ${table}`);
    }
    if (table !== undefined) this.givenUp.add(table);
    this.host.forget(device);
    this.#devices.forget(device);
    return undefined;
  }

  /** The rule that lets a legal command be consumed. */
  #blame(command: GuestCommand): string {
    if (command.is !== 'streams' && command.is !== 'descriptors' && command.is !== 'atc')
      return 'queue.legal';
    const { devices } = this.testCase;
    const about = [...this.host.plugged].filter((device) => isAbout(command, devices[device]?.streamId ?? 0));
    if (about.length === 0) return 'queue.unknown-stream';
    const isBad = this.streams.enabled && about.some((device) => this.streams.isBad(device));
    return isBad ? 'queue.bad-entry' : 'queue.legal';
  }
}
