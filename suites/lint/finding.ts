/** What lint finds: a place, the rule that does not hold there, and what stands there. */
import { ruleOf } from '../../spec/catalogue.ts';
import type { Place } from '../../spec/dumps.ts';
import type { Level } from '../../spec/schema.ts';

export interface LintFinding {
  readonly place: Place;
  readonly rule: string;
  /** The rule's own, or `may` where a dump can't tell for sure. */
  readonly level: Level;
  /** The unit and what of it: `dmar0, 00:02.0, PASID 5`. */
  readonly subject: string;
  /** What stands there and what is wrong with it. */
  readonly detail: string;
  /** The words of the entry, lowest first. */
  readonly words: readonly bigint[];
  /** Where the other side of a contradiction stands. */
  readonly other?: Place;
}

export type Report = (finding: LintFinding) => void;

/** The level that a rule has. Throws RangeError for a rule that nobody wrote. */
export function levelOf(rule: string): Level {
  const found = ruleOf(rule);
  if (found === undefined) throw new RangeError(`no rule ${rule}`);
  return found.level;
}
