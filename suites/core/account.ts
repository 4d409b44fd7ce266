/**
 * What the answers to some cases in a row showed: plain data, so that another thread may have asked them. Nothing in
 * it depends on what was seen before, so that a search comes to the same whoever asked which of its cases.
 */
import type { BatchAnswer, FailureKind } from '../../spec/implementation.ts';
import { answersRuleId, repeatableRuleId, sameAnswerRuleId } from '../../spec/rules/answers.ts';
import type { Area, CaseOf, Mismatch, ObservationOf } from '../../spec/schema.ts';
import { type Judged, judgeAnswer } from './answer.ts';
import type { AreaSuite, Verdict } from './area-suite.ts';
import { countOne } from './count.ts';
import { FactCounts } from './fact-counts.ts';
import { InterleavedSum } from './interleaved-sum.ts';
import { type Depth, plainlyRight } from './judging.ts';
import { difference, isRepetition } from './repeat.ts';
import type { Origin } from './shrink.ts';
import { Spending, type Spent } from './spending.ts';

/** A case that broke something. */
export interface Broken<A extends Area> {
  readonly origin: Origin<A>;
  readonly testCase: CaseOf[A];
  readonly judged: Judged;
  /** What asking it twice showed. */
  readonly wavers: Mismatch | undefined;
  /** Cases of the account until then, this one included. */
  readonly place: number;
}

export interface Account<A extends Area> {
  readonly cases: number;
  readonly exercised: ReadonlyMap<string, number>;
  /** Cases that were passed over, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
  readonly facts: Pick<FactCounts, 'counts'>;
  readonly interleaved: Pick<InterleavedSum, 'sum'>;
  readonly broken: readonly Broken<A>[];
  /** That there was no answer to the last case; to all others there was one. */
  readonly failure: FailureKind | undefined;
  readonly spentMs: Spent;
}

/** Cases that break one rule in one aspect and are looked at, in all of a search: what one turns into says little. */
export const MOST_FOLLOWED = 3;

interface Unfinished<A extends Area> extends Account<A> {
  cases: number;
  readonly exercised: Map<string, number>;
  readonly skipped: Map<string, number>;
  readonly facts: FactCounts;
  readonly interleaved: InterleavedSum;
  readonly broken: Broken<A>[];
  failure: FailureKind | undefined;
}

/** Keeps account of a chunk. */
export class Accounting<A extends Area> {
  readonly #suite: AreaSuite<A>;
  readonly #told = new Map<string, number>();
  #spending = new Spending();
  #account = this.#empty();
  /** What cases showed that is not counted yet, in their order. */
  #uncounted: (() => Verdict)[] = [];

  constructor(suite: AreaSuite<A>) {
    this.#suite = suite;
  }

  get spending(): Spending {
    return this.#spending;
  }

  /** Of what was added since the last one was taken. */
  take(): Account<A> {
    const account = { ...this.#account, spentMs: this.#spending.result };
    this.#spending = new Spending();
    this.#account = this.#empty();
    return account;
  }

  get cases(): number {
    return this.#account.cases;
  }

  /** True when somebody should look at it. */
  get isNews(): boolean {
    return this.#account.broken.length > 0 || this.#account.failure !== undefined;
  }

  get hasFailure(): boolean {
    return this.#account.failure !== undefined;
  }

  /**
   * Judges the answer to one case, and the second one where it was asked twice. What a look first finds right is judged
   * in full only when the rest is counted: so a breach is not kept waiting.
   */
  add(
    origin: Origin<A>,
    testCase: CaseOf[A],
    answer: BatchAnswer,
    again: BatchAnswer | undefined,
    depth: Depth,
  ): void {
    const account = this.#account;
    const judge = () => judgeAnswer(this.#suite, testCase, answer, depth === 'full');
    const judged = this.#spending.on('judge', judge);
    const { verdict, failure, skip } = judged;
    account.cases++;
    account.failure = failure?.kind;
    if (skip !== undefined) {
      countOne(account.skipped, skip);
      return;
    }
    countOne(account.exercised, answersRuleId(this.#suite.area));
    this.#countInTurn(testCase, judged, depth);
    const wavers = again && failure === undefined ? this.#compare(testCase, judged, again) : undefined;
    const mismatches = wavers === undefined ? verdict.mismatches : [wavers, ...verdict.mismatches];
    if (!this.#areNews(mismatches)) return;
    account.broken.push({ origin, testCase, judged, wavers, place: account.cases });
  }

  /** Counts what the cases showed that were added until now; `alive` is called between them. */
  countRest(alive: () => void): void {
    for (const verdictOf of this.#uncounted) {
      this.#count(this.#spending.on('judge', verdictOf));
      alive();
    }
    this.#uncounted = [];
  }

  /** In the order of the cases, so that it does not show which of them were looked at first. */
  #countInTurn(testCase: CaseOf[A], { verdict, observation }: Judged, depth: Depth): void {
    const isOpen = depth === 'look-first' && verdict === plainlyRight;
    const inFull = () => this.#suite.judge(testCase, observation as ObservationOf[A]);
    if (isOpen || this.#uncounted.length > 0) this.#uncounted.push(isOpen ? inFull : () => verdict);
    else this.#count(verdict);
  }

  #count({ exercised, facts, interleavings }: Verdict): void {
    for (const rule of new Set(exercised)) countOne(this.#account.exercised, rule);
    this.#account.facts.add(facts);
    this.#account.interleaved.add(interleavings);
  }

  #compare(testCase: CaseOf[A], first: Judged, again: BatchAnswer): Mismatch | undefined {
    const { area } = this.#suite;
    for (const rule of [repeatableRuleId(area), sameAnswerRuleId(area)]) {
      countOne(this.#account.exercised, rule);
    }
    if (isRepetition(first, again)) return undefined;
    return difference(this.#suite, first, judgeAnswer(this.#suite, testCase, again));
  }

  #areNews(mismatches: readonly Mismatch[]): boolean {
    let areNews = false;
    for (const { rule, aspect } of mismatches) {
      if (countOne(this.#told, `${rule}/${aspect}`) <= MOST_FOLLOWED) areNews = true;
    }
    return areNews;
  }

  #empty(): Unfinished<A> {
    return {
      cases: 0,
      exercised: new Map(),
      skipped: new Map(),
      facts: new FactCounts(),
      interleaved: new InterleavedSum(),
      broken: [],
      failure: undefined,
      spentMs: this.#spending.result,
    };
  }
}
