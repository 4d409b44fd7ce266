/**
 * The remapping unit of the machine: the optimized caching unit behind its registers (11.4), and the fault log
 * beside it.
 */

import { forgetChanges } from '../../models/optimized/flags.ts';
import {
  assemble,
  type Parts,
  reset as resetUnit,
} from '../../models/optimized/invalidation/caching-unit.ts';
import {
  type CachingConfiguration,
  defaultConfiguration,
} from '../../models/optimized/invalidation/configuration.ts';
import { tableMode } from '../../models/optimized/invalidation/remapping-state.ts';
import { request as answerRequest } from '../../models/optimized/invalidation/requests.ts';
import { caching } from '../../models/optimized/translation-caches.ts';
import { extract } from '../../spec/bits.ts';
import type {
  Profile,
  ReadableRegister,
  Request,
  RequestResult,
  WritableRegister,
} from '../../spec/schema.ts';
import { iotlbRegisters, register, SRTP, TE, UNIT_BASE } from '../qemu/registers.ts';
import { FaultLog } from './fault-log.ts';
import type { Ram } from './ram.ts';

/** Changes what the unit answers: in tests, a bug. */
export type Alter = (result: RequestResult, request: Request) => RequestResult;

export interface UnitOptions {
  readonly alter?: Alter;
  /** The shape of its caches. */
  readonly configuration?: CachingConfiguration;
}

const FAULT_CONTROL = 0x38;
const offsetOf = (address: bigint): number => Number(address - UNIT_BASE);
const FAULT_STATUS = offsetOf(register.faultStatus);
const GLOBAL_COMMAND = offsetOf(register.globalCommand);
const GLOBAL_STATUS = offsetOf(register.globalStatus);
const CAPABILITY = offsetOf(register.capability);
const EXTENDED_CAPABILITY = offsetOf(register.extendedCapability);
const QUEUE_HEAD = offsetOf(register.queueHead);

/** Registers of the caching unit by offset: those of 64 bits. */
const wide: ReadonlyMap<number, ReadableRegister & WritableRegister> = new Map([
  [offsetOf(register.rootTableAddress), 'RTADDR'],
  [offsetOf(register.contextCommand), 'CCMD'],
  [offsetOf(register.queueTail), 'IQT'],
  [offsetOf(register.queueAddress), 'IQA'],
]);
/** And of 32. */
const narrow: ReadonlyMap<number, ReadableRegister & WritableRegister> = new Map([
  [offsetOf(register.completionStatus), 'ICS'],
  [offsetOf(register.eventControl), 'IECTL'],
]);

export class RemappingUnit {
  readonly faults: FaultLog;
  readonly #profile: Profile;
  readonly #ram: Ram;
  readonly #alter: Alter | undefined;
  readonly #unit: Parts;
  readonly #faultWords: number;
  readonly #pageRegister: number;
  #rootIsLatched = false;

  /** `profile` is what the unit is, with all RAM of the machine as `backed`. */
  constructor(profile: Profile, ram: Ram, { alter, configuration = defaultConfiguration }: UnitOptions) {
    this.#profile = profile;
    this.#ram = ram;
    this.#alter = alter;
    this.#faultWords = 16 * Number(extract(profile.cap, 33, 24));
    this.#pageRegister = offsetOf(iotlbRegisters(profile.ecap).address);
    this.faults = new FaultLog(Number(extract(profile.cap, 47, 40)) + 1);
    this.#unit = assemble({ profile }, configuration);
    const start = { area: 'invalidation', profile, rtaddr: 0n, translationEnabled: false } as const;
    ram.lend(() => resetUnit(this.#unit, { ...start, memory: [], steps: [] }, configuration));
  }

  /** Whether the register at `offset` has 64 bits, and may be accessed by 8 bytes. */
  isWide(offset: number): boolean {
    const others = [CAPABILITY, EXTENDED_CAPABILITY, QUEUE_HEAD, this.#pageRegister, this.#pageRegister + 8];
    return wide.has(offset) || others.includes(offset) || offset >= this.#faultWords;
  }

  /** The 32 or 64 bits at `offset`. Reserved registers read as 0. */
  read(offset: number, size: 4 | 8): bigint {
    if (size === 8) return this.#readWide(offset);
    const base = offset & ~7;
    return this.isWide(base)
      ? (this.#readWide(base) >> BigInt(8 * (offset - base))) & 0xffff_ffffn
      : this.#readNarrow(offset);
  }

  /** Writes 32 or 64 bits at `offset`. Reserved and read-only registers take nothing. */
  write(offset: number, size: 4 | 8, value: bigint): void {
    if (size === 8) this.#writeWide(offset, value);
    else if (offset >= this.#faultWords) this.#writeFaultWord(offset, value);
    else this.#writeNarrow(offset, value);
  }

  /** Where the request goes; undefined when it is blocked. */
  translate(request: Request): bigint | undefined {
    const { state, executor } = this.#unit;
    const answer = () => {
      forgetChanges();
      return answerRequest(state, executor, 'before', request, undefined);
    };
    const own = this.#work(answer);
    const result = this.#alter?.(own, request) ?? own;
    if (result.outcome === 'translated') return result.address;
    if (result.outcome === 'blocked' && result.record) this.faults.record(result.record);
    return undefined;
  }

  #readWide(offset: number): bigint {
    const { registers } = this.#unit;
    const { cap, ecap } = this.#profile;
    const name = wide.get(offset);
    if (name !== undefined) return registers.read(name);
    if (offset === CAPABILITY) return cap;
    if (offset === EXTENDED_CAPABILITY) return ecap;
    if (offset === QUEUE_HEAD) return registers.read('IQH');
    if (offset === this.#pageRegister) return 0n;
    if (offset === this.#pageRegister + 8) return registers.read('IOTLB');
    const word = (offset - this.#faultWords) / 4;
    return (BigInt(this.faults.readWord(word + 1)) << 32n) | BigInt(this.faults.readWord(word));
  }

  #readNarrow(offset: number): bigint {
    const { registers } = this.#unit;
    const name = narrow.get(offset);
    if (name !== undefined) return registers.read(name);
    switch (offset) {
      case GLOBAL_STATUS:
        return registers.read('GSTS') & (this.#rootIsLatched ? ~0n : ~SRTP);
      case FAULT_STATUS:
        return registers.read('FSTS') | BigInt(this.faults.status);
      case FAULT_CONTROL:
        return BigInt(this.faults.control);
      default:
        return 0n;
    }
  }

  #writeWide(offset: number, value: bigint): void {
    const { registers } = this.#unit;
    const name = wide.get(offset);
    if (name !== undefined) this.#work(() => registers.write(name, value));
    else if (offset === this.#pageRegister) registers.write('IVA', value);
    else if (offset === this.#pageRegister + 8) this.#work(() => registers.write('IOTLB', value));
    else if (offset >= this.#faultWords) {
      this.#writeFaultWord(offset, value & 0xffff_ffffn);
      this.#writeFaultWord(offset + 4, value >> 32n);
    }
  }

  #writeFaultWord(offset: number, value: bigint): void {
    this.faults.writeWord((offset - this.#faultWords) / 4, Number(value));
  }

  #writeNarrow(offset: number, value: bigint): void {
    const { registers } = this.#unit;
    const name = narrow.get(offset);
    if (name !== undefined) registers.write(name, value);
    else if (offset === GLOBAL_COMMAND) this.#command(value);
    else if (offset === FAULT_CONTROL) this.faults.control = Number(value);
    else if (offset === FAULT_STATUS) {
      this.#work(() => registers.write('FSTS', value));
      this.faults.status = Number(value);
    }
  }

  #command(value: bigint): void {
    if ((value & SRTP) !== 0n) {
      if ((value & TE) !== 0n) this.#checkMode();
      this.#rootIsLatched = true;
    }
    if ((value & TE) === 0n) this.faults.restart();
    this.#work(() => this.#unit.registers.write('GCMD', value));
  }

  /** TTM may change while translation is on only if CAP.ESRTPS=1 (11.4.6). */
  #checkMode(): void {
    const { state, registers } = this.#unit;
    const next = Number(extract(registers.read('RTADDR'), 11, 10));
    if (state.translating && next !== tableMode(state) && extract(this.#profile.cap, 63, 63) === 0n) {
      throw new Error('TTM was changed while translation was on');
    }
  }

  /** Does something that may read or write memory or empty caches. */
  #work<T>(work: () => T): T {
    const { entries, structures, answers } = this.#unit;
    Object.assign(caching, { entries, structures, answers });
    try {
      return this.#ram.lend(work);
    } finally {
      Object.assign(caching, { entries: undefined, structures: undefined, answers: undefined });
    }
  }
}
