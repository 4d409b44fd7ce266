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

/** What entries of an unknown unit are checked under: whatever any unit allows. */
const DEFAULT_PROFILE = 'everything';
const WIDEST_HOST = 52;
/** 2^63 pages: every value of AM. */
const WIDEST_MASK = 63n;
/** An MGAW below it is no width of a machine with such a unit. */
const NARROWEST_HOST = 32;
/** Extended mode, from before scalable mode: ECAP said so, and root tables had another format. */
const ECS = 1n << 24n;

export interface KnownUnit {
  readonly name: string;
  readonly unit: Unit;
  /** File that CAP and ECAP come from; undefined when the profile is the default one. */
  readonly source: string | undefined;
  /** True when a file tells the host address width; otherwise it is taken as wide as MGAW lets it be. */
  readonly knowsHostWidth: boolean;
  /** RTADDR.TTM, where a file shows it. */
  readonly mode: TranslationTableMode | undefined;
  /** RTADDR.SSIRWE, where a file shows it. */
  readonly ssirwe: boolean | undefined;
  /** A unit from before scalable mode whose formats are not ours. */
  readonly isExtended: boolean;
  readonly registers: ReadonlyMap<string, bigint>;
}

interface Found {
  readonly source: string;
  readonly registers: Map<string, bigint>;
}

export class Survey {
  readonly tables = new KnownTables();
  #haw: number | undefined;
  /** By file and unit, by folder and unit, and by unit alone: what stands nearer to a file comes first. */
  readonly #found = new Map<string, Found>();
  readonly #known = new Map<string, KnownUnit>();
  #file = '';
  #unit = '';

  /** Takes a record of `file`, in the order in which they stand there. */
  add(file: string, record: DumpRecord): void {
    if (file !== this.#file) this.#unit = '';
    this.#file = file;
    switch (record.kind) {
      case 'unit':
        this.#unit = record.unit;
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
        // Of logs of several machines none may make an address of another wrong.
        this.#haw = Math.max(this.#haw ?? 0, record.haw);
        break;
      case 'context':
      case 'table':
        this.tables.add(this.#unit, record);
        break;
    }
  }

  /** The unit as far as the files know it. */
  unit(file: string, unit: string): KnownUnit {
    const [only = '', another] = unit === '' ? this.named : [];
    // Rows without a heading are of the only unit that there is.
    const name = unit === '' && another === undefined ? only : unit;
    const key = `${file}\n${name}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      const near = this.#found.get(key) ?? this.#found.get(`${folderOf(file)}\n${name}`);
      known = this.#makeUnit(name, near ?? this.#found.get(name));
      this.#known.set(key, known);
    }
    return known;
  }

  /** Units whose registers a file shows, by name. */
  get named(): readonly string[] {
    return [...this.#found.keys()].filter((key) => !key.includes('\n'));
  }

  /** Units of `file` whose registers break off before CAP and ECAP are there. */
  incomplete(file: string): readonly string[] {
    return [...this.#found].flatMap(([key, { registers }]) => {
      const [of, unit] = key.split('\n');
      const isWhole = registers.has('CAP') && registers.has('ECAP');
      return of === file && unit !== undefined && unit !== '' && !isWhole ? [unit] : [];
    });
  }

  #registers(unit: string): Map<string, bigint> {
    const own = `${this.#file}\n${unit}`;
    const found = this.#found.get(own) ?? { source: this.#file, registers: new Map() };
    this.#found.set(own, found);
    for (const key of [`${folderOf(this.#file)}\n${unit}`, unit]) {
      const first = this.#found.get(key);
      // Registers of a register set win over the two that a log has.
      if (first === undefined || !first.registers.has('RTADDR')) this.#found.set(key, found);
    }
    return found.registers;
  }

  #makeUnit(name: string, found: Found | undefined): KnownUnit {
    const { registers = new Map<string, bigint>(), source } = found ?? {};
    const [cap, ecap] = [registers.get('CAP'), registers.get('ECAP')];
    const isKnown = cap !== undefined && ecap !== undefined && isAnswer(cap) && isAnswer(ecap);
    const profile = isKnown ? this.#profileOf(name, cap, ecap) : unknownUnit();
    const rtaddr = registers.get('RTADDR');
    const { TTM, SSIRWE } = rootFields;
    return {
      name,
      unit: unitOf(profile),
      source: isKnown ? source : undefined,
      knowsHostWidth: isKnown && this.#haw !== undefined,
      mode:
        rtaddr === undefined ? undefined : translationTableModes[Number(extract(rtaddr, TTM.high, TTM.low))],
      ssirwe: rtaddr === undefined ? undefined : (rtaddr & SSIRWE.mask) !== 0n,
      isExtended: isKnown && (ecap & ECS) !== 0n && rtaddr !== undefined && extract(rtaddr, 11, 11) === 1n,
      registers,
    };
  }

  /** MGAW is at least the host address width (11.4.2), which no register tells. */
  #profileOf(name: string, cap: bigint, ecap: bigint): Profile {
    const { MGAW } = decodeCapabilities({ cap, ecap });
    const widest = MGAW + 1 < NARROWEST_HOST ? WIDEST_HOST : Math.min(MGAW + 1, WIDEST_HOST);
    const haw = this.#haw ?? widest;
    return { name, cap, ecap, haw, specRev: '5.10', backed: [{ start: 0n, end: 1n << 52n }], policies: {} };
  }
}

/** Any address mask may be within MAMV: units with 45 and more are common. */
function unknownUnit(): Profile {
  const profile = namedProfile(DEFAULT_PROFILE);
  if (profile === undefined) throw new RangeError(`no profile ${DEFAULT_PROFILE}`);
  const { high, low } = capabilityFields.MAMV;
  return { ...profile, cap: insert(profile.cap, high, low, WIDEST_MASK) };
}

/** Ends in a slash, as no name of a file does. */
function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1) || './';
}

/** A unit that is gone reads as all ones. */
function isAnswer(register: bigint): boolean {
  return register !== 0n && register !== (1n << 64n) - 1n;
}

/** Older kernels count units where newer ones name them. */
export function unitOfLog(name: string): string {
  return name.replace(/^IOMMU (\d+)$/i, 'dmar$1');
}
