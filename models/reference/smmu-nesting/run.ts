/**
 * The reference's own way: one command after the other. Each is passed on at once, for every device that it is
 * about, and what a stream is made of is worked out from memory each time. What fails stops the queue there.
 */
import type { SmmuCall, SmmuNestingCase, SmmuNestingObservation, SmmuStep } from '../../../spec/schema.ts';
import { HostCalls } from '../host-calls.ts';
import { decode, type GuestCommand, isAbout, type Words } from './command.ts';
import { Host } from './host.ts';
import { invalidate, requestOf } from './invalidate.ts';
import { dropDescriptors } from './physical-command.ts';
import { isSameStream, usesAts } from './stream-entry.ts';
import { Streams } from './streams.ts';

type Report = SmmuNestingObservation['steps'][number];

const CERROR_ILL = 1;

export function runSmmuNesting(testCase: SmmuNestingCase): SmmuNestingObservation {
  const smmu = new NestingSmmu(testCase);
  return { steps: testCase.steps.map((step) => smmu.step(step)) };
}

class NestingSmmu {
  readonly #case: SmmuNestingCase;
  readonly #host: Host;
  readonly #streams: Streams;
  readonly #calls: HostCalls<SmmuCall>;
  /** Units that may hold translations of the guest. */
  readonly #translating = new Set<number>();
  #queue: Words[] = [];
  #error: number | null = null;
  #nextTable = 1;

  constructor(testCase: SmmuNestingCase) {
    this.#case = testCase;
    this.#host = new Host(testCase);
    this.#streams = new Streams(testCase);
    const failing = testCase.failing.map(({ call }) => call);
    this.#calls = new HostCalls(this.#host, failing);
  }

  step(step: SmmuStep): Report {
    this.#calls.startStep();
    // While SMMUEN is 1 the register can't be written.
    if (step.step !== 'stream-table' || !this.#streams.enabled) this.#streams.begin(step);
    const consumed = this.#act(step);
    return {
      calls: this.#calls.made,
      ...(consumed === undefined ? {} : { consumed, error: this.#error }),
      ...(this.#calls.hasFailed ? { reported: true } : {}),
    };
  }

  /** How many commands were consumed, where that is asked. */
  #act(step: SmmuStep): number | undefined {
    switch (step.step) {
      case 'commands':
        this.#queue.push(...step.commands);
        return this.#work();
      case 'acknowledge':
        if (step.commands) this.#queue = [...step.commands];
        this.#error = null;
        return this.#work();
      case 'enable':
      case 'bypass':
        for (const device of this.#host.plugged) this.#give(device);
        return undefined;
      case 'plug':
        this.#host.plugged.add(step.device);
        this.#give(step.device);
        return undefined;
      case 'unplug':
        if (this.#host.plugged.has(step.device)) this.#remove(step.device);
        return undefined;
      default:
        return undefined;
    }
  }

  /** Consumes until the queue is empty or an error stops it. */
  #work(): number {
    let consumed = 0;
    while (this.#error === null && this.#queue.length > 0) {
      const [words = []] = this.#queue;
      const decoded = decode(words, this.#case.smmu);
      const command = decoded.is === 'open' ? decoded.otherwise : decoded;
      if (command.is === 'illegal' || !this.#execute(command, words)) {
        this.#error = CERROR_ILL;
        break;
      }
      this.#streams.consume(command);
      this.#queue.shift();
      consumed++;
    }
    return consumed;
  }

  /** False when the host did not do it. */
  #execute(command: GuestCommand, words: Words): boolean {
    if (command.is === 'translations') {
      return [...this.#translating].every((unit) => this.#invalidate(unit, words));
    }
    return [...this.#host.plugged]
      .filter((device) => isAbout(command, this.#case.devices[device]?.streamId ?? 0))
      .every((device) =>
        command.is === 'streams' ? this.#renew(device) : this.#passOn(command, words, device),
      );
  }

  /** The entry of `device` is read again; where it is the same its context descriptors go. */
  #renew(device: number): boolean {
    const before = this.#host.tableOf(device);
    if (!this.#give(device)) return false;
    if (before === undefined || this.#host.tableOf(device) !== before) return true;
    const { unit = 0, streamId = 0 } = this.#case.devices[device] ?? {};
    return this.#invalidate(unit, dropDescriptors(streamId));
  }

  #passOn(command: GuestCommand, words: Words, device: number): boolean {
    const stream = this.#host.stream(device);
    if (stream?.is !== 'stage-1') return true;
    if (command.is === 'atc' && !usesAts(stream.ste, this.#case.smmu)) return true;
    return this.#invalidate(this.#case.devices[device]?.unit ?? 0, words);
  }

  /** Makes the stream of `device` what it should be now. False when a call failed: then all is as it was. */
  #give(device: number): boolean {
    const wanted = this.#streams.now(device);
    const has = this.#host.stream(device);
    if (has && isSameStream(wanted, has)) return true;
    const old = this.#host.tableOf(device);
    if (wanted.is !== 'stage-1') {
      if (!this.#calls.make({ call: 'attach', device, to: wanted.is })) return false;
    } else {
      const unit = this.#case.devices[device]?.unit ?? 0;
      const table = this.#nextTable++;
      if (!this.#calls.make({ call: 'create', table, unit, ste: [...wanted.ste] })) return false;
      if (!this.#calls.make({ call: 'attach', device, to: table })) {
        this.#calls.make({ call: 'free', table });
        return false;
      }
      this.#translating.add(unit);
    }
    if (old !== undefined) this.#calls.make({ call: 'free', table: old });
    return true;
  }

  #remove(device: number): void {
    const table = this.#host.tableOf(device);
    if (table !== undefined && this.#calls.make({ call: 'attach', device, to: 'abort' })) {
      this.#calls.make({ call: 'free', table });
    }
    this.#host.forget(device);
  }

  /** A command of the guest, by the call that the host has for it. */
  #invalidate(unit: number, words: Words): boolean {
    const behind = [...this.#host.plugged].flatMap((index) => {
      const device = this.#case.devices[index];
      return device?.unit === unit ? [[device.streamId, device.physicalStreamId] as const] : [];
    });
    const { done } = invalidate(requestOf(words), {
      vmid: this.#case.units[unit]?.vmid ?? 0,
      streams: new Map(behind),
      issue: (commands) => (this.#calls.make({ call: 'issue', unit, commands }) ? commands.length : 0),
    });
    return done > 0;
  }
}
