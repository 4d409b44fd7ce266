/** The remapping unit of the machine: its registers (11.4) and what it makes of a request. */
import { extract } from '../../spec/bits.ts';
import type { Profile, Request, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import { register, SRTP, TE, UNIT_BASE } from '../qemu/registers.ts';
import { FaultLog } from './fault-log.ts';
import type { Ram } from './ram.ts';

/** What translates: the optimized model, or in tests a broken one. */
export type Translate = (testCase: TranslationCase) => TranslationObservation;

const GLOBAL_STATUS = 0x1c;
const FAULT_CONTROL = 0x38;
const [CAPABILITY, EXTENDED_CAPABILITY, GLOBAL_COMMAND, ROOT_TABLE, FAULT_STATUS] = [
  register.capability,
  register.extendedCapability,
  register.globalCommand,
  register.rootTableAddress,
  register.faultStatus,
].map((address) => Number(address - UNIT_BASE)) as [number, number, number, number, number];
/** TES and RTPS of GSTS are where TE and SRTP of GCMD are. */
const [ENABLED, ROOT_LATCHED] = [Number(TE), Number(SRTP)];

export class RemappingUnit {
  readonly faults: FaultLog;
  readonly #profile: Profile;
  readonly #ram: Ram;
  readonly #translate: Translate;
  readonly #faultWords: number;
  readonly #rootTable = new Uint32Array(2);
  #latched = 0n;
  #status = 0;

  /** `profile` is what the unit is, with all RAM of the machine as `backed`. */
  constructor(profile: Profile, ram: Ram, translate: Translate) {
    this.#profile = profile;
    this.#ram = ram;
    this.#translate = translate;
    this.#faultWords = 16 * Number(extract(profile.cap, 33, 24));
    this.faults = new FaultLog(Number(extract(profile.cap, 47, 40)) + 1);
  }

  /** The 32 bits at `offset`. Reserved registers read as 0. */
  read(offset: number): number {
    const { cap, ecap } = this.#profile;
    switch (offset) {
      case CAPABILITY:
      case CAPABILITY + 4:
        return halfOf(cap, offset - CAPABILITY);
      case EXTENDED_CAPABILITY:
      case EXTENDED_CAPABILITY + 4:
        return halfOf(ecap, offset - EXTENDED_CAPABILITY);
      case GLOBAL_STATUS:
        return this.#status;
      case ROOT_TABLE:
      case ROOT_TABLE + 4:
        return this.#rootTable[(offset - ROOT_TABLE) / 4] as number;
      case FAULT_STATUS:
        return this.faults.status;
      case FAULT_CONTROL:
        return this.faults.control;
      default:
        return this.faults.readWord((offset - this.#faultWords) / 4);
    }
  }

  /** Writes the 32 bits at `offset`. Reserved and read-only registers take nothing. */
  write(offset: number, value: number): void {
    switch (offset) {
      case GLOBAL_COMMAND:
        this.#command(value);
        return;
      case ROOT_TABLE:
      case ROOT_TABLE + 4:
        this.#rootTable[(offset - ROOT_TABLE) / 4] = value;
        return;
      case FAULT_STATUS:
        this.faults.status = value;
        return;
      case FAULT_CONTROL:
        this.faults.control = value;
        return;
      default:
        if (offset >= this.#faultWords) this.faults.writeWord((offset - this.#faultWords) / 4, value);
    }
  }

  /** Whether the register at `offset` may be accessed by 8 bytes. */
  isWide(offset: number): boolean {
    return [CAPABILITY, EXTENDED_CAPABILITY, ROOT_TABLE].includes(offset) || offset >= this.#faultWords;
  }

  /** Where the request goes; undefined when it is blocked. */
  translate(request: Request): bigint | undefined {
    if ((this.#status & ENABLED) === 0) return request.address;
    const rtaddr = this.#latched;
    const memory = this.#ram.reachable(rtaddr);
    const { results, memory: flags = [] } = this.#translate({
      area: 'translation',
      profile: this.#profile,
      rtaddr,
      memory,
      requests: [request],
    });
    for (const { address, value } of flags) this.#ram.write(address, BigUint64Array.of(value));
    const [result] = results;
    if (result?.outcome === 'translated') return result.address;
    if (result?.outcome === 'blocked' && result.record) this.faults.record(result.record);
    return undefined;
  }

  #command(value: number): void {
    if ((value & ROOT_LATCHED) !== 0) this.#latch((value & ENABLED) !== 0);
    if ((value & ENABLED) === 0) this.faults.restart();
    this.#status = ((this.#status & ROOT_LATCHED) | (value & (ENABLED | ROOT_LATCHED))) >>> 0;
  }

  /** Takes RTADDR over. TTM may change while translation is on only if CAP.ESRTPS=1 (11.4.6). */
  #latch(staysOn: boolean): void {
    const [low = 0, high = 0] = this.#rootTable;
    const next = (BigInt(high) << 32n) | BigInt(low);
    const isOn = staysOn && (this.#status & ENABLED) !== 0;
    const sameMode = extract(next, 11, 10) === extract(this.#latched, 11, 10);
    if (isOn && !sameMode && extract(this.#profile.cap, 63, 63) === 0n) {
      throw new Error('TTM was changed while translation was on');
    }
    this.#latched = next;
  }
}

/** Half of a 64-bit register: `at` is 0 or 4. */
function halfOf(value: bigint, at: number): number {
  return Number((value >> BigInt(8 * at)) & 0xffff_ffffn);
}
