/**
 * A fault recording register (11.4.7.6) as an observation. SID 79:64, T2 92, PP 95, FR 103:96, T1 126,
 * F 127; FI 63:12. PV, EXE, PRIV are valid only for requests with PASID and are left out.
 */
import { bit, extract } from '../../spec/bits.ts';
import type { FaultRecord } from '../../spec/schema.ts';

const operations = { 0: 'write', 1: 'page-request', 2: 'read', 3: 'atomic' } as const;

/** Whether the upper word of a register says that a fault was recorded. */
export function isRecorded(high: bigint): boolean {
  return (high & bit(63)) !== 0n;
}

/** The record in the two words of the register; null when F is clear. */
export function decodeFaultRecord(low: bigint, high: bigint): FaultRecord | null {
  if (!isRecorded(high)) return null;
  const type = Number(extract(high, 62, 62) * 2n + extract(high, 28, 28)) as 0 | 1 | 2 | 3;
  return {
    code: Number(extract(high, 39, 32)),
    sourceId: Number(extract(high, 15, 0)),
    address: low & ~0xfffn,
    op: operations[type],
    pasidPresent: extract(high, 31, 31) === 1n,
  };
}
