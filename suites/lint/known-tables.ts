/** Which unit and stage the top tables are of that entries point to: a dump of paging structures does not say. */

import { bits, extract } from '../../spec/bits.ts';
import type { ContextRecord, TableRecord } from '../../spec/dumps.ts';

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
  /** By page number of the table. */
  readonly #uses = new Map<number, readonly TableUse[]>();
  /** By source id: a requester may stand under several units, each of its own segment. */
  readonly #units = new Map<number, readonly string[]>();
  /** One list for each kind of use: most tables have one user. */
  readonly #kinds = new Map<string, readonly [TableUse]>();

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
    return this.#uses.get(page) ?? [];
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
    const kind = Object.values(wanted).join(' ');
    const alone = this.#kinds.get(kind) ?? [wanted];
    this.#kinds.set(kind, alone);
    const page = pageOf(pointer);
    const known = this.#uses.get(page);
    if (known === undefined) this.#uses.set(page, alone);
    else if (!known.includes(alone[0])) this.#uses.set(page, [...known, alone[0]]);
  }
}

function pageOf(address: bigint): number {
  return Number((address & bits(63, 12)) >> 12n);
}
