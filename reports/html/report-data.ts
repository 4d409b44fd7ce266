/** What a report is made of: results of runs, and beside them the yardstick and the benchmark where they are at hand. */
import type { Finding, Result } from '../../spec/schema.ts';
import type { Benchmark, KnownBug } from './report-schemas.ts';

export interface ReportData {
  readonly results: readonly Result[];
  readonly bugs?: readonly KnownBug[];
  readonly speed?: Benchmark;
}

/** A finding with where it stands in the page, and how its implementation is opened. */
export interface ReportedFinding {
  readonly finding: Finding;
  readonly anchor: string;
  /** Anchor of the finding that shows what is probably the same cause. */
  readonly sameAs?: string;
  /** The options that open it, as a shell takes them. */
  readonly options: string;
}
