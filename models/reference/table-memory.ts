/**
 * Where a first-stage entry lies in host memory: at its address, or under nesting where the second stage
 * puts it, if it grants the access (3.8.1).
 */
import type { Alternative } from './alternative.ts';
import type { FirstStage } from './first-stage.ts';
import { type FlagBits, noFlags } from './flags.ts';
import type { Access } from './request.ts';
import { translateSecondStage } from './second-stage.ts';
import type { Purpose } from './second-stage-purpose.ts';
import type { Walk } from './walk.ts';

export interface TablePlace {
  /** Host-physical address of the entry; undefined when the second stage blocks the access. */
  readonly address: bigint | undefined;
  /** Flags of the entry may be set. */
  readonly write: boolean;
  /** The entry can be read, but a second-stage flag on the way to it can't be set: the request fails (3.10). */
  readonly refused: boolean;
  readonly faults: readonly Alternative[];
  /** Second-stage flags that are set when the entry is read, and the dirty flag when it is written. */
  readonly required: FlagBits;
  readonly dirty: FlagBits;
}

/** The place of the entry at `address`, which is in the top table or not. */
export function locateTable(walk: Walk, { nested }: FirstStage, address: bigint, isTop: boolean): TablePlace {
  const plain = { write: true, refused: false, faults: [], required: noFlags, dirty: noFlags };
  if (nested === undefined) return { ...plain, address };
  const purpose = tablePurpose(nested.accessedDirty, isTop);
  const { page, refused, faults } = translateSecondStage(walk, nested, address, purpose);
  if (page === undefined || !page.read || (nested.accessedDirty && !page.write)) {
    return { ...plain, address: undefined, write: false, refused: true, faults };
  }
  const { required, dirty } = page;
  return { address: page.address, write: page.write, refused, faults, required, dirty };
}

/**
 * Reading a first-stage table takes read permission, and write permission as well once second-stage flags
 * are kept. Which condition names the lack of it is stated in two ways (D4), or not at all (D21).
 */
function tablePurpose(accessedDirty: boolean, isTop: boolean): Purpose {
  const access: Access = {
    read: true,
    write: accessedDirty,
    effective: false,
    waivesRead: false,
    dirty: false,
  };
  const unreadable = isTop ? 'SFS.6' : 'SFS.7';
  return {
    access,
    noRead: [unreadable, 'SGN.7'],
    noWrite: [unreadable, 'SFS.8', 'SGN.6'],
    isTable: true,
  };
}
