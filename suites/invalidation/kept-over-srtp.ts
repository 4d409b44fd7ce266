/** Entries that may have outlived a Set Root Table Pointer of a unit without ESRTPS (VT-d 6.6). */
import type { CachedEntry } from '../../models/reference/invalidation/expectation.ts';
import { unitOf } from '../../models/reference/unit.ts';
import { srtpKeepsRule } from '../../spec/invalidation/events.ts';
import { globalFields } from '../../spec/invalidation/registers.ts';
import type { InvalidationCase } from '../../spec/schema.ts';

/** An SRTP that lies further back is not looked for. */
const MOST_STEPS = 48;

/** The rule that lets `entry` be there at step `index`, if an SRTP lies between it and its words. */
export function keptOverSrtp(
  { profile, steps }: InvalidationCase,
  index: number,
  { filledBefore }: CachedEntry,
): readonly string[] {
  const isLatched = steps
    .slice(Math.max(filledBefore, index - MOST_STEPS), index)
    .some(
      (step) => step.step === 'write' && step.register === 'GCMD' && (step.value & globalFields.SRTP) !== 0n,
    );
  return isLatched && unitOf(profile).capabilities.ESRTPS === 0 ? [srtpKeepsRule] : [];
}
