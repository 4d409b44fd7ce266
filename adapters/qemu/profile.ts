/** The profile of a running unit, from its capability registers. */
import type { Profile } from '../../spec/schema.ts';
import { BACKED } from './layout.ts';
import { requesters } from './pci.ts';

export interface Capabilities {
  readonly cap: bigint;
  readonly ecap: bigint;
}

/** QEMU's `aw-bits` is one number for MGAW, host address width and limit of an IOVA: CAP.MGAW + 1. */
export function profileOf(name: string, { cap, ecap }: Capabilities): Profile {
  return {
    name,
    cap,
    ecap,
    haw: Number((cap >> 16n) & 0x3fn) + 1,
    specRev: '5.10',
    backed: [...BACKED],
    // The devices make plain reads and writes: no ATS, no PASID, no atomics.
    requestKinds: ['untranslated'],
    pasids: false,
    ops: ['read', 'write'],
    sourceIds: requesters.map(({ sourceId }) => sourceId),
    policies: {},
  };
}
