/**
 * The programming rules across the entries of one unit (6.2.2.1, 6.2.3.1). Only entries that the unit accepts are
 * compared, and of them only fields that they use. A row that breaks two rules by one field is named once.
 */

import { requester, shortHex } from '../../spec/hex.ts';
import { contextLegacy } from '../../spec/layouts/context.ts';
import { type Field, fieldOf } from '../../spec/layouts/layout.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { Agreement, type Dissent } from './agreement.ts';
import { levelOf, type Report } from './finding.ts';
import { KeptRows, type Row } from './kept-rows.ts';
import type { KnownTables } from './known-tables.ts';
import { fieldText } from './shown-fields.ts';
import type { KnownUnit } from './units.ts';

const context = {
  TT: fieldOf(contextLegacy, 'TT'),
  SSPTPTR: fieldOf(contextLegacy, 'SSPTPTR'),
  AW: fieldOf(contextLegacy, 'AW'),
  DID: fieldOf(contextLegacy, 'DID'),
};
const entryOf = {
  PGTT: fieldOf(pasidTable, 'PGTT'),
  SSPTPTR: fieldOf(pasidTable, 'SSPTPTR'),
  AW: fieldOf(pasidTable, 'AW'),
  DID: fieldOf(pasidTable, 'DID'),
  SSADE: fieldOf(pasidTable, 'SSADE'),
  FSPTPTR: fieldOf(pasidTable, 'FSPTPTR'),
  FSPM: fieldOf(pasidTable, 'FSPM'),
  EAFE: fieldOf(pasidTable, 'EAFE'),
};
const contextFields: Readonly<Partial<Record<string, Field>>> = context;
/** What R3 compares. */
const ofProcess = ['PGTT', 'SSPTPTR', 'AW', 'FSPTPTR', 'FSPM'] as const;
const TT_PASS_THROUGH = 2;
const PASS_THROUGH_WIDTH = 'lint.pass-through-width';
const [FIRST, SECOND, NESTED] = [1, 2, 3];
const PASIDS = 1 << 20;

export class ProgrammingRules {
  readonly #name: string;
  readonly #file: string;
  readonly #cachingMode: boolean;
  /** AW of the largest width that SAGAW has, where registers tell it. */
  readonly #widest: number | undefined;
  readonly #report: Report;
  readonly #tables: KnownTables;
  readonly #rows = new KeptRows();
  /** Numbers of what is no number itself. */
  readonly #names = new Map<string, number>();
  /** Tables that another unit reads otherwise, and that are told. */
  readonly #readOtherwise = new Set<number>();
  readonly #tableOfDomain = new Agreement();
  readonly #stageOfDomain = new Agreement();
  readonly #tablesOfProcess = new Agreement();
  readonly #modeOfFirstStage = new Agreement();
  readonly #flagsOfSecondStage = new Agreement();

  constructor({ name, unit, source }: KnownUnit, tables: KnownTables, file: string, report: Report) {
    this.#tables = tables;
    this.#name = name;
    this.#file = file;
    this.#cachingMode = unit.capabilities.CM === 1;
    const { SAGAW } = unit.capabilities;
    this.#widest = source === undefined ? undefined : [3, 2, 1].find((aw) => ((SAGAW >> aw) & 1) === 1);
    this.#report = report;
  }

  addContext(row: Row): void {
    const { words } = row;
    const did = Number(readField(context.DID, words));
    this.#domainZero(did, row);
    const aw = Number(readField(context.AW, words));
    if (Number(readField(context.TT, words)) === TT_PASS_THROUGH) {
      this.#passThrough(aw, row);
      return;
    }
    const table = page(readField(context.SSPTPTR, words));
    this.#widthOfTable(table, aw, row);
    this.#tableOfDomain.add(did, table * 8 + aw, this.#kept(row));
  }

  addPasid(pasid: number, row: Row): void {
    const { words } = row;
    const get = (name: keyof typeof entryOf): number => Number(readField(entryOf[name], words));
    const pgtt = get('PGTT');
    const did = get('DID');
    this.#domainZero(did, row);
    const usesFirst = pgtt === FIRST || pgtt === NESTED;
    const usesSecond = pgtt === SECOND || pgtt === NESTED;
    const second = usesSecond ? page(readField(entryOf.SSPTPTR, words)) : -1;
    const first = usesFirst ? page(readField(entryOf.FSPTPTR, words)) : -1;
    const paging = usesFirst ? get('FSPM') : -1;
    const aw = usesSecond ? get('AW') : -1;
    const kept = this.#kept(row);
    this.#stageOfDomain.add(did, usesSecond ? 1 : 0, kept);
    if (usesSecond) {
      this.#widthOfTable(second, aw, row);
      this.#tableOfDomain.add(did, second * 8 + aw, kept);
      this.#flagsOfSecondStage.add(second, get('SSADE'), kept);
    }
    if (usesFirst) {
      // Tables of the host and of a guest are different ones, whatever their addresses.
      const table = pgtt === FIRST ? first : this.#numberOf(`${first}/${second}`);
      this.#modeOfFirstStage.add(table, paging * 2 + get('EAFE'), kept);
    }
    const tables = tablesOf(pgtt, second, aw, first, paging);
    const value = typeof tables === 'number' ? tables : this.#numberOf(tables);
    this.#tablesOfProcess.add(did * PASIDS + pasid, value, kept);
  }

  /** Keeps the row once somebody wants it: most rows agree with what is known already. */
  #kept(row: Row): () => number {
    let number: number | undefined;
    return () => {
      number ??= this.#rows.add(row);
      return number;
    };
  }

  /** Negative, so that it is that of no table. */
  #numberOf(name: string): number {
    const known = this.#names.get(name) ?? -1 - this.#names.size;
    this.#names.set(name, known);
    return known;
  }

  /** Reports what does not agree; after the last entry of the unit. */
  end(): void {
    const named = new Set<number>();
    const domains = new Set<number>();
    const tell = (rule: string, dissent: Dissent, fields: readonly Shown[]): void => {
      named.add(dissent.row);
      this.#tell(rule, dissent, fields);
    };
    for (const dissent of this.#stageOfDomain.dissents()) {
      domains.add(dissent.key);
      tell('R2', dissent, ['DID', 'PGTT']);
    }
    for (const dissent of this.#tableOfDomain.dissents()) {
      if (named.has(dissent.row)) continue;
      domains.add(dissent.key);
      tell('R1', dissent, ['DID', 'SSPTPTR', 'AW']);
    }
    for (const dissent of this.#modeOfFirstStage.dissents()) tell('R4', dissent, ['FSPTPTR', 'FSPM', 'EAFE']);
    for (const dissent of this.#flagsOfSecondStage.dissents()) tell('R5', dissent, ['SSPTPTR', 'SSADE']);
    for (const dissent of this.#tablesOfProcess.dissents()) {
      const domain = Math.floor(dissent.key / PASIDS);
      if (domains.has(domain) || named.has(dissent.row) || named.has(dissent.other)) continue;
      tell('R3', dissent, ['DID', ...this.#different(dissent)]);
    }
  }

  /** Rows that disagree beyond those that `end` reports: of the rule with most, since one row may break several. */
  get left(): number {
    const compared = [
      this.#stageOfDomain,
      this.#tableOfDomain,
      this.#modeOfFirstStage,
      this.#flagsOfSecondStage,
    ];
    return Math.max(...[...compared, this.#tablesOfProcess].map(({ left }) => left));
  }

  /** Told once of a table, at the unit that comes later. */
  #widthOfTable(table: number, aw: number, row: Row): void {
    const uses = this.#tables.usesOfPage(table).filter(({ file }) => file === this.#file);
    if (uses.length < 2 || this.#readOtherwise.has(table)) return;
    const own = uses.findIndex(({ unit, aw: width }) => unit === this.#name && width === aw);
    const other = uses.slice(0, own).find(({ unit, aw: width }) => {
      return unit !== this.#name && width !== undefined && width !== aw;
    });
    if (other === undefined) return;
    this.#readOtherwise.add(table);
    const { line, words } = row;
    this.#report({
      place: { file: this.#file, line },
      rule: 'R10',
      level: levelOf('R10'),
      subject: this.#subject(row),
      detail: `SSPTPTR ${shortHex(BigInt(table) << 12n)}, AW ${aw}; ${other.unit} reads it with AW ${other.aw}`,
      words,
    });
  }

  /** Of what R3 compares, the fields in which the two differ. */
  #different({ row, other }: Dissent): readonly Shown[] {
    const [words, others] = [this.#rows.get(row).words, this.#rows.get(other).words];
    return ofProcess.filter((name) => readField(entryOf[name], words) !== readField(entryOf[name], others));
  }

  #passThrough(aw: number, { line, words, ...row }: Row): void {
    if (this.#widest === undefined || aw === this.#widest) return;
    this.#report({
      place: { file: this.#file, line },
      rule: PASS_THROUGH_WIDTH,
      level: levelOf(PASS_THROUGH_WIDTH),
      subject: this.#subject({ line, words, ...row }),
      detail: `AW ${aw}; the largest that SAGAW has is ${this.#widest}`,
      words,
    });
  }

  #domainZero(did: number, row: Row): void {
    if (did !== 0 || !this.#cachingMode) return;
    const { line, words } = row;
    const place = { file: this.#file, line };
    const detail = 'DID 0 on a unit with CM=1';
    this.#report({ place, rule: 'R8', level: levelOf('R8'), subject: this.#subject(row), detail, words });
  }

  #tell(rule: string, dissent: Dissent, fields: readonly Shown[]): void {
    const [row, other] = [this.#rows.get(dissent.row), this.#rows.get(dissent.other)];
    const others = `line ${other.line}, ${this.#subject(other)}, has ${shown(other.words, fields)}`;
    this.#report({
      place: { file: this.#file, line: row.line },
      rule,
      // Without a heading the two may be of two units, each with domain ids of its own.
      level: this.#name === '' ? 'may' : levelOf(rule),
      subject: this.#subject(row),
      detail: `${shown(row.words, fields)}; ${others}`,
      words: row.words,
      other: { file: this.#file, line: other.line },
    });
  }

  #subject({ sourceId, pasid }: Row): string {
    const device = `${this.#name === '' ? '' : `${this.#name}, `}${requester(sourceId)}`;
    return pasid === undefined ? device : `${device}, PASID ${pasid}`;
  }
}

/** Fields of a PASID table entry; a context entry has some of them. */
type Shown = keyof typeof entryOf;

function shown(words: readonly bigint[], fields: readonly Shown[]): string {
  const isContext = words.length === 2;
  return fields
    .flatMap((name) => {
      const field = isContext ? contextFields[name] : entryOf[name];
      if (field === undefined) return [];
      return [`${name} ${fieldText(field, words)}`];
    })
    .join(', ');
}

/** Everything that R3 compares; a number where one table tells the rest apart, since there are many. */
function tablesOf(pgtt: number, second: number, aw: number, first: number, paging: number): number | string {
  if (pgtt === FIRST) return first * 32 + paging * 8 + pgtt;
  return pgtt === SECOND ? second * 64 + aw * 8 + pgtt : `${pgtt} ${second} ${aw} ${first} ${paging}`;
}

function page(pointer: bigint): number {
  return Number(pointer >> 12n);
}
