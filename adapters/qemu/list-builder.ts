/**
 * What every list of operations consists of, whatever area its cases are of: the unit's registers, the edu
 * buffers that are loaded before the cases and stored after them, root tables latched, requests made.
 *
 * What a read got stays in a slot of its own in the requester's edu buffer, and comes out when all is
 * done, through the adapter's own tables. A write sends a token that no other request has; the places where it
 * may have ended are read right after it.
 */
import { extract } from '../../spec/bits.ts';
import type { Request } from '../../spec/schema.ts';
import type { CaseMemory } from './case-memory.ts';
import { bufferPage, tokenOf, tokenPage } from './edu-buffers.ts';
import { homeRoot } from './home-tables.ts';
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
  /** Only for a write: where it may end. */
  readonly targets: readonly bigint[];
}

export interface UnitState {
  readonly capabilities: Capabilities;
  /** RTADDR.TTM as it was left; undefined while translation is off. */
  readonly ttm: bigint | undefined;
}

/** What a list of any area is. */
export interface ListProgram {
  readonly operations: readonly Operation[];
  /** By case, then by request. */
  readonly probes: readonly (readonly Probe[])[];
  /** Indices of results: upper words of fault records after the adapter's own transfers, which must not fault. */
  readonly ownFaults: readonly number[];
  /** The mode in which the list leaves the unit. */
  readonly ttm: bigint | undefined;
}

export class ListBuilder {
  readonly operations: Operation[] = [];
  readonly ownFaults: number[] = [];
  readonly capabilities: Capabilities;
  /** RTADDR.TTM as latched; undefined while translation is off. */
  ttm: bigint | undefined;
  readonly #faultRecords: readonly bigint[];
  readonly #slots = requesters.map(() => 0);
  #present: readonly Requester[] = [];
  #results = 0;

  constructor({ capabilities, ttm }: UnitState) {
    this.capabilities = capabilities;
    this.#faultRecords = unit.faultRecordingAddresses(capabilities.cap);
    this.ttm = ttm;
  }

  /** Puts the tokens into the buffers of the requesters of `requests`. */
  begin(requests: readonly Request[]): void {
    const used = new Set(requests.map(({ sourceId }) => sourceId));
    this.#present = requesters.filter(({ sourceId }) => used.has(sourceId));
    this.write32(unit.register.faultStatus, unit.FAULT_STATUS_CLEAR);
    this.clearFaults();
    this.latch(homeRoot(this.ttm ?? 0n, this.capabilities));
    for (const requester of this.#present) this.#moveBuffer(requester, 'load');
  }

  /** Brings the buffers into SCRATCH. */
  end(): void {
    this.latch(homeRoot(this.ttm ?? 0n, this.capabilities));
    for (const requester of this.#present) this.#moveBuffer(requester, 'store');
  }

  /**
   * Sets the root table and turns translation on; QEMU empties all caches then. TTM may change under way only
   * if CAP.ESRTPS=1 (11.4.6), and this unit need not have that: translation goes off and on for it.
   */
  latch(rtaddr: bigint): void {
    const ttm = extract(rtaddr, 11, 10);
    const newMode = ttm !== this.ttm;
    if (newMode) this.write32(unit.register.globalCommand, 0n);
    this.write64(unit.register.rootTableAddress, rtaddr);
    this.write32(unit.register.globalCommand, newMode ? unit.SRTP : unit.SRTP | unit.TE);
    if (newMode) this.write32(unit.register.globalCommand, unit.TE);
    this.ttm = ttm;
  }

  /** Turns translation off and sets the root table. */
  latchOff(rtaddr: bigint): void {
    if (this.ttm !== undefined) this.write32(unit.register.globalCommand, 0n);
    this.write64(unit.register.rootTableAddress, rtaddr);
    this.write32(unit.register.globalCommand, unit.SRTP);
    this.ttm = undefined;
  }

  /** Makes `request` at `address`; each of `targets` gets its marker back. */
  request(request: Request, memory: CaseMemory, address: bigint, targets: readonly bigint[]): Probe {
    const requester = requesters.findIndex(({ sourceId }) => sourceId === request.sourceId);
    const { bar } = requesters[requester] as Requester;
    const slot = this.#slots[requester] as number;
    this.#slots[requester] = slot + 1;
    const token = tokenOf(requester, slot);
    const place = { requester, slot, result: this.#results, records: this.#faultRecords.length };
    const probe = { request, memory, address, token, targets, ...place };
    const buffer = unit.EDU_BUFFER + BigInt(8 * slot);
    const isRead = request.op === 'read';
    this.write64(bar + unit.edu.source, isRead ? address : buffer);
    this.write64(bar + unit.edu.destination, isRead ? buffer : address);
    this.#transfer(bar, 8n, isRead ? unit.EDU_READ : unit.EDU_WRITE);
    for (const record of this.#faultRecords) {
      this.read64(record);
      this.read64(record + 8n);
    }
    this.clearFaults();
    for (const target of targets) {
      this.read64(target);
      this.operations.push({ op: 'mark', address: target, count: 1 });
    }
    return probe;
  }

  /** Whether the requester has a slot left. */
  hasSlot({ sourceId }: Request): boolean {
    const requester = requesters.findIndex((candidate) => candidate.sourceId === sourceId);
    return (this.#slots[requester] ?? MAX_REQUESTS) < MAX_REQUESTS;
  }

  clearFaults(): void {
    for (const record of this.#faultRecords) this.write32(record + 12n, unit.FAULT_CLEAR);
  }

  write64(address: bigint, value: bigint): void {
    this.operations.push({ op: 'write64', address, value });
  }

  write32(address: bigint, value: bigint): void {
    this.operations.push({ op: 'write32', address, value });
  }

  /** Index of the result. */
  read64(address: bigint): number {
    this.operations.push({ op: 'read64', address });
    return this.#results++;
  }

  /** Index of the result. */
  read32(address: bigint): number {
    this.operations.push({ op: 'read32', address });
    return this.#results++;
  }

  words(address: bigint, words: readonly bigint[]): void {
    this.operations.push({ op: 'words', address, words });
  }

  /** Gives `count` words their markers back. */
  mark(address: bigint, count: number): void {
    this.operations.push({ op: 'mark', address, count });
  }

  /** Moves the whole buffer of a requester from or to its page in SCRATCH. */
  #moveBuffer({ bar, sourceId }: Requester, direction: 'load' | 'store'): void {
    const index = requesters.findIndex((requester) => requester.sourceId === sourceId);
    const load = direction === 'load';
    const page = BigInt(load ? tokenPage(index) : bufferPage(index));
    this.write64(bar + unit.edu.source, load ? page : unit.EDU_BUFFER);
    this.write64(bar + unit.edu.destination, load ? unit.EDU_BUFFER : page);
    this.#transfer(bar, BigInt(unit.EDU_BUFFER_SIZE), load ? unit.EDU_READ : unit.EDU_WRITE);
    for (const record of this.#faultRecords) this.ownFaults.push(this.read64(record + 8n));
  }

  #transfer(bar: bigint, count: bigint, command: bigint): void {
    this.write64(bar + unit.edu.count, count);
    this.write32(bar + unit.edu.command, command);
    this.operations.push({ op: 'wait', address: bar + unit.edu.command });
    this.#results++;
  }
}
