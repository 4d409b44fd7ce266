/** What a search has seen so far: cases, what each rule decided, what was passed over, and the findings. */
import type { BatchAnswer } from '../../spec/implementation.ts';
import { answersRuleId, repeatableRuleId, sameAnswerRuleId } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, CaseOf, Finding, Mismatch } from '../../spec/schema.ts';
import { type Judged, judgeAnswer } from './answer.ts';
import { bitsThatMatter } from './bits-that-matter.ts';
import { expectationOf } from './expectation.ts';
import { FactCounts } from './fact-counts.ts';
import { type Breach, findingOf, type SearchGround } from './finding.ts';
import { Patience } from './giving-up.ts';
import { InterleavedSum } from './interleaved-sum.ts';
import { isJudgedInFull } from './judging.ts';
import { sameBreach } from './probe.ts';
import { difference, isAboutChance, isRepetition, repeatBreach } from './repeat.ts';
import type { Origin } from './shrink.ts';
import type { Spending } from './spending.ts';

/** Reasons for passing over that are told apart; a stranger could give another one for each case. */
const MOST_REASONS = 8;
const OTHER_REASONS = 'other reasons';
/** Breaches of one name that turn into others when they are looked at: each costs a shrink. */
const MOST_TURNED = 3;

export class Tally<A extends Area> {
  cases = 0;
  readonly exercised = new Map<string, number>();
  readonly findings: Finding[] = [];
  readonly facts = new FactCounts();
  readonly interleaved = new InterleavedSum();
  readonly #ground: SearchGround<A>;
  readonly #spending: Spending;
  readonly #known: Mismatch[] = [];
  readonly #turned = new Map<string, number>();
  readonly #skipped = new Map<string, number>();
  readonly #patience: Patience;

  constructor(ground: SearchGround<A>, spending: Spending) {
    this.#ground = ground;
    this.#spending = spending;
    const rule = answersRuleId(ground.suite.area);
    const known = ground.expectedFailures.some((entry) => entry.rule === rule && entry.aspect === 'outcome');
    this.#patience = new Patience(known);
  }

  /** Why the implementation is asked no more, when that is so. */
  get givenUp(): string | undefined {
    return this.#patience.spent(this.cases);
  }

  get skipped(): NonNullable<AreaResult['skipped']> {
    return [...this.#skipped].map(([reason, cases]) => ({ reason, cases }));
  }

  /**
   * Judges the answer to one case, and the second one where it was asked twice. Returns a promise when there
   * is something to write up.
   */
  add(
    origin: Origin<A>,
    testCase: CaseOf[A],
    answer: BatchAnswer,
    again: BatchAnswer | undefined,
  ): Promise<void> | undefined {
    const { suite } = this.#ground;
    const { area } = suite;
    const judge = () => judgeAnswer(suite, testCase, answer, isJudgedInFull(this.cases));
    const judged = this.#spending.on('judge', judge);
    const { verdict, failure, skip } = judged;
    this.cases++;
    this.#patience.saw(failure?.kind);
    if (skip !== undefined) {
      this.#skip(skip);
      return undefined;
    }
    this.#count(answersRuleId(area));
    for (const rule of new Set(verdict.exercised)) this.#count(rule);
    this.facts.add(verdict.facts);
    this.interleaved.add(verdict.interleavings);
    const wavers = again && failure === undefined ? this.#compare(testCase, judged, again) : undefined;
    const isNews = [...verdict.mismatches, ...(wavers ? [wavers] : [])].some((one) => !this.#isKnown(one));
    return isNews ? this.#follow(origin, testCase, judged, wavers) : undefined;
  }

  #compare(testCase: CaseOf[A], first: Judged, again: BatchAnswer): Mismatch | undefined {
    const { suite } = this.#ground;
    this.#countRepeat();
    if (isRepetition(first, again)) return undefined;
    return difference(suite, first, judgeAnswer(suite, testCase, again));
  }

  async #follow(
    origin: Origin<A>,
    testCase: CaseOf[A],
    judged: Judged,
    wavers: Mismatch | undefined,
  ): Promise<void> {
    if (wavers !== undefined) await this.#writeUp(wavers, origin, testCase, judged);
    // What comes by chance is named as that alone.
    if (wavers?.rule === repeatableRuleId(this.#ground.suite.area)) return;
    for (const mismatch of judged.verdict.mismatches) {
      if (this.#isKnown(mismatch)) continue;
      await this.#writeUp(await this.#believed(mismatch, testCase, judged), origin, testCase, judged);
    }
  }

  /** `mismatch`, or what is to be said of it when it does not come every time. */
  async #believed(mismatch: Mismatch, testCase: CaseOf[A], { failure }: Judged): Promise<Mismatch> {
    const { suite, implementation } = this.#ground;
    const isSettled =
      failure !== undefined ||
      implementation.isRecorded === true ||
      isAboutChance(suite.area, mismatch.rule) ||
      expectationOf(this.#ground, mismatch) !== undefined;
    if (isSettled) return mismatch;
    this.#countRepeat();
    return (await repeatBreach(suite, implementation, testCase, mismatch)) ?? mismatch;
  }

  async #writeUp(mismatch: Mismatch, origin: Origin<A>, testCase: CaseOf[A], judged: Judged): Promise<void> {
    if (this.#isKnown(mismatch)) return;
    const breach: Breach<A> = { mismatch, testCase, origin, judged, afterCases: this.cases };
    const shrunk = await findingOf(this.#ground, breach);
    this.#noteKnown(mismatch, shrunk);
    // It may have turned into one that is known while it was looked at.
    if (this.findings.some((other) => sameBreach(other, shrunk))) return;
    const finding = await this.#withBits(shrunk);
    this.findings.push(finding);
    this.#ground.onFinding?.(finding);
  }

  /** Breaches of a name that turned into another one: the next may be one of that name. */
  #noteKnown(mismatch: Mismatch, shrunk: Finding): void {
    const { rule, aspect } = mismatch;
    const key = `${rule}/${aspect}`;
    const turned = (this.#turned.get(key) ?? 0) + 1;
    this.#turned.set(key, turned);
    const isFinal = sameBreach(mismatch, shrunk) || isAboutChance(this.#ground.suite.area, shrunk.rule);
    if (isFinal || turned >= MOST_TURNED) this.#known.push(mismatch);
    if (!this.#isKnown(shrunk)) this.#known.push(shrunk);
  }

  /**
   * Tries the bits of a case that was shrunk. Not where an execution ends the implementation, or alone costs a
   * start of it.
   */
  async #withBits(finding: Finding): Promise<Finding> {
    const { suite, implementation } = this.#ground;
    const { rule, found } = finding;
    const isTried =
      found.executions > 0 && rule !== answersRuleId(suite.area) && !isAboutChance(suite.area, rule);
    if (!isTried || implementation.costlyAlone) return finding;
    const bits = await bitsThatMatter(suite, implementation, finding.case as CaseOf[A], finding);
    return bits === undefined ? finding : { ...finding, bits };
  }

  #isKnown(mismatch: Mismatch): boolean {
    return this.#known.some((known) => sameBreach(known, mismatch));
  }

  #count(rule: string): void {
    this.exercised.set(rule, (this.exercised.get(rule) ?? 0) + 1);
  }

  #countRepeat(): void {
    const { area } = this.#ground.suite;
    this.#count(repeatableRuleId(area));
    this.#count(sameAnswerRuleId(area));
  }

  #skip(reason: string): void {
    const isRoom = this.#skipped.has(reason) || this.#skipped.size < MOST_REASONS;
    const kept = isRoom ? reason : OTHER_REASONS;
    this.#skipped.set(kept, (this.#skipped.get(kept) ?? 0) + 1);
  }
}
