/** A unit to be played with by hand: memory, registers, and the ways that they can go. */
import { type CapabilityName, encodeCapabilities } from '../../../spec/capabilities.ts';
import type { InvalidationCase, Profile, ReadableRegister, WritableRegister } from '../../../spec/schema.ts';
import type { Effect } from './effects.ts';
import {
  initialRegisters,
  type RegisterState,
  readRegister,
  submitStores,
  unitOf,
  writeRegister,
} from './queue.ts';

type Values = Readonly<Partial<Record<CapabilityName, number>>>;

/** One object for equal profiles: what a unit is, is worked out once for each. */
const profiles = new Map<string, Profile>();

/** A unit of 40-bit addresses with memory from 0 to 1 MiB, 8-bit domain ids and what is given. */
export function profileOf(values: Values, specRev: Profile['specRev'] = '5.10'): Profile {
  const key = `${specRev} ${JSON.stringify(values)}`;
  const found = profiles.get(key) ?? {
    name: 'bench',
    ...encodeCapabilities({ QI: 1, ND: 2, MGAW: 38, SAGAW: 0b10, PSI: 1, MAMV: 9, ...values }),
    haw: 40,
    specRev,
    backed: [{ start: 0n, end: 0x10_0000n }],
    policies: {},
  };
  profiles.set(key, found);
  return found;
}

export const QUEUE = 0x8000n;
export const LEGACY = 0n;
export const SCALABLE = 0x400n;
export const RESERVED_MODE = 0x800n;
export const ABORT = 0xc00n;
export const WIDE = 0x800n;

interface Setup {
  readonly values?: Values;
  readonly specRev?: Profile['specRev'];
  readonly rtaddr?: bigint;
  /** null: the queue is off. */
  readonly iqa?: bigint | null;
  readonly translationEnabled?: boolean;
}

/** A unit that takes every format. */
export const EVERY_FORMAT = {
  ...{
    SMTS: 1,
    SSTS: 1,
    FSTS: 1,
    PASID: 1,
    DT: 1,
    DIT: 1,
    PRS: 1,
    PDS: 1,
    HPTS: 1,
    ADMS: 1,
    IR: 1,
    MHMV: 15,
  },
};

/** Scalable mode and a queue of 256-bit slots. */
export function wideBench(values: Values = EVERY_FORMAT, specRev: Profile['specRev'] = '5.10'): Bench {
  return new Bench({ values, specRev, rtaddr: SCALABLE, iqa: QUEUE | WIDE });
}

/** Follows the one way that a stream has, and throws where there are several. */
export class Bench {
  readonly memory = new Map<bigint, bigint>();
  readonly profile: Profile;
  state: RegisterState;
  /** Effects of the last write. */
  effects: readonly Effect[] = [];

  constructor({ values = {}, specRev, rtaddr = LEGACY, iqa = QUEUE, translationEnabled = true }: Setup = {}) {
    this.profile = profileOf(values, specRev);
    const testCase: InvalidationCase = {
      area: 'invalidation',
      profile: this.profile,
      rtaddr,
      translationEnabled,
      ...(iqa === null ? {} : { iqa }),
      memory: [],
      steps: [],
    };
    this.state = initialRegisters(testCase);
  }

  /** Outcomes of a write, the state left as it is. */
  outcomes(register: WritableRegister, value: bigint) {
    return writeRegister(unitOf(this.profile), this.state, register, value, (address) =>
      address < 0x10_0000n ? (this.memory.get(address) ?? 0n) : undefined,
    );
  }

  /** Writes and goes on with outcome number `way`. Throws RangeError when there is none, or another besides. */
  write(register: WritableRegister, value: bigint, way?: number): this {
    const outcomes = this.outcomes(register, value);
    if (outcomes === 'undefined') throw new RangeError('undefined by the architecture');
    if (way === undefined && outcomes.length > 1) throw new RangeError('several ways');
    const outcome = outcomes[way ?? 0];
    if (outcome === undefined) throw new RangeError(`no way ${way}`);
    this.state = outcome.state;
    this.effects = outcome.effects;
    return this;
  }

  /** Puts descriptors at the tail; gives the IQT to write. */
  place(descriptors: readonly (readonly bigint[])[], times = 1): bigint {
    const { stores, tail } = submitStores(this.state, {
      step: 'submit',
      descriptors: descriptors.map((words) => [...words]),
      times,
    });
    for (const { address, word } of stores) this.memory.set(address, word);
    return tail;
  }

  submit(...descriptors: readonly (readonly bigint[])[]): this {
    return this.write('IQT', this.place(descriptors));
  }

  /** Values that a read may show, each with what is not compared left out. */
  values(register: ReadableRegister): readonly bigint[] {
    return readRegister(unitOf(this.profile), this.state, register).map(({ value }) => value);
  }

  rules(register: ReadableRegister): readonly string[] {
    return readRegister(unitOf(this.profile), this.state, register).flatMap(({ rules }) => rules);
  }

  mask(register: ReadableRegister): bigint {
    return readRegister(unitOf(this.profile), this.state, register)[0]?.mask ?? 0n;
  }
}

/** Descriptors of 6.5.2, valid ones. */
export const contextGlobal = [0x11n, 0n];
export const iotlbGlobal = [0x12n, 0n];
export const wait = (extra = 0n, address = 0n): readonly bigint[] => [0x5n | extra, address];
export const statusWait = (data: bigint, address: bigint): readonly bigint[] => [
  (data << 32n) | 0x25n,
  address,
];
export const FENCE = 0x40n;
export const INTERRUPT = 0x10n;
