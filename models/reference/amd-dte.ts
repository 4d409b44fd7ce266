/**
 * The order in which an AMD device table entry is updated. The unit reads 256 bits at once, so only the
 * order of the two 128-bit stores matters: the half that makes the other one count is stored last when
 * setting and first when clearing (Linux amd/iommu.c, update_dte256).
 */
import { bit, extract } from '../../spec/bits.ts';
import { AMD_WORD2_OWN } from '../../spec/writer-formats.ts';
import type { Step, Store } from './entry-sync.ts';
import type { Words } from './used-bits.ts';

const V = bit(0);
const GV = bit(55);
const LOWER = 0;
const UPPER = 1;

/** The stores from `from` to `to`; the last row leaves the flush to the caller. */
export function amdSteps(from: Words, to: Words): Step[] {
  const lower: Store = { quantum: LOWER, value: [to[0]!, to[1]!] };
  const upper: Store = { quantum: UPPER, value: [keepInterrupts(from[2]!, to[2]!), to[3]!] };
  const setting: Step[] = [{ name: 'upper, then lower', stores: [upper, lower], sync: true }];
  const clearing: Step[] = [{ name: 'lower, then upper', stores: [lower, upper], sync: true }];

  if ((from[0]! & V) === 0n) return setting;
  if ((to[0]! & V) === 0n) return clearing;
  if ((from[0]! & GV) === 0n) return setting;
  if ((to[0]! & GV) === 0n) return clearing;
  if (guestLevels(from) !== guestLevels(to)) {
    const disabled: Store = { quantum: LOWER, value: [0n, 0n] };
    return [{ name: 'disable', stores: [disabled], sync: true }, ...setting];
  }
  return [{ name: 'lower alone', stores: [lower], sync: false }];
}

function guestLevels(entry: Words): bigint {
  return extract(entry[2]!, 55, 54);
}

/** Word 2 as it is stored: interrupt remapping stays as memory has it. */
function keepInterrupts(held: bigint, wanted: bigint): bigint {
  return (held & ~AMD_WORD2_OWN) | (wanted & AMD_WORD2_OWN);
}
