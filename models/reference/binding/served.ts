/**
 * What the tables of the guest say of one kind of requests of a device: requests without PASID, or those with
 * one PASID (3.4.3, 9.2 to 9.6). Host tables can be given a first stage or nothing; a second stage of the guest
 * itself has no place over the parent table.
 */
import { contextScalable } from '../../../spec/layouts/context.ts';
import { fieldOf } from '../../../spec/layouts/layout.ts';
import { pasidTable } from '../../../spec/layouts/pasid.ts';
import { readField } from '../../../spec/layouts/resolve.ts';

/** A first-stage table as the host is told of it. */
export interface FirstStageTable {
  /** FSPTPTR, a guest-physical address. */
  readonly pageTable: bigint;
  readonly addressWidth: 48 | 57;
  /** SRE, WPE, EAFE. */
  readonly supervisorRequests: boolean;
  readonly writeProtect: boolean;
  readonly extendedAccessed: boolean;
}

export type Served =
  /** Requests are blocked. */
  | { readonly is: 'blocked' }
  /** Requests reach the guest's memory as they are. */
  | { readonly is: 'parent' }
  | { readonly is: 'nested'; readonly table: FirstStageTable };

export const blocked: Served = { is: 'blocked' };
export const parent: Served = { is: 'parent' };

export function isSameService(a: Served, b: Served): boolean {
  if (a.is !== 'nested' || b.is !== 'nested') return a.is === b.is;
  return isSameTable(a.table, b.table);
}

export function isSameTable(a: FirstStageTable, b: FirstStageTable): boolean {
  return (
    a.pageTable === b.pageTable &&
    a.addressWidth === b.addressWidth &&
    a.supervisorRequests === b.supervisorRequests &&
    // WPE speaks of supervisor accesses only (9.6).
    (!a.supervisorRequests || a.writeProtect === b.writeProtect) &&
    a.extendedAccessed === b.extendedAccessed
  );
}

const PGTT = fieldOf(pasidTable, 'PGTT');
const FSPTPTR = fieldOf(pasidTable, 'FSPTPTR');
const FSPM = fieldOf(pasidTable, 'FSPM');
const SRE = fieldOf(pasidTable, 'SRE');
const WPE = fieldOf(pasidTable, 'WPE');
const EAFE = fieldOf(pasidTable, 'EAFE');
const HPTE = fieldOf(contextScalable, 'HPTE');
const FIRST_STAGE = 1n;
const PASS_THROUGH = 4n;

/** What a valid PASID table entry asks for; undefined when no host table can be that. */
export function serviceOf(entry: readonly bigint[]): Served | undefined {
  switch (readField(PGTT, entry)) {
    case FIRST_STAGE:
      return {
        is: 'nested',
        table: {
          pageTable: readField(FSPTPTR, entry),
          addressWidth: readField(FSPM, entry) === 0n ? 48 : 57,
          supervisorRequests: readField(SRE, entry) === 1n,
          writeProtect: readField(WPE, entry) === 1n,
          extendedAccessed: readField(EAFE, entry) === 1n,
        },
      };
    case PASS_THROUGH:
      return parent;
    default:
      return undefined;
  }
}

/** Host permission tables of the guest (9.4) are beyond what the host is told. */
export function asksHostPermissions(context: readonly bigint[]): boolean {
  return readField(HPTE, context) === 1n;
}
