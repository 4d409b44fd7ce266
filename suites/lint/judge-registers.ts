/** What the registers of a unit say by themselves: the mode of its tables, and its queue (11.4.6, 11.4.9). */
import { bits, extract } from '../../spec/bits.ts';
import { shortHex } from '../../spec/hex.ts';
import { queueMode } from '../../spec/invalidation/modes.ts';
import {
  globalFields,
  queueAddressFields,
  queueOffset,
  rootFields,
} from '../../spec/invalidation/registers.ts';
import { levelOf, type Report } from './finding.ts';
import { ranges } from './reserved-bits.ts';
import type { KnownUnit } from './units.ts';

const RESERVED = 'lint.register.reserved';

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
    if (isExtended || source === undefined) return;
    const status = registers.get('GSTS') ?? 0n;
    const { RTA, TTM, SSIRWE } = rootFields;
    const { IQA, DW, QS } = queueAddressFields;
    if ((status & globalFields.TE) !== 0n) {
      this.#mode();
      const flag = this.#known.unit.capabilities.SSIRWS === 1 ? SSIRWE.mask : 0n;
      this.#reserved('RTADDR', this.#address(RTA.mask) | TTM.mask | flag);
    }
    if ((status & globalFields.QIE) === 0n) return;
    this.#queue();
    this.#reserved('IQA', this.#address(IQA.mask) | DW.mask | QS.mask);
    this.#reserved('IQH', queueOffset);
    this.#reserved('IQT', queueOffset);
  }

  /** Of a field with an address, the bits that the host has. */
  #address(mask: bigint): bigint {
    return mask & bits(this.#known.unit.profile.haw - 1, 0);
  }

  #reserved(register: string, used: bigint): void {
    const wrong = (this.#known.registers.get(register) ?? 0n) & ~used;
    if (wrong !== 0n) this.#tell(RESERVED, register, `bits ${ranges(wrong)}`);
  }

  #mode(): void {
    const { mode, registers } = this.#known;
    const { SMTS, ADMS } = this.#known.unit.capabilities;
    const rtaddr = registers.get('RTADDR') ?? 0n;
    const detail = `TTM ${extract(rtaddr, rootFields.TTM.high, rootFields.TTM.low)}, SMTS ${SMTS}, ADMS ${ADMS}`;
    if (mode === 'reserved') this.#tell('RTA.1.2', 'RTADDR', detail);
    if (mode === 'scalable' && SMTS === 0) this.#tell('RTA.1.3', 'RTADDR', detail);
    if (mode === 'abort' && ADMS === 0) this.#tell('RTA.1.1', 'RTADDR', detail);
  }

  #queue(): void {
    const { mode, registers } = this.#known;
    const { SMTS, ADMS } = this.#known.unit.capabilities;
    const [iqa, tail] = [registers.get('IQA'), registers.get('IQT')];
    if (iqa === undefined || tail === undefined) return;
    const { QS, DW } = queueAddressFields;
    const isWide = (iqa & DW.mask) !== 0n;
    const bytes = 1n << (extract(iqa, QS.high, QS.low) + 12n);
    const offset = tail & queueOffset;
    if (isWide && SMTS === 0 && ADMS === 0)
      this.#tell('invalidation.queue.width', 'IQA', `DW 1, SMTS ${SMTS}, ADMS ${ADMS}`);
    if (mode === 'scalable' && !isWide) this.#tell(queueMode(mode, 128).rule, 'IQA', 'DW 0 in scalable mode');
    if (offset >= bytes)
      this.#tell('invalidation.queue.tail-beyond', 'IQT', `${shortHex(offset)} of ${shortHex(bytes)} bytes`);
    if (isWide && (offset & 16n) !== 0n)
      this.#tell('invalidation.queue.tail-alignment', 'IQT', `${shortHex(offset)}, DW 1`);
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
