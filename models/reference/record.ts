/** What a fault record says of the request (7.2.1, 11.4.7.6). */
import type { FaultRecord, Profile, Request } from '../../spec/schema.ts';
import { unitOf } from './unit.ts';

/** The record of `request`; `address` is its page as far as records keep it. */
export function recordOf(
  { sourceId, op, kind, pasid, privileged }: Request,
  code: number,
  address: bigint,
): FaultRecord {
  const requester =
    pasid === undefined
      ? { pasidPresent: false }
      : { pasidPresent: true, pasid, privileged: privileged === true };
  const accessed = recordedOperation(op, kind);
  return { code, sourceId, address, ...(accessed === undefined ? {} : { op: accessed }), ...requester };
}

/** T1 and T2 of a record; what they say of a translation request is not stated. */
export function recordedOperation(op: Request['op'], kind: Request['kind']): FaultRecord['op'] {
  if (kind === 'translation') return undefined;
  if (kind === 'page-request') return 'page-request';
  return op === 'zero-length-read' ? 'read' : op;
}

/**
 * How much of the address a fault record keeps (FI, 11.4.7.6): bits 63:12, where those from the largest
 * AGAW of the unit up are zero. SAGAW speaks of second stage; whether the widths of first stage count as
 * well is not stated, so bits from `narrow` to below `wide` may be kept or zero.
 */
export function recordedWidths(profile: Profile): { readonly narrow: number; readonly wide: number } {
  const { SAGAW, FSTS, FS5LP } = unitOf(profile).capabilities;
  const secondStage = (SAGAW & 8) !== 0 ? 57 : (SAGAW & 4) !== 0 ? 48 : (SAGAW & 2) !== 0 ? 39 : 64;
  const firstStage = FSTS === 0 ? secondStage : FS5LP === 1 ? 57 : 48;
  return { narrow: Math.min(secondStage, firstStage), wide: Math.max(secondStage, firstStage) };
}
