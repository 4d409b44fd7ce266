/** The one contract: everything under test answers `run`, in this process or in another. */
import type { Area, Case, Observation, Profile } from './schema.ts';

export interface Implementation {
  readonly name: string;
  readonly version?: string;
  /** `'any'`: every legal profile may be drawn. Otherwise cases are drawn under these. */
  readonly profile: 'any' | readonly Profile[];
  readonly areas: readonly Area[];
  /**
   * Answers one case. Throws (or rejects) only when there is no answer: an ImplementationFailure, or a
   * CaseSkipped when it can't be asked this case.
   */
  run(testCase: Case): Observation | Promise<Observation>;
  /** Answers many independent cases, in order; for implementations whose cost is the round trip. */
  runBatch?(cases: readonly Case[]): Promise<readonly BatchAnswer[]>;
  /**
   * True when one case alone costs many times its share of a batch (an emulator that has to be set up):
   * simpler cases are then tried many at a time. Only together with `runBatch`.
   */
  readonly costlyAlone?: boolean;
  /**
   * True when it only repeats answers that were given before: to ask again shows nothing, and simpler cases have
   * no answer.
   */
  readonly isRecorded?: boolean;
  /** Starts it anew: what earlier cases left is gone. For what keeps anything between cases, such as a machine. */
  renew?(): void | Promise<void>;
  /** What it wrote to stderr of late, where it has one of its own. */
  stderr?(): string;
  close?(): void | Promise<void>;
}

/**
 * One answer of a batch: an observation, why there is none, or why the case was passed over. `unrepeated`
 * is a failure that came when the case was asked together with others, and not when it was asked again.
 */
export type BatchAnswer =
  | { readonly observation: Observation; readonly unrepeated?: ImplementationFailure }
  | { readonly error: Error }
  | { readonly skip: string };

/** What stands behind a failure: it died, did not answer in time, answered nonsense, or said that it can't. */
export type FailureKind = 'crash' | 'hang' | 'protocol' | 'refusal';

/** Why an implementation gave no answer. */
export class ImplementationFailure extends Error {
  readonly kind: FailureKind;
  /** What it wrote to stderr, the last part. */
  readonly stderr: string;

  constructor(kind: FailureKind, message: string, stderr = '') {
    super(message);
    this.name = 'ImplementationFailure';
    this.kind = kind;
    this.stderr = stderr;
  }
}

/** The case was passed over for the reason in `message`: neither pass nor fail, counted and reported. */
export class CaseSkipped extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CaseSkipped';
  }
}
