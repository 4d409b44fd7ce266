/**
 * What the architecture allows as the answer to one request, each with the rule that decides it. Where the
 * manual gives no order among conditions, a request has several alternatives; the likeliest comes first.
 */
import { type FaultCondition, faultCondition } from '../../spec/faults.ts';

/** The structures that can disable fault processing, in the order in which a request meets them (5.1). */
export type FaultProcessingDisable = 'context' | 'pasid-directory' | 'pasid-table';

export interface Blocked {
  readonly outcome: 'blocked';
  readonly condition: FaultCondition;
  /** False when the fault is qualified and an entry on the way has FPD set. */
  readonly recorded: boolean;
  /** The entries reached that have FPD set. */
  readonly fpd: readonly FaultProcessingDisable[];
}

export interface Translated {
  readonly outcome: 'translated';
  /** What makes this translation valid, the most particular rule first. */
  readonly rules: readonly string[];
  readonly address: bigint;
  /** log2 of the largest region that the answer is good for. */
  readonly pageBits: number;
  readonly read: boolean;
  readonly write: boolean;
}

export type Alternative = Blocked | Translated;

/** The request is blocked by `condition` after entries with FPD as in `fpd` were reached (7.2.3). */
export function blocked(condition: string, fpd: readonly FaultProcessingDisable[]): Blocked {
  const named = faultCondition(condition);
  return { outcome: 'blocked', condition: named, recorded: !(named.qualified && fpd.length > 0), fpd };
}

export const translated = (answer: Omit<Translated, 'outcome'>): Translated => ({
  outcome: 'translated',
  ...answer,
});
