/** Which unit and stage the top tables are of that entries point to: a dump of paging structures does not say. */

import { bits, extract } from '../../spec/bits.ts';
import type { ContextRecord, TableRecord } from '../../spec/dumps.ts';
import { NumberMap } from './number-map.ts';

export type Stage = 'first' | 'second';

export interface TableUse {
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
const [FIRST, SECOND, NESTED] = [1n, 2n, 3n];
const FIVE_LEVELS = 1n;

export class KnownTables {
  /** Numbers of lists of uses, by page number of the table. */
  readonly #uses = new NumberMap();
  /** All lists that some table has: there are few, however many tables. */
  readonly #lists: (readonly TableUse[])[] = [];
  /** By source id: a requester may stand under several units, each of its own segment. */
  readonly #units = new Map<number, readonly string[]>();
  /** The number of each list, by what it holds. */
  readonly #numbers = new Map<string, number>();

  add(unit: string, record: ContextRecord | TableRecord): void {
    const units = this.#units.get(record.sourceId) ?? [];
    if (!units.includes(unit)) this.#units.set(record.sourceId, [...units, unit]);
    const words = record.kind === 'context' ? record.words : record.context;
    if (record.kind === 'table' && record.pasid !== undefined) {
      this.#addScalable(unit, record.entry);
    } else if (extract(words[0] ?? 0n, 3, 2) !== PASS_THROUGH_LEGACY) {
      const aw = Number(extract(words[1] ?? 0n, 2, 0));
      this.#use(words[0] ?? 0n, { unit, stage: 'second', legacy: true, levels: undefined, aw });
    }
  }

  /** Who uses the table at `address`. */
  uses(address: bigint): readonly TableUse[] {
    return this.usesOfPage(pageOf(address));
  }

  usesOfPage(page: number): readonly TableUse[] {
    return this.#lists[this.#uses.get(page) ?? -1] ?? [];
  }

  /** Units with an entry of the device. */
  unitsOf(sourceId: number): readonly string[] {
    return this.#units.get(sourceId) ?? [];
  }

  #addScalable(unit: string, [first = 0n, , third = 0n]: readonly bigint[]): void {
    const pgtt = extract(first, 8, 6);
    const levels = extract(third, 3, 2) === FIVE_LEVELS ? 5 : 4;
    if (pgtt === FIRST) this.#use(third, { unit, stage: 'first', legacy: false, levels, aw: undefined });
    if (pgtt === SECOND || pgtt === NESTED) {
      const aw = Number(extract(first, 4, 2));
      this.#use(first, { unit, stage: 'second', legacy: false, levels: undefined, aw });
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
