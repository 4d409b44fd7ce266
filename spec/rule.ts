/** A rule: one requirement that the architecture (or the reviewed driver design) states and we check. */
import type { Area, Level } from './schema.ts';

export interface Rule {
  /** The architecture's own condition id where it has one (`SPT.3`), else `area.subject.detail`. */
  readonly id: string;
  readonly areas: readonly Area[];
  readonly level: Level;
  /** The requirement in one sentence. */
  readonly statement: string;
  /** Where it is written: VT-d rev 5.10 section or table, Arm IHI 0070 section, or review thread. */
  readonly clause: string;
  /** A doubt, a deviation between sources, or why the level is what it is. */
  readonly note?: string;
  /** Why no case can decide the rule; such a rule stands in the catalogue and is not run. */
  readonly unreachable?: string;
}
