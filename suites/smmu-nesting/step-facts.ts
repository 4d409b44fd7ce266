/**
 * What the host calls of one step did, in order. Commands of one call are not ordered among themselves, unless a
 * CMD_SYNC stands between them (4.8): an epoch is what is done before the next one begins.
 */
import { opcodeOf, type Words } from '../../models/reference/smmu-nesting/command.ts';
import type { Host } from '../../models/reference/smmu-nesting/host.ts';
import { SYNC } from '../../models/reference/smmu-nesting/physical-command.ts';
import type { Stream } from '../../models/reference/smmu-nesting/stream-entry.ts';
import type { Completion, Streams } from '../../models/reference/smmu-nesting/streams.ts';
import type { SmmuCall, SmmuNestingObservation, SmmuStep } from '../../spec/schema.ts';

export type StepReport = SmmuNestingObservation['steps'][number];

export interface Issued {
  readonly epoch: number;
  readonly unit: number;
  readonly words: Words;
}

export interface Attached {
  readonly epoch: number;
  readonly device: number;
  readonly stream: Stream | undefined;
}

export class StepFacts {
  failures = 0;
  /** SMMUEN or GBPA has another value now. */
  isSwitched = false;
  /** Devices that the host would not attach to something else, and units on which it made no table. */
  readonly refused = { devices: new Set<number>(), units: new Set<number>() };
  readonly issued: Issued[] = [];
  readonly attached: Attached[] = [];
  /** Devices whose CFGI a CMD_SYNC completed in this step. */
  readonly completed = new Map<number, Completion>();
  /** Streams of devices when the step began. */
  readonly before: ReadonlyMap<number, Stream | undefined>;
  /** The CFGI of each device that was consumed and not completed when the step began. */
  readonly forced: ReadonlyMap<number, Completion | undefined>;
  /** What the streams of devices that are attached more than once could be when the step began. */
  readonly allowedBefore: ReadonlyMap<number, readonly Stream[]>;
  #epoch = 0;

  constructor(host: Host, streams: Streams, step: SmmuStep, { calls }: StepReport) {
    const devices = [...host.plugged];
    const coming = step.step === 'plug' ? [step.device] : [];
    const attached = calls.flatMap((call) => (call.call === 'attach' ? call.device : []));
    const again = new Set(attached.filter((device, index) => attached.indexOf(device) !== index));
    this.forced = new Map([...devices, ...coming].map((device) => [device, streams.forced(device)]));
    this.allowedBefore = new Map([...again].map((device) => [device, streams.allowed(device)]));
    this.before = new Map(devices.map((device) => [device, host.stream(device)]));
  }

  /** A call that was made; when it failed the host issued `handled` commands of it first. */
  note(host: Host, call: SmmuCall, failed: boolean, handled: number): void {
    if (failed) this.failures++;
    if (failed && call.call === 'attach') this.refused.devices.add(call.device);
    if (failed && call.call === 'create') this.refused.units.add(call.unit);
    if (call.call === 'issue') {
      const { unit, commands } = call;
      for (const words of failed ? commands.slice(0, handled) : commands) {
        if (opcodeOf(words) === SYNC) this.#epoch++;
        else this.issued.push({ epoch: this.#epoch, unit, words });
      }
      this.#epoch++;
    }
    if (call.call === 'attach' && !failed) {
      const { device } = call;
      this.attached.push({ epoch: this.#epoch, device, stream: host.stream(device) });
      // The configuration, then what the device holds.
      this.#epoch += 2;
    }
  }
}
