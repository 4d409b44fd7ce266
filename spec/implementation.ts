/** The one contract: everything under test answers `run`, in this process or in another. */
import type { Area, Case, Observation, Profile } from './schema.ts';

export interface Implementation {
  readonly name: string;
  readonly version?: string;
  /** `'any'`: every legal profile may be drawn. Otherwise cases are drawn under these. */
  readonly profile: 'any' | readonly Profile[];
  readonly areas: readonly Area[];
  /** Answers one case. Throws (or rejects) only when there is no answer: an ImplementationFailure. */
  run(testCase: Case): Observation | Promise<Observation>;
  /** Answers many independent cases, in order; for implementations whose cost is the round trip. */
  runBatch?(cases: readonly Case[]): Promise<readonly BatchAnswer[]>;
  close?(): void | Promise<void>;
}

/** One answer of a batch: an observation, or why there is none. */
export type BatchAnswer = { readonly observation: Observation } | { readonly error: Error };

/** Why an implementation gave no answer: it died, did not answer in time, or answered nonsense. */
export class ImplementationFailure extends Error {
  readonly kind: 'crash' | 'hang' | 'protocol';
  /** What it wrote to stderr, the last part. */
  readonly stderr: string;

  constructor(kind: 'crash' | 'hang' | 'protocol', message: string, stderr = '') {
    super(message);
    this.name = 'ImplementationFailure';
    this.kind = kind;
    this.stderr = stderr;
  }
}
