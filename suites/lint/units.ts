/**
 * What the files say of the units together, before anything is judged: the registers of each give the profile that
 * its entries are checked under, and its tables tell which paging structures are whose.
 */
import { type Unit, unitOf } from '../../models/reference/unit.ts';
import { extract, insert } from '../../spec/bits.ts';
import { capabilityFields, decodeCapabilities } from '../../spec/capabilities.ts';
import type { DumpRecord } from '../../spec/dumps.ts';
import { type TranslationTableMode, translationTableModes } from '../../spec/invalidation/modes.ts';
import { rootFields } from '../../spec/invalidation/registers.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { KnownTables } from './known-tables.ts';
import { Machines } from './machines.ts';
import { folderOf, isAbove, nearest } from './nearest.ts';
import { fileOf } from './parts.ts';

/** What entries of an unknown unit are checked under: whatever any unit allows. */
const DEFAULT_PROFILE = 'everything';
const WIDEST_HOST = 52;
/** 2^63 pages: every value of AM. */
const WIDEST_MASK = 63n;
/** An MGAW below it is no width of a machine with such a unit. */
const NARROWEST_HOST = 32;
/** In place of the name of a unit. */
const ANY = '*';
/** Extended mode, from before scalable mode: ECAP said so, and root tables had another format. */
const ECS = 1n << 24n;

export interface KnownUnit {
  readonly name: string;
  readonly unit: Unit;
  /** File that CAP and ECAP come from; undefined when the profile is the default one. */
  readonly source: string | undefined;
  /** True when files that are equally near show other registers of a unit of this name. */
  readonly isAmbiguous: boolean;
  /** True when a file tells the host address width; otherwise it is taken as wide as MGAW lets it be. */
  readonly knowsHostWidth: boolean;
  /** RTADDR.TTM, where a file shows it and the unit has it. */
  readonly mode: TranslationTableMode | undefined;
  /** RTADDR.SSIRWE, where a file shows it. */
  readonly ssirwe: boolean | undefined;
  /** A unit from before scalable mode whose formats are not ours. */
  readonly isExtended: boolean;
  readonly registers: ReadonlyMap<string, bigint>;
}

interface Found {
  readonly file: string;
  readonly registers: Map<string, bigint>;
}

export class Survey {
  readonly tables = new KnownTables();
  readonly machines = new Machines();
  readonly #widths: { readonly file: string; readonly haw: number }[] = [];
  /** By name of the unit, in the order of the files. */
  readonly #found = new Map<string, Found[]>();
  /** Folders with rows, and files with entries: of each unit, and of any. */
  readonly #rows = new Set<string>();
  /** Units that files have headings of. */
  readonly #seen = new Set<string>();
  /** Files that begin within a unit, and show others after it. */
  readonly #cut = new Set<string>();
  readonly #known = new Map<string, KnownUnit>();
  #file = '';
  #unit = '';
  /** Of a device whose first row is still to come. */
  #top: bigint | undefined;
  /** What the part that is read has shown. */
  readonly #held = new Set<string>();

  /** Takes a record of `file`, in the order in which they stand there. */
  add(file: string, record: DumpRecord, line: number): void {
    if (file !== this.#file) this.#begin(file, '');
    // There may be a million rows.
    if (record.kind !== 'table' || !this.#held.has('entries'))
      this.machines.add(file, record.kind === 'boot' ? unitOfLog(record.unit) : this.#unit, record, line);
    switch (record.kind) {
      case 'unit':
        if (this.#unit === '' && (this.#held.size > 0 || this.#shows('', file))) this.#cut.add(file);
        this.#seen.add(unitOfLog(record.unit));
        this.#begin(file, record.unit);
        break;
      case 'register':
        this.#registers(this.#unit).set(record.name, record.value);
        break;
      case 'boot': {
        const registers = this.#registers(unitOfLog(record.unit));
        registers.set('CAP', record.cap).set('ECAP', record.ecap);
        break;
      }
      case 'host-width':
        this.#widths.push({ file, haw: record.haw });
        break;
      case 'context':
      case 'table':
        this.tables.add(file, this.#unit, record);
        this.#holds('entries');
        break;
      case 'device':
        this.#top = record.table;
        break;
      case 'page':
        if (this.#top !== undefined) this.tables.addPath(this.#top, record.path);
        this.#top = undefined;
        this.#holds('rows');
        break;
      case 'slot':
        this.#holds('rows');
        break;
    }
  }

  #begin(file: string, unit: string): void {
    this.#file = file;
    this.#unit = unit;
    this.#top = undefined;
    this.#held.clear();
  }

  #holds(what: 'entries' | 'rows'): void {
    // There may be a million of them.
    if (this.#held.has(what)) return;
    this.#held.add(what);
    const places = [folderOf(this.#file), ...(what === 'entries' ? [fileOf(this.#file)] : [])];
    for (const place of places) this.#rows.add(`${place}\n${this.#unit}`).add(`${place}\n${ANY}`);
  }

  /** Both files show entries of the unit, or the other has a folder of its own with rows of it. */
  #isOfAnother(other: string, file: string, unit: string): boolean {
    const has = (where: string): boolean => this.#rows.has(`${where}\n${unit}`);
    const [folder, own] = [folderOf(other), folderOf(file)];
    if (folder !== own) return !isAbove(folder, own) && has(folder);
    return fileOf(other) !== fileOf(file) && has(fileOf(other)) && has(fileOf(file));
  }

  /** The unit as far as the files know it. */
  unit(file: string, unit: string): KnownUnit {
    const [only = '', another] = unit === '' && !this.#cut.has(file) ? this.named : [];
    // Rows without a heading are of the only unit that there is, but not of one that comes after them.
    const name = unit === '' && another === undefined ? only : unit;
    const key = `${file}\n${name}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#makeUnit(name, file);
      this.#known.set(key, known);
    }
    return known;
  }

  /** Units whose registers a file shows, by name. */
  get named(): readonly string[] {
    return [...this.#found.keys()];
  }

  /** Units that a table or a fault may be of: also those without registers, beside such with. */
  get possible(): readonly string[] {
    const bare = [...this.#seen].filter((unit) => !this.#found.has(unit));
    return this.named.length > 0 ? [...this.named, ...bare] : [''];
  }

  #shows(unit: string, file: string): boolean {
    return this.#found.get(unit)?.some((one) => one.file === file) === true;
  }

  /** Units of `file` whose registers break off before CAP and ECAP are there. */
  incomplete(file: string): readonly string[] {
    return [...this.#found].flatMap(([unit, all]) => {
      const own = all.find((one) => one.file === file);
      return own === undefined || unit === '' || capabilitiesOf(own) !== undefined ? [] : [unit];
    });
  }

  #registers(unit: string): Map<string, bigint> {
    const all = this.#found.get(unit) ?? [];
    this.#found.set(unit, all);
    const own = all.find(({ file }) => file === this.#file) ?? { file: this.#file, registers: new Map() };
    if (!all.includes(own)) all.push(own);
    return own.registers;
  }

  /** What the nearest files show of the unit: register sets, or else the two registers that a log has. */
  #nearest(name: string, file: string): readonly Found[] {
    const found = this.#found.get(name) ?? [];
    const near = nearest(found, file, (other) => !this.#mayGive(other, file, name));
    const sets = near.filter(({ registers }) => registers.has('RTADDR'));
    const tied = sets.filter((one) => this.machines.isTied(one.file, file, name) === true);
    return [tied, sets].find((some) => some.length > 0) ?? near;
  }

  #mayGive(other: string, file: string, unit: string): boolean {
    const isOne = unit !== '' || other === file || !(this.#cut.has(other) || this.#cut.has(file));
    return isOne && !this.#isOfAnother(other, file, unit) && this.machines.mayShare(other, file, unit);
  }

  /** Of logs of several machines none may make an address of another wrong. */
  #hostWidth(file: string, name: string, unit: Found | undefined): number | undefined {
    const capabilities = unit === undefined ? undefined : capabilitiesOf(unit);
    const boots = (log: string): boolean =>
      this.#found.get(name)?.some((one) => one.file === log && capabilitiesOf(one) === capabilities) === true;
    const isOther = (log: string): boolean =>
      this.#isOfAnother(log, file, ANY) || (this.machines.isOpen(log, file) && !boots(log));
    const near = nearest(this.#widths, file, isOther);
    return near.length === 0 ? undefined : Math.max(...near.map(({ haw }) => haw));
  }

  /** True when registers of its folder are those of another machine. */
  #isWithheld(name: string, file: string): boolean {
    const found = this.#found.get(name) ?? [];
    return found.some(
      (one) =>
        folderOf(one.file) === folderOf(file) &&
        capabilitiesOf(one) !== undefined &&
        !this.machines.mayShare(one.file, file, name),
    );
  }

  #makeUnit(name: string, file: string): KnownUnit {
    const [found, ...others] = this.#nearest(name, file);
    const isAmbiguous =
      found === undefined ? this.#isWithheld(name, file) : others.some((other) => !isSameUnit(found, other));
    const registers = isAmbiguous ? noRegisters : (found?.registers ?? noRegisters);
    const [cap, ecap] = [registers.get('CAP'), registers.get('ECAP')];
    const isKnown = cap !== undefined && ecap !== undefined && isAnswer(cap) && isAnswer(ecap);
    const haw = this.#hostWidth(file, name, found);
    const rtaddr = registers.get('RTADDR');
    const hasOtherMode = found !== undefined && this.machines.hasOtherMode(found.file, name);
    const unit = unitOf(isKnown ? profileOf(name, cap, ecap, haw) : unknownUnit());
    return {
      name,
      unit,
      source: isKnown ? found?.file : undefined,
      isAmbiguous,
      knowsHostWidth: isKnown && haw !== undefined,
      mode: rtaddr === undefined || hasOtherMode ? undefined : modeOf(rtaddr, unit),
      ssirwe: rtaddr === undefined ? undefined : (rtaddr & rootFields.SSIRWE.mask) !== 0n,
      isExtended: isKnown && (ecap & ECS) !== 0n && rtaddr !== undefined && extract(rtaddr, 11, 11) === 1n,
      registers,
    };
  }
}

const noRegisters: ReadonlyMap<string, bigint> = new Map();

function capabilitiesOf({ registers }: Found): string | undefined {
  const [cap, ecap] = [registers.get('CAP'), registers.get('ECAP')];
  return cap === undefined || ecap === undefined ? undefined : `${cap} ${ecap}`;
}

function isSameUnit(one: Found, other: Found): boolean {
  return capabilitiesOf(one) === capabilitiesOf(other);
}

/** MGAW is at least the host address width (11.4.2), which no register tells. */
function profileOf(name: string, cap: bigint, ecap: bigint, told: number | undefined): Profile {
  const { MGAW } = decodeCapabilities({ cap, ecap });
  const widest = MGAW + 1 < NARROWEST_HOST ? WIDEST_HOST : Math.min(MGAW + 1, WIDEST_HOST);
  const backed = [{ start: 0n, end: 1n << 52n }];
  return { name, cap, ecap, haw: told ?? widest, specRev: '5.10', backed, policies: {} };
}

/** A mode that the unit does not have says nothing of its tables and its queue: the register alone is wrong. */
export function modeOf(
  rtaddr: bigint,
  { capabilities: { SMTS, ADMS } }: Unit,
): TranslationTableMode | undefined {
  const { TTM } = rootFields;
  const mode = translationTableModes[Number(extract(rtaddr, TTM.high, TTM.low))];
  const has = { legacy: 1, scalable: SMTS, abort: ADMS, reserved: 0 };
  return mode !== undefined && has[mode] === 1 ? mode : undefined;
}

/** Any address mask may be within MAMV: units with 45 and more are common. */
function unknownUnit(): Profile {
  const profile = namedProfile(DEFAULT_PROFILE);
  if (profile === undefined) throw new RangeError(`no profile ${DEFAULT_PROFILE}`);
  const { high, low } = capabilityFields.MAMV;
  return { ...profile, cap: insert(profile.cap, high, low, WIDEST_MASK) };
}

/** A unit that is gone reads as all ones. */
function isAnswer(register: bigint): boolean {
  return register !== 0n && register !== (1n << 64n) - 1n;
}

/** Older kernels count units where newer ones name them. */
export function unitOfLog(name: string): string {
  return name.replace(/^IOMMU (\d+)$/i, 'dmar$1');
}
