/**
 * A virtual SMMU made for speed: it remembers what each stream is made of, compares only what a command names,
 * shares nested tables and issues commands in batches, flushed where the guest waits for them.
 */
import type { SmmuNestingCase, SmmuNestingObservation, SmmuStep } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { ALL_DONE, Batch } from './batch.ts';
import { ABORT, BYPASS, GuestEntries, type Kind, STAGE_1 } from './guest-entries.ts';
import { type HostTable, HostTables } from './host-tables.ts';
import { inVmid, isIllegal } from './opcodes.ts';

type Report = SmmuNestingObservation['steps'][number];

interface Stream {
  readonly device: number;
  readonly streamId: number;
  readonly unit: number;
  readonly physical: bigint;
  plugged: boolean;
  /** What is attached; undefined: nothing is known to be. */
  kind: Kind | undefined;
  table: HostTable | undefined;
  /** EATS of what is attached. */
  ats: boolean;
}

const memory = new GuestMemory();
const CERROR_ILL = 1;
const EATS_FULL = 0x1000_0000;
const LOW_32 = 0xffff_ffffn;
const CFGI_STE = 0x03n;
const LEAF = 1n;
const ALL_STREAMS = 31;

export function runSmmuNesting(testCase: SmmuNestingCase): SmmuNestingObservation {
  memory.reset(testCase.profile.backed, testCase.memory);
  const smmu = new FastSmmu(testCase);
  return { steps: testCase.steps.map((step) => smmu.step(step)) };
}

class FastSmmu {
  readonly #case: SmmuNestingCase;
  readonly #entries: GuestEntries;
  readonly #host: HostTables;
  readonly #batch: Batch;
  readonly #streams: Stream[];
  /** By unit: it may hold translations of the guest. */
  readonly #translating: boolean[];
  #queue: readonly (readonly bigint[])[] = [];
  #head = 0;
  #stopped = false;
  #enabled = false;
  #abortAll = false;

  constructor(testCase: SmmuNestingCase) {
    this.#case = testCase;
    this.#entries = new GuestEntries(memory, testCase);
    this.#host = new HostTables(testCase);
    this.#batch = new Batch(this.#host);
    this.#translating = testCase.units.map(() => false);
    this.#streams = testCase.devices.map(({ streamId, unit, physicalStreamId }, device) => ({
      device,
      streamId,
      unit,
      physical: BigInt(physicalStreamId) << 32n,
      plugged: false,
      kind: undefined,
      table: undefined,
      ats: false,
    }));
  }

  step(step: SmmuStep): Report {
    this.#host.calls = [];
    this.#host.failed = false;
    const consumed = this.#act(step);
    return {
      calls: this.#host.calls,
      ...(consumed === undefined ? {} : { consumed, error: this.#stopped ? CERROR_ILL : null }),
      ...(this.#host.failed ? { reported: true } : {}),
    };
  }

  #act(step: SmmuStep): number | undefined {
    switch (step.step) {
      case 'store':
        for (const [index, word] of step.words.entries())
          memory.store(step.address + BigInt(8 * index), word);
        return undefined;
      case 'commands':
        this.#queue =
          this.#head < this.#queue.length
            ? [...this.#queue.slice(this.#head), ...step.commands]
            : step.commands;
        this.#head = 0;
        return this.#work();
      case 'acknowledge':
        if (step.commands) {
          this.#queue = step.commands;
          this.#head = 0;
        }
        this.#stopped = false;
        return this.#work();
      case 'enable':
        this.#enabled = step.on;
        this.#bindAll();
        return undefined;
      case 'bypass':
        this.#abortAll = step.abort;
        if (!this.#enabled) this.#bindAll();
        return undefined;
      case 'stream-table':
        if (!this.#enabled) this.#entries.place(step);
        return undefined;
      case 'plug':
        this.#plug(this.#streams[step.device] as Stream);
        return undefined;
      case 'unplug':
        this.#unplug(this.#streams[step.device] as Stream);
        return undefined;
    }
  }

  #bindAll(): void {
    for (const stream of this.#streams) if (stream.plugged) this.#bind(stream);
  }

  #plug(stream: Stream): void {
    if (stream.plugged) return;
    stream.plugged = true;
    this.#bind(stream);
  }

  #unplug(stream: Stream): void {
    if (!stream.plugged) return;
    const { table, device } = stream;
    // A table that stays attached can't be freed.
    if (table && this.#host.call({ call: 'attach', device, to: 'bypass' })) this.#host.release(table);
    stream.plugged = false;
    stream.kind = undefined;
    stream.table = undefined;
    stream.ats = false;
  }

  /** How many commands were consumed. */
  #work(): number {
    const start = this.#head;
    while (!this.#stopped && this.#head < this.#queue.length) {
      const [low, high] = this.#queue[this.#head] as readonly [bigint, bigint];
      if (isIllegal(low, high, this.#case.smmu)) {
        if (this.#flush()) this.#stopped = true;
        break;
      }
      if (!this.#execute(low, high)) break;
      this.#head++;
    }
    if (!this.#stopped) this.#flush();
    return this.#head - start;
  }

  /** False: the queue stands at what failed. */
  #flush(): boolean {
    const failed = this.#batch.flush();
    if (failed === ALL_DONE) return true;
    this.#head = failed;
    this.#stopped = true;
    return false;
  }

  #execute(low: bigint, high: bigint): boolean {
    const opcode = Number(low & 0xffn);
    switch (opcode) {
      case 0x46:
        return this.#flush();
      case 0x03:
        return this.#renew(Number(low >> 32n), 1);
      case 0x04: {
        const log2 = Number(high & 31n);
        const count = log2 === ALL_STREAMS ? 2 ** 32 : 2 ** (log2 + 1);
        const first = Number(low >> 32n);
        return this.#renew(first - (first % count), count);
      }
      case 0x05:
      case 0x06:
      case 0x40:
        this.#forward(opcode === 0x40, low, high);
        return true;
      case 0x10:
      case 0x11:
      case 0x12:
      case 0x13:
      case 0x30:
        for (const [unit, { vmid }] of this.#case.units.entries()) {
          if (!this.#translating[unit]) continue;
          this.#batch.add(unit, this.#head, inVmid(low, BigInt(vmid)), opcode === 0x30 ? 0n : high);
        }
        return true;
      default:
        return true;
    }
  }

  #forward(atc: boolean, low: bigint, high: bigint): void {
    const streamId = Number(low >> 32n);
    for (const { plugged, streamId: own, table, ats, unit, physical } of this.#streams) {
      if (!plugged || own !== streamId || table === undefined || (atc && !ats)) continue;
      this.#batch.add(unit, this.#head, (low & LOW_32) | physical, high);
    }
  }

  /** Streams from `first` on are read again; those that stay what they are lose their context descriptors. */
  #renew(first: number, count: number): boolean {
    if (!this.#flush()) return false;
    for (const stream of this.#streams) {
      const { plugged, streamId, unit, physical, table } = stream;
      if (!plugged || streamId < first || streamId >= first + count) continue;
      if (!this.#bind(stream)) {
        this.#batch.flush();
        this.#stopped = true;
        return false;
      }
      if (table && stream.table === table) this.#batch.add(unit, this.#head, CFGI_STE | physical, LEAF);
    }
    return true;
  }

  /** Attaches what the stream should be. False when the host refused: it is blocked, or as it was. */
  #bind(stream: Stream): boolean {
    const { device, unit, streamId } = stream;
    const kind = this.#enabled ? this.#entries.read(streamId) : this.#abortAll ? ABORT : BYPASS;
    if (kind !== STAGE_1) {
      if (stream.kind === kind) return true;
      return this.#give(stream, kind, undefined, false) || this.#block(stream);
    }
    const { word0High, word0Low, word1 } = this.#entries;
    const table = this.#host.acquire(unit, (BigInt(word0High) << 32n) | BigInt(word0Low), BigInt(word1));
    if (table === undefined) return this.#block(stream);
    if (table === stream.table) {
      table.users--;
      return true;
    }
    if (this.#host.call({ call: 'attach', device, to: table.number })) {
      this.#translating[unit] = true;
      this.#replace(stream, kind, table, (word1 & EATS_FULL) !== 0);
      return true;
    }
    this.#host.release(table);
    return this.#block(stream);
  }

  /** Nothing is better than what the guest does not want any more. Always false. */
  #block(stream: Stream): false {
    if (stream.kind !== ABORT) this.#give(stream, ABORT, undefined, false);
    return false;
  }

  #give(stream: Stream, kind: typeof ABORT | typeof BYPASS, table: undefined, ats: boolean): boolean {
    const to = kind === ABORT ? 'abort' : 'bypass';
    if (!this.#host.call({ call: 'attach', device: stream.device, to })) return false;
    this.#replace(stream, kind, table, ats);
    return true;
  }

  #replace(stream: Stream, kind: Kind, table: HostTable | undefined, ats: boolean): void {
    const old = stream.table;
    stream.kind = kind;
    stream.table = table;
    stream.ats = ats;
    if (old) this.#host.release(old);
  }
}
