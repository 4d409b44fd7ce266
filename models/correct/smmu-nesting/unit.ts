/**
 * A third virtual SMMU, with habits: it shares no tables, and does at CMD_SYNC whatever it did not do before. What
 * fails stays to be done.
 */
import type { SmmuCall, SmmuNestingCase, SmmuNestingObservation, SmmuStep } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { decode, type GuestCommand, isAbout, type Words } from '../../reference/smmu-nesting/command.ts';
import { physicalStream, physicalTlbi } from '../../reference/smmu-nesting/physical-command.ts';
import {
  abort,
  bypass,
  isSameStream,
  type Stream,
  streamOf,
  usesAts,
  withoutNewerBits,
} from '../../reference/smmu-nesting/stream-entry.ts';
import { lookUp } from '../../reference/smmu-nesting/stream-table.ts';
import type { Habits } from './habits.ts';
import { everything, normalised, renewal } from './other-forms.ts';

type Report = SmmuNestingObservation['steps'][number];

interface Attached {
  readonly stream: Stream;
  readonly table: number | undefined;
}

/** What a command that was consumed still asks of the host. */
type Work =
  | { readonly is: 'read'; readonly device: number }
  | {
      readonly is: 'issue';
      readonly rank: number;
      readonly unit: number;
      /** Undefined: not about one device. */
      readonly device: number | undefined;
      readonly words: bigint[];
    };

const CERROR_ILL = 1;
const CERROR_ATC_INV_SYNC = 3;
const RANKS = 3;
const TRIES = 4;

export function runWithHabits(testCase: SmmuNestingCase, habits: Habits): SmmuNestingObservation {
  const unit = new HabitualSmmu(testCase, habits);
  return { steps: testCase.steps.map((step) => unit.step(step)) };
}

class HabitualSmmu {
  readonly #case: SmmuNestingCase;
  readonly #habits: Habits;
  readonly #memory = new GuestMemory();
  readonly #plugged = new Set<number>();
  readonly #attached = new Map<number, Attached>();
  readonly #kept = new Map<number, Stream>();
  readonly #failing: ReadonlySet<number>;
  #table: SmmuNestingCase['streamTable'];
  #enabled = false;
  #abortAll = false;
  #queue: Words[] = [];
  #error: number | null = null;
  #work: Work[] = [];
  #number = 0;
  #nextTable = 40;
  #calls: SmmuCall[] = [];
  #hasFailed = false;

  constructor(testCase: SmmuNestingCase, habits: Habits) {
    this.#case = testCase;
    this.#habits = habits;
    this.#table = testCase.streamTable;
    this.#memory.reset(testCase.profile.backed, testCase.memory);
    this.#failing = new Set(testCase.failing.map(({ call }) => call));
  }

  step(step: SmmuStep): Report {
    this.#calls = [];
    this.#hasFailed = false;
    const waiting = this.#queue.length;
    this.#act(step);
    if (this.#habits.reads === 'every-step') this.#giveAll();
    const isQueue = step.step === 'commands' || step.step === 'acknowledge';
    const before = step.step === 'acknowledge' && step.commands ? 0 : waiting;
    const added = isQueue ? (step.commands?.length ?? 0) : 0;
    return {
      calls: this.#calls,
      ...(isQueue ? { consumed: before + added - this.#queue.length, error: this.#error } : {}),
      ...(this.#hasFailed ? { reported: true } : {}),
    };
  }

  #act(step: SmmuStep): void {
    switch (step.step) {
      case 'store':
        for (const [index, word] of step.words.entries()) {
          this.#memory.store(step.address + BigInt(8 * index), word);
        }
        break;
      case 'commands':
        this.#queue.push(...step.commands);
        this.#consume();
        break;
      case 'acknowledge':
        if (step.commands) this.#queue = [...step.commands];
        this.#error = null;
        this.#consume();
        break;
      case 'enable':
        this.#enabled = step.on;
        this.#giveAll();
        break;
      case 'bypass':
        this.#abortAll = step.abort;
        if (!this.#enabled) this.#giveAll();
        break;
      case 'stream-table':
        if (!this.#enabled) this.#table = step;
        break;
      case 'plug':
        this.#plugged.add(step.device);
        this.#give(step.device, false);
        break;
      case 'unplug':
        this.#unplug(step.device);
        break;
    }
  }

  #consume(): void {
    while (this.#error === null && this.#queue.length > 0) {
      const [words = []] = this.#queue;
      const decoded = decode(words, this.#case.smmu);
      const isTolerated = decoded.is === 'open' && !this.#habits.refusesReserved;
      const command = isTolerated ? decoded.otherwise : decoded;
      if (command.is === 'illegal' || command.is === 'open') {
        this.#error = CERROR_ILL;
        return;
      }
      const isDone = command.is === 'sync' ? this.#finish() : this.#take(command, words);
      if (!isDone) {
        const isTimeout = command.is === 'sync' && this.#habits.failures === 'time-out';
        this.#error = isTimeout ? CERROR_ATC_INV_SYNC : CERROR_ILL;
        // ATC_INVs that timed out never complete (4.7.3).
        if (isTimeout) this.#work = this.#work.filter((one) => one.is === 'read' || one.rank < RANKS - 1);
        return;
      }
      this.#queue.shift();
    }
  }

  /** False when the command is not consumed. */
  #take(command: GuestCommand, words: Words): boolean {
    const work = this.#workOf(command, words);
    const later = work.filter(({ is }) => is === 'read' && this.#habits.reads === 'at-sync');
    const now = work.filter((one) => !later.includes(one));
    this.#work.push(...later);
    if (this.#habits.failures === 'time-out' || this.#habits.issues === 'together') {
      this.#work.push(...now);
      return true;
    }
    const left = now.filter((one) => !this.#do(one));
    if (left.length === 0) return true;
    return false;
  }

  #workOf(command: GuestCommand, words: Words): Work[] {
    const { devices, units, smmu } = this.#case;
    const { drops } = this.#habits;
    const change = drops === 'everything' ? everything : (same: bigint[]) => same;
    if (command.is === 'translations') {
      return units.map(({ vmid }, unit) => ({
        is: 'issue',
        rank: 1,
        unit,
        device: undefined,
        words: change(physicalTlbi(words, vmid)),
      }));
    }
    return [...this.#plugged].flatMap((device): Work[] => {
      const { streamId = 0, unit = 0, physicalStreamId = 0 } = devices[device] ?? {};
      if (!isAbout(command, streamId)) return [];
      if (command.is === 'streams') {
        this.#kept.delete(device);
        return [{ is: 'read', device }];
      }
      const stream = this.#attached.get(device)?.stream;
      if (stream?.is !== 'stage-1') return [];
      if (command.is === 'atc' && !usesAts(stream.ste, smmu)) return [];
      const isOfSubstream = command.is === 'atc' && command.substream !== undefined;
      if (isOfSubstream && smmu.substreamIdBits === 0 && this.#habits.normalises) return [];
      const rank = command.is === 'atc' ? 2 : 0;
      return [{ is: 'issue', rank, unit, device, words: change(physicalStream(words, physicalStreamId)) }];
    });
  }

  /** Everything that was consumed is done. False: CMD_SYNC does not complete. */
  #finish(): boolean {
    this.#work = this.#work.filter((work) => work.is !== 'read' || !this.#do(work));
    for (let rank = 0; rank < RANKS; rank++) {
      const all = this.#work.filter((one) => one.is === 'issue' && one.rank === rank);
      for (const unit of this.#case.units.keys()) {
        const mine = all.flatMap((one) => (one.is === 'issue' && one.unit === unit ? [one.words] : []));
        if (mine.length === 0) continue;
        if (!this.#issue(unit, mine)) return false;
        this.#work = this.#work.filter(
          (one) => !(one.is === 'issue' && one.rank === rank && one.unit === unit),
        );
      }
    }
    return this.#work.length === 0;
  }

  #do(work: Work): boolean {
    return work.is === 'read' ? this.#give(work.device, true) : this.#issue(work.unit, [work.words]);
  }

  #issue(unit: number, commands: bigint[][]): boolean {
    if (this.#habits.issues === 'with-syncs') {
      return this.#call({ call: 'issue', unit, commands: commands.flatMap((words) => [words, [0x46n, 0n]]) });
    }
    return this.#call({ call: 'issue', unit, commands });
  }

  #giveAll(): void {
    for (const device of this.#plugged) this.#give(device, false);
  }

  /** `isNamed`: by a command that drops its context descriptors too. False when the stream is not what it should be. */
  #give(device: number, isNamed: boolean): boolean {
    const wanted = this.#wanted(device);
    const has = this.#attached.get(device);
    const { unit = 0, physicalStreamId = 0 } = this.#case.devices[device] ?? {};
    if (has && isSameStream(wanted, has.stream)) {
      if (!isNamed || has.table === undefined) return true;
      if (this.#habits.refresh === 'attach-again') {
        return this.#call({ call: 'attach', device, to: has.table });
      }
      if (this.#habits.refresh !== 'new-table') {
        return this.#issue(unit, [renewal(this.#habits.refresh, physicalStreamId)]);
      }
    }
    if (wanted.is !== 'stage-1') {
      return (
        this.#call({ call: 'attach', device, to: wanted.is }) && this.#replace(device, wanted, undefined)
      );
    }
    const ste = this.#habits.normalises ? normalised(wanted.ste, this.#case.smmu) : [...wanted.ste];
    const table = this.#nextTable++;
    if (!this.#call({ call: 'create', table, unit, ste })) return false;
    if (this.#call({ call: 'attach', device, to: table })) return this.#replace(device, wanted, table);
    this.#call({ call: 'free', table });
    return false;
  }

  #wanted(device: number): Stream {
    if (!this.#enabled) return this.#abortAll ? abort : bypass;
    const kept = this.#kept.get(device);
    if (kept) return kept;
    const { smmu, devices } = this.#case;
    const { entry, isCut } = lookUp(this.#memory, this.#table, devices[device]?.streamId ?? 0, smmu);
    const read = entry && this.#habits.normalises ? withoutNewerBits(entry) : entry;
    const stream = isCut && this.#habits.normalises ? abort : streamOf(read, smmu);
    if (entry && this.#habits.keepsEntries) this.#kept.set(device, stream);
    return stream;
  }

  #replace(device: number, stream: Stream, table: number | undefined): true {
    const old = this.#attached.get(device)?.table;
    this.#attached.set(device, { stream, table });
    if (old !== undefined) this.#call({ call: 'free', table: old });
    return true;
  }

  #unplug(device: number): void {
    if (!this.#plugged.has(device)) return;
    const table = this.#attached.get(device)?.table;
    if (table !== undefined && this.#call({ call: 'attach', device, to: 'abort' })) {
      this.#call({ call: 'free', table });
    }
    this.#plugged.delete(device);
    this.#attached.delete(device);
    this.#kept.delete(device);
    this.#work = this.#work.filter((work) => work.device !== device);
  }

  /** True when the host did it, perhaps at a further try. */
  #call(call: SmmuCall): boolean {
    for (let tries = this.#habits.failures === 'again' ? TRIES : 1; tries > 0; tries--) {
      this.#calls.push(call);
      if (!this.#failing.has(this.#number++)) return true;
      this.#hasFailed = true;
      // A number that a host gave is not given again.
      if (call.call === 'create') return false;
    }
    return false;
  }
}
