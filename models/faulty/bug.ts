/**
 * A known bug as data: what somebody really got wrong, or could, as an edit of the optimized model. One that
 * happened is named after its fix upstream.
 */
import type { Area, CaseOf } from '../../spec/schema.ts';

/** A change to one source file of the optimized model. */
export interface Edit {
  /** The file, relative to models/optimized. */
  readonly file: string;
  /** The text to replace; it stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

export interface BugOf<A extends Area> {
  /** Named after the fix, or after what is wrong: kebab-case, unique over all areas. */
  readonly id: string;
  readonly area: A;
  /** The fix: its title, commit or number upstream. Left out when nobody is known to have had the bug. */
  readonly history?: string;
  /** One sentence: what went wrong. */
  readonly wrong: string;
  /** Where it is told, or the clause that it breaks. */
  readonly source: string;
  /** Rules that name the bug rightly: a finding under any of them will do. */
  readonly rules: readonly string[];
  readonly edits: readonly Edit[];
  /** The smallest case known to show it, written by hand. */
  readonly smallest: CaseOf[A];
  /** The smallest known, by hand, that break another rule, or the same one in another aspect: where those are larger. */
  readonly others?: readonly CaseOf[A][];
}

export type Bug = { readonly [A in Area]: BugOf<A> }[Area];

/** A bug that happened and that no case of ours can show. */
export interface Inexpressible {
  readonly history: string;
  readonly reason: string;
}
