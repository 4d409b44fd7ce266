/**
 * Judges what was recorded of an implementation that nobody can ask: no repeats and no shrinking, the first case
 * of each breach is the finding, cut after the step that decided it.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import { answersRuleId, contractRules } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, CaseOf, ExpectedFailure, Finding, Mismatch } from '../../spec/schema.ts';
import { judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { FactCounts } from './fact-counts.ts';
import { findingId } from './finding.ts';
import { sameBreach } from './probe.ts';
import { ruleResults } from './rule-results.ts';

/** A case with the answer that was given to it. */
export interface Recorded<A extends Area = Area> {
  readonly testCase: CaseOf[A];
  /** Checked by the schema of the area. */
  readonly observation: unknown;
  /** The line where step `step` stands, or the case as a whole. */
  line(step?: number): number;
}

/** What findings say of where they come from. */
export interface RecordedSource {
  readonly implementation: string;
  readonly file: string;
  readonly expectedFailures: readonly ExpectedFailure[];
}

/** Stands where a search has its seed. */
export const RECORDED_SEED = 'recorded';

type RecordedBreach = Omit<
  Finding,
  'version' | 'implementation' | 'seed' | 'recorded' | 'stderr' | 'expectedFailure'
> & { readonly line: number };

export class RecordedTally<A extends Area> {
  cases = 0;
  readonly #suite: AreaSuite<A>;
  #judgingMs = 0;
  readonly #exercised = new Map<string, number>();
  readonly #facts = new FactCounts();
  readonly #breaches: RecordedBreach[] = [];

  constructor(suite: AreaSuite<A>) {
    this.#suite = suite;
  }

  add(recorded: Recorded<A>): void {
    const started = performance.now();
    this.#judge(recorded);
    this.#judgingMs += performance.now() - started;
  }

  #judge(recorded: Recorded<A>): void {
    const { verdict } = this.#judged(recorded.testCase, recorded.observation);
    this.cases++;
    for (const rule of [answersRuleId(this.#suite.area), ...verdict.exercised]) {
      this.#exercised.set(rule, (this.#exercised.get(rule) ?? 0) + 1);
    }
    this.#facts.add(verdict.facts);
    for (const mismatch of verdict.mismatches) {
      if (!this.#breaches.some((known) => sameBreach(known, mismatch))) {
        this.#breaches.push(this.#breach(recorded, mismatch));
      }
    }
  }

  /** `source` may be known at the end only. */
  result({ implementation, file, expectedFailures }: RecordedSource): AreaResult {
    const { area, rules } = this.#suite;
    const ofArea = expectedFailures.filter((entry) => entry.area === area);
    const findings = this.#breaches.map(({ line, ...breach }): Finding => {
      const known = ofArea.find(({ rule, aspect }) => rule === breach.rule && aspect === breach.aspect);
      return {
        version: 1,
        ...breach,
        implementation,
        seed: RECORDED_SEED,
        recorded: { file, line },
        ...(known === undefined ? {} : { expectedFailure: known.reason }),
      };
    });
    return {
      area,
      claimed: true,
      cases: this.cases,
      durationMs: this.#judgingMs,
      rules: ruleResults([...rules, ...contractRules(area)], this.#exercised, findings, ofArea, new Set()),
      findings,
      ...this.#facts.result(),
    };
  }

  #judged(testCase: CaseOf[A], observation: unknown) {
    return judgeAnswer(this.#suite, testCase, { observation: observation as never });
  }

  #breach(recorded: Recorded<A>, { rule, aspect, expected, observed }: Mismatch): RecordedBreach {
    const { testCase, observation } = recorded;
    const decided = this.#suite.until?.(testCase, observation as never, { rule, aspect });
    const cut: CaseOf[A] = decided?.testCase ?? testCase;
    return {
      id: findingId(rule, aspect, cut),
      area: this.#suite.area,
      rule,
      aspect,
      level: ruleOf(rule)?.level ?? 'must',
      case: cut,
      expected,
      observed,
      observation: decided?.observation ?? observation,
      found: { afterCases: this.cases, executions: 0 },
      line: recorded.line(decided?.step),
    };
  }
}
