/** Which unit and stage the top tables are of that entries point to: a dump of paging structures does not say. */

import { bits, extract } from '../../spec/bits.ts';
import type { ContextRecord, TableRecord } from '../../spec/dumps.ts';
import { NumberMap } from './number-map.ts';

export type Stage = 'first' | 'second';

export interface TableUse {
  readonly file: string;
  readonly unit: string;
  readonly stage: Stage;
  /** True when a legacy context entry points to it. */
  readonly legacy: boolean;
  /** Levels of a first-stage table, by FSPM; undefined for second stage. */
  readonly levels: 4 | 5 | undefined;
  /** AW by which a second-stage table is read. */
  readonly aw: number | undefined;
}

const PASS_THROUGH_LEGACY = 2n;
const [FIRST, SECOND, NESTED, PASS_THROUGH] = [1n, 2n, 3n, 4n];
const FIVE_LEVELS = 1n;
const ADDRESS = bits(51, 12);

/** A unit that shows an entry of a device. */
export type Owner = Readonly<MutableOwner>;

interface MutableOwner {
  readonly file: string;
  readonly unit: string;
  hasPassThrough: boolean;
  entries: number;
  /** Of the entry that came last: its pointers, whether its type uses them or not. */
  pointers: readonly bigint[];
}

export class KnownTables {
  /** Numbers of lists of uses, by page number of the table. */
  readonly #uses = new NumberMap();
  /** All lists that some table has: there are few, however many tables. */
  readonly #lists: (readonly TableUse[])[] = [];
  /** By source id: a requester may stand under several units, each of its own segment. */
  readonly #owners = new Map<number, readonly MutableOwner[]>();
  /** Of the top table of a device: the tables of four and of three levels that its first row goes through. */
  readonly #below = new Map<bigint, readonly { readonly table: bigint; readonly aw: number }[]>();
  /** The number of each list, by what it holds. */
  readonly #numbers = new Map<string, number>();

  add(file: string, unit: string, record: ContextRecord | TableRecord): void {
    const owner = this.#ownerOf(file, unit, record.sourceId);
    owner.entries++;
    const words = record.kind === 'context' ? record.words : record.context;
    owner.pointers = words.slice(0, 1);
    if (record.kind === 'table' && record.pasid !== undefined) {
      owner.pointers = [record.entry[0] ?? 0n, record.entry[2] ?? 0n];
      owner.hasPassThrough ||= extract(record.entry[0] ?? 0n, 8, 6) === PASS_THROUGH;
      this.#addScalable(file, unit, record.entry);
    } else if (extract(words[0] ?? 0n, 3, 2) === PASS_THROUGH_LEGACY) {
      owner.hasPassThrough = true;
    } else {
      const aw = Number(extract(words[1] ?? 0n, 2, 0));
      this.#use(words[0] ?? 0n, { file, unit, stage: 'second', legacy: true, levels: undefined, aw });
    }
  }

  /** Takes the first row below the top table of a device. */
  addPath(top: bigint, path: readonly bigint[]): void {
    this.#below.set(top, [
      { table: path[4] ?? 0n, aw: 2 },
      { table: path[3] ?? 0n, aw: 1 },
    ]);
  }

  /**
   * True when an entry points to a table below this one, with the width that is left there: older kernels skip the
   * levels that a unit does not have, and show them all the same.
   */
  usesBelow(top: bigint): boolean {
    const below = this.#below.get(top) ?? [];
    return below.some(({ table, aw }) => this.uses(table & ADDRESS).some((use) => use.aw === aw));
  }

  /** Who uses the table at `address`. */
  uses(address: bigint): readonly TableUse[] {
    return this.usesOfPage(pageOf(address));
  }

  usesOfPage(page: number): readonly TableUse[] {
    return this.#lists[this.#uses.get(page) ?? -1] ?? [];
  }

  /** Units with an entry of the device. */
  ownersOf(sourceId: number): readonly Owner[] {
    return this.#owners.get(sourceId) ?? [];
  }

  #ownerOf(file: string, unit: string, sourceId: number): MutableOwner {
    const owners = this.#owners.get(sourceId) ?? [];
    const known = owners.find((one) => one.file === file && one.unit === unit);
    if (known !== undefined) return known;
    const owner = { file, unit, hasPassThrough: false, entries: 0, pointers: [] };
    this.#owners.set(sourceId, [...owners, owner]);
    return owner;
  }

  #addScalable(file: string, unit: string, [first = 0n, , third = 0n]: readonly bigint[]): void {
    const pgtt = extract(first, 8, 6);
    const levels = extract(third, 3, 2) === FIVE_LEVELS ? 5 : 4;
    if (pgtt === FIRST)
      this.#use(third, { file, unit, stage: 'first', legacy: false, levels, aw: undefined });
    if (pgtt === SECOND || pgtt === NESTED) {
      const aw = Number(extract(first, 4, 2));
      this.#use(first, { file, unit, stage: 'second', legacy: false, levels: undefined, aw });
    }
  }

  #use(pointer: bigint, wanted: TableUse): void {
    const page = pageOf(pointer);
    const known = this.usesOfPage(page);
    const kind = kindOf(wanted);
    if (!known.some((use) => kindOf(use) === kind)) this.#uses.set(page, this.#numberOf([...known, wanted]));
  }

  #numberOf(list: readonly TableUse[]): number {
    const content = list.map(kindOf).join();
    const number = this.#numbers.get(content) ?? this.#lists.push(list) - 1;
    this.#numbers.set(content, number);
    return number;
  }
}

function kindOf(use: TableUse): string {
  return Object.values(use).join(' ');
}

function pageOf(address: bigint): number {
  return Number((address & bits(63, 12)) >> 12n);
}
