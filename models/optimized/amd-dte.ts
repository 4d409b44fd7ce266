/** AMD device table entry update: two 128-bit stores, in the order that validity demands. */
import type { SyncAction, TraceEvent } from '../../spec/schema.ts';

/** Bits 55:52 of word 2; the rest of it is interrupt remapping and stays as memory has it. */
const OWN = 0x00f0_0000_0000_0000n;
const FLUSH: TraceEvent = { op: 'sync', actions: ['flush-dte', 'wait'] satisfies SyncAction[] };
const LOWER_ZERO: TraceEvent = { op: 'store', quantum: 0, value: [0n, 0n] };

/** The trace from `from` to `to`. */
export function writeAmdDte(from: readonly bigint[], to: readonly bigint[]): TraceEvent[] {
  const fromControl = from[0]!;
  const toControl = to[0]!;
  const upperWord = (from[2]! & ~OWN) | (to[2]! & OWN);
  const lower: TraceEvent = { op: 'store', quantum: 0, value: [toControl, to[1]!] };
  const upper: TraceEvent = { op: 'store', quantum: 1, value: [upperWord, to[3]!] };
  const fromValid = (fromControl & 1n) !== 0n;
  const fromGuest = (fromControl >> 55n) & 1n;
  const toGuest = (toControl >> 55n) & 1n;
  if (!fromValid) return [upper, lower, FLUSH];
  if ((toControl & 1n) === 0n) return [lower, upper, FLUSH];
  if (fromGuest === 0n) return [upper, lower, FLUSH];
  if (toGuest === 0n) return [lower, upper, FLUSH];
  if ((((from[2]! ^ to[2]!) >> 54n) & 3n) === 0n) return [lower];
  return [LOWER_ZERO, FLUSH, upper, lower, FLUSH];
}
