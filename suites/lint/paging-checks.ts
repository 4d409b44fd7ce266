/** Reserved bits of paging entries under one unit and stage, each layout worked out once (9.7, 9.8). */
import { firstStageLayout } from '../../spec/layouts/first-stage.ts';
import type { Layout, Modes } from '../../spec/layouts/layout.ts';
import { type ResolvedLayout, resolveLayout } from '../../spec/layouts/resolve.ts';
import { secondStageLayout } from '../../spec/layouts/second-stage.ts';
import type { TableKind } from './judge-pages.ts';
import { reservedBits } from './reserved-bits.ts';

export interface WrongPaging {
  readonly rule: string;
  /** `dmar0, `, or nothing where no registers are known. */
  readonly unit: string;
  readonly title: string;
  readonly detail: string;
}

const PRESENT = 1n;
/** R and W; with SSIRWE IR and IW. */
const RIGHTS = 3n;
const OTHER_RIGHTS = 3n << 61n;

export class PagingChecks {
  readonly unitName: string;
  readonly #kind: TableKind;
  readonly #modes: Modes;
  /** Rights in bits 61 and 62 may be on: whether bit 62 is reserved is not known then. */
  readonly #openRights: boolean;
  readonly #resolved = new Map<Layout, ResolvedLayout>();

  constructor(kind: TableKind) {
    this.#kind = kind;
    const { name, ssirwe, unit } = kind.known;
    this.unitName = name;
    this.#openRights = ssirwe === undefined && unit.capabilities.SSIRWS === 1;
    this.#modes = { SSIRWE: ssirwe === true || this.#openRights, SSADE: true, EMTE: true, HPTE: true };
  }

  /** What is wrong with the entry, undefined when it is right or not checked. */
  wrong(entry: bigint, level: number): WrongPaging | undefined {
    const { stage, legacy } = this.#kind;
    if (!this.#isChecked(entry)) return undefined;
    const layout = stage === 'first' ? firstStageLayout(level, entry) : secondStageLayout(level, entry);
    const resolved = this.#resolve(layout);
    if ((entry & (resolved.reserved[0] ?? 0n)) === 0n) return undefined;
    return {
      rule: stage === 'first' ? 'SFS.3' : legacy ? 'LSS.2' : 'SSS.3',
      unit: this.unitName === '' ? '' : `${this.unitName}, `,
      title: layout.title.replace(/^./, (letter) => letter.toLowerCase()),
      detail: reservedBits(resolved, [entry]),
    };
  }

  #isChecked(entry: bigint): boolean {
    if (this.#kind.stage === 'first') return (entry & PRESENT) !== 0n;
    return (entry & (this.#modes.SSIRWE ? RIGHTS | OTHER_RIGHTS : RIGHTS)) !== 0n;
  }

  #resolve(layout: Layout): ResolvedLayout {
    const found =
      this.#resolved.get(layout) ?? resolveLayout(layout, this.#kind.known.unit.profile, this.#modes);
    this.#resolved.set(layout, found);
    return found;
  }
}
