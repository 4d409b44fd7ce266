/**
 * CAP_REG and ECAP_REG fields by name (11.4.2, 11.4.3): where each stands, and how a register pair
 * decodes. Multi-bit fields are numbers, flags are 0 or 1.
 */
import { extract, insert } from './bits.ts';

interface RegisterField {
  readonly register: 'cap' | 'ecap';
  readonly high: number;
  readonly low: number;
}

const cap = (high: number, low = high): RegisterField => ({ register: 'cap', high, low });
const ecap = (high: number, low = high): RegisterField => ({ register: 'ecap', high, low });

export const capabilityFields = {
  ND: cap(2, 0),
  RWBF: cap(4),
  PLMR: cap(5),
  PHMR: cap(6),
  CM: cap(7),
  SAGAW: cap(12, 8),
  /** Maximum guest address width minus one. */
  MGAW: cap(21, 16),
  ZLR: cap(22),
  FRO: cap(33, 24),
  SSLPS: cap(37, 34),
  PSI: cap(39),
  NFR: cap(47, 40),
  MAMV: cap(53, 48),
  DWD: cap(54),
  DRD: cap(55),
  FS1GP: cap(56),
  PI: cap(59),
  FS5LP: cap(60),
  ECMDS: cap(61),
  ESIRTPS: cap(62),
  ESRTPS: cap(63),
  C: ecap(0),
  QI: ecap(1),
  DT: ecap(2),
  IR: ecap(3),
  EIM: ecap(4),
  PT: ecap(6),
  SC: ecap(7),
  IRO: ecap(17, 8),
  MHMV: ecap(23, 20),
  MTS: ecap(25),
  NEST: ecap(26),
  PRS: ecap(29),
  ERS: ecap(30),
  SRS: ecap(31),
  NWFS: ecap(33),
  EAFS: ecap(34),
  PSS: ecap(39, 35),
  PASID: ecap(40),
  DIT: ecap(41),
  PDS: ecap(42),
  SMTS: ecap(43),
  VCS: ecap(44),
  SSADS: ecap(45),
  SSTS: ecap(46),
  FSTS: ecap(47),
  SMPWCS: ecap(48),
  RPS: ecap(49),
  TDXCS: ecap(50),
  PMS: ecap(51),
  ADMS: ecap(52),
  RPRIVS: ecap(53),
  HPTS: ecap(55),
  PTRS: ecap(56),
  SSIRWS: ecap(57),
  SMS: ecap(58),
  HPT1GPS: ecap(59),
  RDTS: ecap(60),
  EIMER: ecap(61),
  IRREQ: ecap(62),
} as const satisfies Record<string, RegisterField>;

export type CapabilityName = keyof typeof capabilityFields;
export type Capabilities = Readonly<Record<CapabilityName, number>>;

const names = Object.keys(capabilityFields) as CapabilityName[];

/** CAP and ECAP. */
interface Registers {
  readonly cap: bigint;
  readonly ecap: bigint;
}

/** Bits of the widest PASID that requests carry; PSS is one less (11.4.3). */
export const MOST_PASID_BITS = 20;

const known = new WeakMap<Registers, Capabilities>();

/** Every field of a CAP/ECAP register pair; kept for as long as the object lives, since each layout asks for them. */
export function decodeCapabilities(registers: Registers): Capabilities {
  const found = known.get(registers);
  if (found !== undefined) return found;
  // Of an object that is filled one by one with so many the engine makes a hash table, slower to look into.
  const decoded = Object.fromEntries(names.map((name) => [name, valueIn(registers, name)])) as Capabilities;
  known.set(registers, decoded);
  return decoded;
}

function valueIn(registers: Registers, name: CapabilityName): number {
  const field = capabilityFields[name];
  return Number(extract(registers[field.register], field.high, field.low));
}

/** Values of some fields. */
type SomeCapabilities = Readonly<Partial<Record<CapabilityName, number>>>;

/** The register pair that holds `values`; fields left out are zero. */
export function encodeCapabilities(values: SomeCapabilities): Registers {
  return withCapabilities({ cap: 0n, ecap: 0n }, values);
}

/** `registers` with `changes` made in them. */
export function withCapabilities({ cap, ecap }: Registers, changes: SomeCapabilities): Registers {
  const changed = { cap, ecap };
  for (const [name, value] of Object.entries(changes)) {
    const field = capabilityFields[name as CapabilityName];
    changed[field.register] = insert(changed[field.register], field.high, field.low, BigInt(value));
  }
  return changed;
}
