/**
 * Whether an entry that the kernel prints after a fault bears out its reason (7.1.3). Where it does not, the unit read
 * something else than memory holds now: it was not flushed, still cached, or the unit walks other tables.
 */
import type { FaultEntryRecord } from '../../spec/dumps.ts';
import { faultCondition } from '../../spec/faults.ts';

/** Reasons from here on are of scalable tables; those of legacy tables come first. */
export const FIRST_SCALABLE = 0x38;
const LAST_LEGACY = 0x0e;

/** Which entry a reason tells to be absent. */
const absentEntries: ReadonlyMap<number, FaultEntryRecord['entry']> = new Map([
  [faultCondition('LRT.2').code, 'root'],
  [faultCondition('LCT.2').code, 'context'],
  [faultCondition('SRT.2').code, 'root-scalable'],
  [faultCondition('SCT.2').code, 'context'],
  [faultCondition('SPD.2').code, 'pasid-directory'],
  [faultCondition('SPT.2').code, 'pasid-word'],
]);

/** What is wrong, undefined when nothing is; the first entry that is printed tells the mode of the tables. */
export function contradictionOf(
  code: number,
  entry: FaultEntryRecord['entry'],
  isPresent: boolean,
): string | undefined {
  const reason = `the unit refused the request with fault 0x${code.toString(16)}`;
  const isOfScalable = entry === 'root' && code >= FIRST_SCALABLE;
  const isOfLegacy = entry === 'root-scalable' && code > 0 && code <= LAST_LEGACY;
  if (isOfScalable || isOfLegacy) {
    const [read, shown] = isOfScalable ? ['scalable', 'legacy'] : ['legacy', 'scalable'];
    return `${reason}, of ${read} tables; these are ${shown} ones: look whether RTADDR was set with its mode, and SRTP done`;
  }
  return isPresent && absentEntries.get(code) === entry
    ? `${reason}: not present. Here it is present, so the unit read an older one: look whether it is flushed to memory (C, SMPWCS) and caches are invalidated`
    : undefined;
}
