/** A structure that was changed, and the rows of Tables 28 and 29 that speak of the change. */
import type { Slot } from '../../models/reference/invalidation/cached-entry.ts';

export interface ChangedStructure {
  /** `tables`: of a domain id, or of a host permission domain id; the entry that points to them was changed. */
  readonly kind: Slot['kind'] | 'tables' | 'host-permission-tables';
  readonly level: number;
  readonly before: readonly bigint[];
  readonly now: readonly bigint[];
  /** The step of the last store to it. */
  readonly since: number;
  readonly legacy: boolean;
  /** Of the PASID table entry before the change. */
  readonly pgtt: number | undefined;
}

const PRESENT = 1n;
const POINTER = ~0xfffn;
const SSADE = 0x200n;
const HOST_PERMISSIONS = 0x20n;
const REQUEST_PASIDS = 0x40n;
/** AW of a PASID table entry, and of a legacy context entry. */
const PASID_WIDTH = 0xcn;
const CONTEXT_WIDTH = 7n;
const PASID_DID = 0xffffn;
const CONTEXT_DID = 0xff_ff00n;

/** Rows by name. The likeliest comes first; of a change of several fields there are several. */
export function rowsOf(change: ChangedStructure, legacy: boolean): readonly string[] {
  switch (change.kind) {
    case 'root':
      return [legacy ? '8' : '1'];
    case 'context':
      return legacy ? legacyContextRows(change) : contextRows(change);
    case 'pasid-directory':
      return ['3'];
    case 'pasid-table':
      return pasidRows(change);
    case 'first-stage':
      return ['6'];
    case 'second-stage':
      return ['7'];
    case 'host-permission':
      return ['13'];
    case 'tables':
      return [legacy ? '10' : '5'];
    case 'host-permission-tables':
      return ['12'];
  }
}

const differs = ({ before, now }: ChangedStructure, word: number, mask: bigint): boolean =>
  (((before[word] ?? 0n) ^ (now[word] ?? 0n)) & mask) !== 0n;
const falls = ({ before, now }: ChangedStructure, flag: bigint): boolean =>
  ((before[0] ?? 0n) & ~(now[0] ?? 0n) & flag) !== 0n;
const isPresent = ({ before, now }: ChangedStructure): boolean =>
  ((before[0] ?? 0n) & (now[0] ?? 0n) & PRESENT) !== 0n;

/** Other tables under the same domain id are a reuse of it. */
function legacyContextRows(change: ChangedStructure): readonly string[] {
  const tables = differs(change, 0, POINTER) || differs(change, 1, CONTEXT_WIDTH);
  const isReuse = isPresent(change) && tables && !differs(change, 1, CONTEXT_DID);
  return isReuse ? ['9', '10'] : ['9'];
}

function contextRows(change: ChangedStructure): readonly string[] {
  return isPresent(change) && falls(change, HOST_PERMISSIONS | REQUEST_PASIDS) ? ['11', '2'] : ['2'];
}

function pasidRows(change: ChangedStructure): readonly string[] {
  const rises = ((change.now[0] ?? 0n) & ~(change.before[0] ?? 0n) & SSADE) !== 0n;
  if (falls(change, PRESENT)) return ['4a'];
  const tables = differs(change, 0, POINTER | PASID_WIDTH) || differs(change, 2, POINTER);
  const hostPermissions = differs(change, 4, ~0n) || differs(change, 5, ~0n);
  return [
    '4b',
    ...(rises ? ['4a'] : []),
    ...(tables && !differs(change, 1, PASID_DID) ? ['5'] : []),
    ...(hostPermissions ? ['12'] : []),
  ];
}
