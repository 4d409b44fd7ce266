/**
 * Cases as operations, and results as observations. A list runs cases one after the other: load the
 * case's lines, latch its root table (which also empties QEMU's caches), make each request and read the
 * fault recording register after it, restore the lines.
 *
 * What a read got stays in a slot of its own in the requester's edu buffer, and comes out when all is
 * done, through the adapter's own tables. A write sends a token that no other request has; the places where it may
 * have ended are read right after it.
 */
import { extract } from '../../spec/bits.ts';
import type { Request, TranslationCase } from '../../spec/schema.ts';
import { type CaseMemory, freePlace, LINE_WORDS, layOut, targetsOf } from './case-memory.ts';
import { bufferPage, tokenOf, tokenPage } from './edu-buffers.ts';
import { homeRoot } from './home-tables.ts';
import { isObserved } from './layout.ts';
import type { Operation } from './operations.ts';
import { type Requester, requesters } from './pci.ts';
import type { Capabilities } from './profile.ts';
import * as unit from './registers.ts';

/** Requests that one list can hold: the slots of one buffer, if all come from one requester. */
export const MAX_REQUESTS = unit.EDU_BUFFER_SIZE / 8;

/** A request as it is made, and where in the results to look for what came of it. */
export interface Probe {
  readonly request: Request;
  readonly memory: CaseMemory;
  /** The address that is used: in the same page as the request's. */
  readonly address: bigint;
  readonly token: bigint;
  /** Index of the requester, and of its slot. */
  readonly requester: number;
  readonly slot: number;
  /** Index of the first result: completion, low and high of each fault record, then one for each target. */
  readonly result: number;
  /** How many fault recording registers there are: hardware takes them in turn. */
  readonly records: number;
  /** Only for a write. */
  readonly targets: readonly bigint[];
}

/** A word of a case's tables that is read again after all its requests. */
export interface TableWord {
  readonly address: bigint;
  /** What the case gave it. */
  readonly value: bigint;
  /** Index of the result. */
  readonly result: number;
}

export interface CaseProgram {
  readonly operations: readonly Operation[];
  /** By case, then by request. */
  readonly probes: readonly (readonly Probe[])[];
  /** By case; undefined where its tables are not looked at. */
  readonly tables: readonly (readonly TableWord[] | undefined)[];
  /** Indices of results: upper words of fault records after the adapter's own transfers, which must not fault. */
  readonly ownFaults: readonly number[];
  /** The mode in which the list leaves the unit. */
  readonly ttm: bigint | undefined;
}

export interface UnitState {
  readonly capabilities: Capabilities;
  /** RTADDR.TTM as it was left; undefined while translation is off. */
  readonly ttm: bigint | undefined;
}

/** RTADDR.TTM of a case (11.4.6). */
export function modeOf({ rtaddr }: TranslationCase): bigint {
  return extract(rtaddr, 11, 10);
}

/** Builds the list for `cases`, whose requests are at most MAX_REQUESTS together. */
export function buildProgram(cases: readonly TranslationCase[], state: UnitState): CaseProgram {
  return new ProgramBuilder(state).build(cases);
}

class ProgramBuilder {
  readonly #operations: Operation[] = [];
  readonly #capabilities: Capabilities;
  readonly #faultRecords: readonly bigint[];
  readonly #ownFaults: number[] = [];
  #results = 0;
  #ttm: bigint | undefined;
  readonly #slots = requesters.map(() => 0);

  constructor({ capabilities, ttm }: UnitState) {
    this.#capabilities = capabilities;
    this.#faultRecords = unit.faultRecordingAddresses(capabilities.cap);
    this.#ttm = ttm;
  }

  build(cases: readonly TranslationCase[]): CaseProgram {
    const used = new Set(cases.flatMap(({ requests }) => requests.map(({ sourceId }) => sourceId)));
    const present = requesters.filter(({ sourceId }) => used.has(sourceId));
    this.#write32(unit.register.faultStatus, unit.FAULT_STATUS_CLEAR);
    this.#clearFaults();
    this.#latch(homeRoot(this.#ttm ?? 0n, this.#capabilities));
    for (const requester of present) this.#moveBuffer(requester, 'load');
    const answers = cases.map((testCase) => this.#case(testCase));
    this.#latch(homeRoot(this.#ttm ?? 0n, this.#capabilities));
    for (const requester of present) this.#moveBuffer(requester, 'store');
    return {
      operations: this.#operations,
      probes: answers.map(({ probes }) => probes),
      tables: answers.map(({ tables }) => tables),
      ownFaults: this.#ownFaults,
      ttm: this.#ttm,
    };
  }

  /**
   * Sets the root table; QEMU empties all caches then. TTM may change under way only if CAP.ESRTPS=1
   * (11.4.6), and this unit need not have that: translation goes off and on for it.
   */
  #latch(rtaddr: bigint): void {
    const ttm = extract(rtaddr, 11, 10);
    const newMode = ttm !== this.#ttm;
    if (newMode) this.#write32(unit.register.globalCommand, 0n);
    this.#write64(unit.register.rootTableAddress, rtaddr);
    this.#write32(unit.register.globalCommand, newMode ? unit.SRTP : unit.SRTP | unit.TE);
    if (newMode) this.#write32(unit.register.globalCommand, unit.TE);
    this.#ttm = ttm;
  }

  #case(testCase: TranslationCase): {
    readonly probes: readonly Probe[];
    readonly tables: readonly TableWord[] | undefined;
  } {
    const memory = layOut(testCase);
    for (const [address, words] of memory.lines) this.#operations.push({ op: 'words', address, words });
    this.#latch(testCase.rtaddr);
    const probes = testCase.requests.map((request) => this.#request(request, memory));
    const tables = this.#keepsFlags(testCase, memory) ? this.#readTables(memory) : undefined;
    for (const address of memory.lines.keys()) {
      this.#operations.push({ op: 'mark', address, count: LINE_WORDS });
    }
    return { probes, tables };
  }

  /**
   * Whether the unit keeps accessed and dirty flags in the case's tables: a first stage does (3.6.2). Where no
   * place is free the requests' own writes are among the tables, so nothing is known.
   */
  #keepsFlags({ rtaddr }: TranslationCase, memory: CaseMemory): boolean {
    const firstStage = (this.#capabilities.ecap & unit.FSTS) !== 0n && extract(rtaddr, 10, 10) === 1n;
    return firstStage && freePlace(memory, 0n) !== undefined;
  }

  /** Words that are zero are no entries that could be marked. */
  #readTables({ lines }: CaseMemory): readonly TableWord[] {
    const words = [...lines].flatMap(([line, values]) =>
      values.map((value, index) => ({ address: line + BigInt(8 * index), value })),
    );
    const entries = words.filter(({ value }) => value !== 0n);
    return entries.map((word) => {
      const result = this.#results;
      this.#read64(word.address);
      return { ...word, result };
    });
  }

  #request(request: Request, memory: CaseMemory): Probe {
    const requester = requesters.findIndex(({ sourceId }) => sourceId === request.sourceId);
    const { bar } = requesters[requester] as Requester;
    const slot = this.#slots[requester] as number;
    this.#slots[requester] = slot + 1;
    const address = freePlace(memory, request.address) ?? request.address & ~7n;
    const targets = request.op === 'write' ? targetsOf(memory, address).filter(isObserved) : [];
    const token = tokenOf(requester, slot);
    const place = { requester, slot, result: this.#results, records: this.#faultRecords.length };
    const probe = { request, memory, address, token, targets, ...place };
    const buffer = unit.EDU_BUFFER + BigInt(8 * slot);
    const isRead = request.op === 'read';
    this.#write64(bar + unit.edu.source, isRead ? address : buffer);
    this.#write64(bar + unit.edu.destination, isRead ? buffer : address);
    this.#transfer(bar, 8n, isRead ? unit.EDU_READ : unit.EDU_WRITE);
    for (const record of this.#faultRecords) {
      this.#read64(record);
      this.#read64(record + 8n);
    }
    this.#clearFaults();
    for (const target of targets) {
      this.#read64(target);
      this.#operations.push({ op: 'mark', address: target, count: 1 });
    }
    return probe;
  }

  /** Moves the whole buffer of a requester from or to its page in SCRATCH. */
  #moveBuffer({ bar, sourceId }: Requester, direction: 'load' | 'store'): void {
    const index = requesters.findIndex((requester) => requester.sourceId === sourceId);
    const load = direction === 'load';
    const page = BigInt(load ? tokenPage(index) : bufferPage(index));
    this.#write64(bar + unit.edu.source, load ? page : unit.EDU_BUFFER);
    this.#write64(bar + unit.edu.destination, load ? unit.EDU_BUFFER : page);
    this.#transfer(bar, BigInt(unit.EDU_BUFFER_SIZE), load ? unit.EDU_READ : unit.EDU_WRITE);
    for (const record of this.#faultRecords) {
      this.#ownFaults.push(this.#results);
      this.#read64(record + 8n);
    }
  }

  #clearFaults(): void {
    for (const record of this.#faultRecords) this.#write32(record + 12n, unit.FAULT_CLEAR);
  }

  #transfer(bar: bigint, count: bigint, command: bigint): void {
    this.#write64(bar + unit.edu.count, count);
    this.#write32(bar + unit.edu.command, command);
    this.#operations.push({ op: 'wait', address: bar + unit.edu.command });
    this.#results++;
  }

  #write64(address: bigint, value: bigint): void {
    this.#operations.push({ op: 'write64', address, value });
  }

  #write32(address: bigint, value: bigint): void {
    this.#operations.push({ op: 'write32', address, value });
  }

  #read64(address: bigint): void {
    this.#operations.push({ op: 'read64', address });
    this.#results++;
  }
}
