/**
 * Streams (area `invalidation`) as operations. A stream runs like this: load its lines, latch the root table
 * (which empties QEMU's caches), enable the queue, do the steps, and bring the unit back to where the next stream
 * can start: queue disabled, errors and faults cleared, memory restored.
 */
import { extract } from '../../spec/bits.ts';
import type {
  InvalidationCase,
  ReadableRegister,
  Request,
  Store,
  StreamStep,
  WritableRegister,
} from '../../spec/schema.ts';
import { LINE_WORDS, targetsOf } from './case-memory.ts';
import { isObserved, SCRATCH, SCRATCH_PARTS } from './layout.ts';
import { ListBuilder, type ListProgram, type Probe, type UnitState } from './list-builder.ts';
import type { Slot } from './operations.ts';
import { QueueMemory } from './queue-memory.ts';
import * as unit from './registers.ts';
import { layOutStream, type StreamMemory, streamPlace } from './stream-memory.ts';

/** Where the answer to a step comes from. */
export type Answering =
  | { readonly from: 'probe'; readonly probe: Probe }
  /** Index of the result. */
  | { readonly from: 'result'; readonly result: number }
  | { readonly from: 'nothing' };

export interface StreamProgram extends ListProgram {
  /** By case, one for each step that is answered. */
  readonly answering: readonly (readonly Answering[])[];
  /** By case, for each step the index of the results that FSTS and, next, IQH gave after it. */
  readonly looks: readonly (readonly number[])[];
  /** By case, the index of the result that says whether the queue could be disabled: GSTS. */
  readonly endings: readonly number[];
}

/** inv_wait_dsc with SW: the adapter's own, to be the last that a queue sees; QEMU disables it only then. */
const LAST_WAIT: Slot = [0x25n, SCRATCH.start + BigInt(SCRATCH_PARTS.waitStatus), 0n, 0n];

/** Builds the list for `cases`, whose requests are at most MAX_REQUESTS together, or are those of one case. */
export function buildStreams(cases: readonly InvalidationCase[], state: UnitState): StreamProgram {
  const list = new ListBuilder(state);
  list.begin(cases.flatMap(({ steps }) => steps.flatMap(requestOf)));
  const streams = cases.map((testCase) => new StreamBuilder(list, testCase).build());
  list.end();
  const answering = streams.map((stream) => stream.answering);
  return {
    operations: list.operations,
    probes: answering.map((all) => all.flatMap((one) => (one.from === 'probe' ? [one.probe] : []))),
    answering,
    looks: streams.map(({ looks }) => looks),
    endings: streams.map(({ ending }) => ending),
    ownFaults: list.ownFaults,
    ttm: list.ttm,
  };
}

/** Whether every place that the case gives the queue is memory where a descriptor can be put. */
export function isQueueReachable({ iqa = 0n, profile, steps }: InvalidationCase): boolean {
  const written = steps.flatMap((step) =>
    step.step === 'write' && step.register === 'IQA' ? [step.value] : [],
  );
  return [iqa, ...written].every((value) => isObserved(extract(value, profile.haw - 1, 12) << 12n));
}

export function requestOf(step: StreamStep): readonly Request[] {
  return step.step === 'request' ? [step.request] : [];
}

/** Registers of 32 bits; all others have 64. */
const narrow: ReadonlySet<string> = new Set(['GCMD', 'GSTS', 'FSTS', 'ICS', 'IECTL']);

class StreamBuilder {
  readonly #list: ListBuilder;
  readonly #case: InvalidationCase;
  readonly #memory: StreamMemory;
  readonly #queue: QueueMemory;
  readonly #answering: Answering[] = [];
  readonly #written = new Set<WritableRegister>();
  /** RTADDR as written, and as SRTP latched it. */
  #rtaddr: bigint;
  #latched: bigint;
  /** GCMD bits that stay: TE and QIE. */
  #command: bigint;
  /** Whether a descriptor can be put wherever the queue may be. */
  readonly #queueIsReachable: boolean;
  #queueWasEnabled: boolean;

  constructor(list: ListBuilder, testCase: InvalidationCase) {
    const { iqa, rtaddr, translationEnabled } = testCase;
    this.#list = list;
    this.#case = testCase;
    this.#memory = layOutStream(testCase);
    this.#queue = new QueueMemory(iqa ?? 0n);
    this.#rtaddr = rtaddr;
    this.#latched = rtaddr;
    this.#queueWasEnabled = iqa !== undefined;
    this.#queueIsReachable = isQueueReachable(testCase);
    this.#command = (translationEnabled ? unit.TE : 0n) | (this.#queueWasEnabled ? unit.QIE : 0n);
  }

  build(): {
    readonly answering: readonly Answering[];
    readonly looks: readonly number[];
    readonly ending: number;
  } {
    this.#start();
    const looks: number[] = [];
    for (const [index, step] of this.#case.steps.entries()) {
      this.#step(step, index);
      const unchanged = step.step === 'write' || step.step === 'submit' ? undefined : looks.at(-1);
      looks.push(unchanged ?? this.#look());
    }
    return { answering: this.#answering, looks, ending: this.#end() };
  }

  #start(): void {
    const { iqa, rtaddr, translationEnabled } = this.#case;
    for (const [address, words] of this.#memory.lines) this.#list.words(address, words);
    if (translationEnabled) this.#list.latch(rtaddr);
    else this.#list.latchOff(rtaddr);
    this.#list.write64(unit.register.queueAddress, iqa ?? 0n);
    if (iqa !== undefined) this.#list.write32(unit.register.globalCommand, this.#command);
  }

  #look(): number {
    const result = this.#list.read32(unit.register.faultStatus);
    this.#list.read64(unit.register.queueHead);
    return result;
  }

  #step(step: StreamStep, index: number): void {
    switch (step.step) {
      case 'store':
        this.#store(step);
        return;
      case 'write':
        this.#write(step.register, step.value);
        return;
      case 'submit': {
        const { words, tail } = this.#queue.submit(step.descriptors, step.times ?? 1);
        for (const run of runsOf(words)) this.#list.words(run.address, run.words);
        this.#list.write64(unit.register.queueTail, tail);
        return;
      }
      case 'request':
        this.#answering.push(this.#request(step.request, step.during ?? [], index));
        return;
      case 'read':
        this.#answering.push(this.#read(step.register));
        return;
      case 'load':
        this.#answering.push(
          isObserved(step.address)
            ? { from: 'result', result: this.#list.read64(step.address) }
            : { from: 'nothing' },
        );
    }
  }

  /** Two stores of 64 bits for one of 128: no request is made between two operations. */
  #store({ address, words }: Store): void {
    if (isObserved(address)) this.#list.words(address, words);
  }

  #write(register: WritableRegister, value: bigint): void {
    this.#written.add(register);
    const address = this.#addressOf(register);
    if (narrow.has(register)) this.#list.write32(address, value & 0xffff_ffffn);
    else this.#list.write64(address, value);
    if (register === 'RTADDR') this.#rtaddr = value;
    if (register === 'IQT') this.#queue.writeTail(value);
    if (register === 'IQA') this.#queue.writeAddress(value);
    if (register === 'GCMD') this.#noteCommand(value);
  }

  #noteCommand(value: bigint): void {
    this.#command = value & (unit.TE | unit.QIE);
    if ((value & unit.QIE) !== 0n) this.#queueWasEnabled = true;
    if ((value & unit.SRTP) !== 0n) this.#latched = this.#rtaddr;
    this.#list.ttm = (value & unit.TE) === 0n ? undefined : extract(this.#latched, 11, 10);
  }

  /** Stores that happen during the request all come before it, or in every other step after it. */
  #request(request: Request, during: readonly Store[], index: number): Answering {
    const address = streamPlace(this.#memory, request.address);
    const isBefore = index % 2 === 0;
    if (isBefore) for (const store of during) this.#store(store);
    const answering = this.#probe(request, address);
    if (!isBefore) for (const store of during) this.#store(store);
    return answering;
  }

  #probe(request: Request, address: bigint | undefined): Answering {
    if (address === undefined || !this.#list.hasSlot(request)) return { from: 'nothing' };
    const targets = request.op === 'write' ? targetsOf(this.#memory, address).filter(isObserved) : [];
    return { from: 'probe', probe: this.#list.request(request, this.#memory, address, targets) };
  }

  #read(register: ReadableRegister): Answering {
    // QEMU has no such register: what is there are plain bytes.
    if (register === 'IQERCD') return { from: 'nothing' };
    const address = this.#addressOf(register);
    return {
      from: 'result',
      result: narrow.has(register) ? this.#list.read32(address) : this.#list.read64(address),
    };
  }

  #addressOf(register: Exclude<ReadableRegister, 'IQERCD'> | WritableRegister): bigint {
    const iotlb = unit.iotlbRegisters(this.#list.capabilities.ecap);
    if (register === 'IVA') return iotlb.address;
    if (register === 'IOTLB') return iotlb.iotlb;
    return unit.register[names[register]];
  }

  /** Disables the queue and clears what a stream may have left. Index of the result that GSTS gives. */
  #end(): number {
    const list = this.#list;
    if (this.#queueWasEnabled) this.#disableQueue();
    list.write64(unit.register.queueTail, 0n);
    if (this.#written.has('IVA')) list.write64(this.#addressOf('IVA'), 0n);
    // The actual granularity that register-based invalidation left goes with a request for a reserved one.
    if (this.#written.has('CCMD')) list.write64(unit.register.contextCommand, 1n << 63n);
    if (this.#written.has('IOTLB')) list.write64(this.#addressOf('IOTLB'), 1n << 63n);
    list.write32(unit.register.faultStatus, BigInt(unit.INVALIDATION_ERRORS));
    list.clearFaults();
    list.write32(unit.register.completionStatus, unit.WAIT_COMPLETE);
    list.write32(unit.register.eventControl, unit.EVENT_MASK);
    for (const line of this.#memory.touched) list.mark(line, LINE_WORDS);
    return list.read32(unit.register.globalStatus);
  }

  #disableQueue(): void {
    const list = this.#list;
    const command = this.#command & unit.TE;
    const slotSize = (list.capabilities.ecap & unit.SMTS) === 0n ? 16 : this.#queue.slotSize;
    if (this.#queueIsReachable) {
      list.operations.push({ op: 'feed', address: unit.UNIT_BASE, slotSize, words: LAST_WAIT });
    }
    list.write32(unit.register.globalCommand, command);
    list.write64(unit.register.queueTail, 0n);
    // QEMU goes on showing the base of the queue that was enabled last: let it be an empty one at 0.
    list.write64(unit.register.queueAddress, 0n);
    list.write32(unit.register.globalCommand, command | unit.QIE);
    list.write32(unit.register.globalCommand, command);
  }
}

const names = {
  GCMD: 'globalCommand',
  GSTS: 'globalStatus',
  RTADDR: 'rootTableAddress',
  CCMD: 'contextCommand',
  FSTS: 'faultStatus',
  IQH: 'queueHead',
  IQT: 'queueTail',
  IQA: 'queueAddress',
  ICS: 'completionStatus',
  IECTL: 'eventControl',
} as const;

/** Words that lie one after the other, where there is memory of the case; the rest vanishes. */
function runsOf(words: ReadonlyMap<bigint, bigint>): readonly { address: bigint; words: bigint[] }[] {
  const runs: { address: bigint; words: bigint[] }[] = [];
  for (const [address, word] of words) {
    if (!isObserved(address)) continue;
    const last = runs.at(-1);
    if (last && last.address + BigInt(8 * last.words.length) === address) last.words.push(word);
    else runs.push({ address, words: [word] });
  }
  return runs;
}
