/** What the registers of a unit say by themselves: its status, faults, tables and queues (11.4). */
import { ALL_ONES } from '../../spec/all-ones.ts';
import { bit, bits, extract } from '../../spec/bits.ts';
import { shortHex } from '../../spec/hex.ts';
import { queueMode, translationTableModes } from '../../spec/invalidation/modes.ts';
import {
  faultStatusFields,
  globalFields,
  queueAddressFields,
  queueOffset,
  rootFields,
} from '../../spec/invalidation/registers.ts';
import { definedBits } from '../../spec/registers.ts';
import { levelOf, type Report } from './finding.ts';
import { capabilitiesOf, eventsOf, pageRequestsOf, type Said, statusOf } from './register-checks.ts';
import { ranges } from './reserved-bits.ts';
import type { KnownUnit } from './units.ts';

const RESERVED = 'lint.register.reserved';
const STATUS = 'lint.register.status';
const CAPABILITY = 'lint.register.capability';
const FAULT_INDEX = 'lint.register.fault-index';

/** What the unit sets; FECTL and PECTL keep whatever stands in bits that are not theirs (11.4.7.2, 11.4.11.5). */
const ofStatus = ['VER', 'GSTS', 'FSTS', 'FEADDR', 'ICS', 'PRS'] as const;
/** Advanced fault logging, with its status: CAP bit 3 of revisions before 4.0. */
const AFL = bit(3);
const ofFaultLog: Readonly<Partial<Record<string, bigint>>> = { GSTS: bits(29, 28), FSTS: bits(3, 2) };
const EIME = bit(11);
/** PPF, and FRI, which tells the first of them. */
const [FAULTS, FIRST_FAULT] = [bit(1), { high: 15, low: 8 }] as const;

export class RegisterJudge {
  readonly #known: KnownUnit;
  readonly #file: string;
  readonly #report: Report;
  readonly #lines = new Map<string, number>();

  constructor(known: KnownUnit, file: string, report: Report) {
    this.#known = known;
    this.#file = file;
    this.#report = report;
  }

  add(name: string, line: number): void {
    this.#lines.set(name, line);
  }

  /** After the last register: what one says depends on others. */
  end(): void {
    const { registers, isExtended, source } = this.#known;
    if (registers.get('CAP') === bits(63, 0)) this.#tell(CAPABILITY, 'CAP', ALL_ONES);
    if (isExtended || source === undefined) return;
    const status = registers.get('GSTS') ?? 0n;
    this.#said(CAPABILITY, capabilitiesOf(this.#known));
    this.#said(STATUS, statusOf(this.#known));
    this.#said('lint.page-requests', pageRequestsOf(this.#known));
    this.#said('lint.register.event', eventsOf(this.#known));
    this.#faults();
    for (const register of ofStatus) this.#reserved(register, this.#ofStatus(register));
    if ((status & globalFields.IRE) !== 0n)
      this.#address('IRTA', this.#known.unit.capabilities.EIM === 1 ? 0n : EIME);
    if (this.#known.unit.capabilities.PRS === 1) {
      this.#address('PQA');
      for (const register of ['PQH', 'PQT']) this.#reserved(register, definedBits(register));
    }
    if ((status & globalFields.TE) !== 0n) {
      this.#mode();
      this.#address('RTADDR', this.#known.unit.capabilities.SSIRWS === 1 ? 0n : rootFields.SSIRWE.mask);
    }
    if ((status & globalFields.QIE) === 0n) return;
    this.#errors();
    this.#queue();
    this.#address('IQA');
    for (const register of ['IQH', 'IQT']) this.#reserved(register, definedBits(register));
  }

  #said(rule: string, wrong: readonly Said[]): void {
    for (const [register, detail] of wrong) this.#tell(rule, register, detail);
  }

  #ofStatus(register: string): bigint {
    const hasFaultLog = ((this.#known.registers.get('CAP') ?? 0n) & AFL) !== 0n;
    return definedBits(register) & ~(hasFaultLog ? 0n : (ofFaultLog[register] ?? 0n));
  }

  /** A register with an address, which has the bits that the host has, and without the bits of `missing`. */
  #address(register: string, missing = 0n): void {
    const host = bits(this.#known.unit.profile.haw - 1, 0);
    this.#reserved(register, definedBits(register) & host & ~missing);
  }

  #reserved(register: string, used: bigint): void {
    const wrong = (this.#known.registers.get(register) ?? 0n) & ~used;
    if (wrong !== 0n) this.#tell(RESERVED, register, `bits ${ranges(wrong)}`);
  }

  #faults(): void {
    const status = this.#known.registers.get('FSTS') ?? 0n;
    const first = extract(status, FIRST_FAULT.high, FIRST_FAULT.low);
    const { NFR } = this.#known.unit.capabilities;
    if ((status & FAULTS) !== 0n && first > BigInt(NFR))
      this.#tell(FAULT_INDEX, 'FSTS', `FRI ${first}, and CAP has NFR ${NFR}`);
  }

  /** The unit fetches no more descriptors, or lost an answer. */
  #errors(): void {
    const pending = this.#known.registers.get('FSTS') ?? 0n;
    const named = Object.entries(faultStatusFields).filter(([, mask]) => (pending & mask) !== 0n);
    if (named.length === 0) return;
    const head = shortHex((this.#known.registers.get('IQH') ?? 0n) & queueOffset);
    const names = named.map(([name]) => name).join(', ');
    this.#tell('lint.queue.error', 'FSTS', `${names}; the head of the queue is at ${head}`);
  }

  #mode(): void {
    const { SMTS, ADMS } = this.#known.unit.capabilities;
    const rtaddr = this.#known.registers.get('RTADDR') ?? 0n;
    const ttm = Number(extract(rtaddr, rootFields.TTM.high, rootFields.TTM.low));
    const mode = translationTableModes[ttm];
    const detail = `TTM ${ttm}, SMTS ${SMTS}, ADMS ${ADMS}`;
    if (mode === 'reserved') this.#tell('RTA.1.2', 'RTADDR', detail);
    if (mode === 'scalable' && SMTS === 0) this.#tell('RTA.1.3', 'RTADDR', detail);
    if (mode === 'abort' && ADMS === 0) this.#tell('RTA.1.1', 'RTADDR', detail);
  }

  #queue(): void {
    const { mode, registers } = this.#known;
    const { SMTS, ADMS } = this.#known.unit.capabilities;
    const iqa = registers.get('IQA');
    if (iqa === undefined) return;
    const { DW } = queueAddressFields;
    const isWide = (iqa & DW.mask) !== 0n;
    const mayBeWide = SMTS === 1 || ADMS === 1;
    if (isWide && !mayBeWide)
      this.#tell('invalidation.queue.width', 'IQA', `DW 1, SMTS ${SMTS}, ADMS ${ADMS}`);
    if (mode === 'scalable' && !isWide) this.#tell(queueMode(mode, 128).rule, 'IQA', 'DW 0 in scalable mode');
    this.#offset('IQH', iqa, isWide && mayBeWide, 'lint.queue.head', 'lint.queue.head');
    const [beyond, within] = ['invalidation.queue.tail-beyond', 'invalidation.queue.tail-alignment'] as const;
    this.#offset('IQT', iqa, isWide && mayBeWide, beyond, within);
  }

  /** A place in the queue: `beyond` its end, or `within` a slot. */
  #offset(register: 'IQH' | 'IQT', iqa: bigint, isWide: boolean, beyond: string, within: string): void {
    const value = this.#known.registers.get(register);
    if (value === undefined) return;
    const { QS } = queueAddressFields;
    const bytes = 1n << (extract(iqa, QS.high, QS.low) + 12n);
    const offset = value & queueOffset;
    if (offset >= bytes) this.#tell(beyond, register, `${shortHex(offset)} of ${shortHex(bytes)} bytes`);
    if (isWide && (offset & 16n) !== 0n) this.#tell(within, register, `${shortHex(offset)}, DW 1`);
  }

  #tell(rule: string, register: string, detail: string): void {
    const value = this.#known.registers.get(register);
    this.#report({
      place: { file: this.#file, line: this.#lines.get(register) ?? 1 },
      rule,
      level: levelOf(rule),
      subject: `${this.#known.name}, ${register}`,
      detail,
      words: value === undefined ? [] : [value],
    });
  }
}
