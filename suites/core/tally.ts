/** What a search has seen so far: cases, what each rule decided, what was passed over, and the findings. */
import { answersRuleId, repeatableRuleId, sameAnswerRuleId } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, CaseOf, Finding, Mismatch } from '../../spec/schema.ts';
import { type Account, type Broken, MOST_FOLLOWED } from './account.ts';
import { bitsThatMatter } from './bits-that-matter.ts';
import { countOne } from './count.ts';
import { expectationOf } from './expectation.ts';
import { FactCounts } from './fact-counts.ts';
import { findingOf, type SearchGround } from './finding.ts';
import { Patience } from './giving-up.ts';
import { InterleavedSum } from './interleaved-sum.ts';
import { sameBreach } from './probe.ts';
import { binding, isAboutChance, repeatBreach } from './repeat.ts';
import { Spending } from './spending.ts';

/** Reasons for passing over that are told apart; a stranger could give another one for each case. */
const MOST_REASONS = 8;
const OTHER_REASONS = 'other reasons';

export class Tally<A extends Area> {
  cases = 0;
  readonly exercised = new Map<string, number>();
  readonly findings: Finding[] = [];
  readonly facts = new FactCounts();
  readonly interleaved = new InterleavedSum();
  readonly spending = new Spending();
  /** Rules of which a breach turned into one of another rule. */
  readonly renamed = new Set<string>();
  readonly #ground: SearchGround<A>;
  readonly #known: Mismatch[] = [];
  readonly #turned = new Map<string, number>();
  readonly #skipped = new Map<string, number>();
  readonly #patience: Patience;

  constructor(ground: SearchGround<A>) {
    this.#ground = ground;
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

  /** Adds up what the next cases showed, and writes up what is new in it. */
  async add(account: Account<A>): Promise<void> {
    const before = this.cases;
    this.cases += account.cases;
    this.#patience.saw(account.failure);
    for (const [reason, cases] of account.skipped) this.#skip(reason, cases);
    for (const [rule, cases] of account.exercised) countOne(this.exercised, rule, cases);
    this.facts.addAll(account.facts);
    this.interleaved.addAll(account.interleaved);
    this.spending.add(account.spentMs);
    for (const one of account.broken) await this.#follow(one, before + one.place);
  }

  /** Counts cases that nobody was asked. */
  passOver(reason: string, cases: number): void {
    this.cases += cases;
    this.#skip(reason, cases);
  }

  #skip(reason: string, cases: number): void {
    if (cases === 0) return;
    const isRoom = this.#skipped.has(reason) || this.#skipped.size < MOST_REASONS;
    countOne(this.#skipped, isRoom ? reason : OTHER_REASONS, cases);
  }

  async #follow(broken: Broken<A>, afterCases: number): Promise<void> {
    const { wavers, judged } = broken;
    if (wavers !== undefined) await this.#writeUp(wavers, broken, afterCases);
    // What comes by chance is named as that alone.
    if (wavers?.rule === repeatableRuleId(this.#ground.suite.area)) return;
    for (const mismatch of judged.verdict.mismatches) {
      if (this.#isKnown(mismatch)) continue;
      await this.#writeUp(await this.#believed(mismatch, broken), broken, afterCases);
    }
  }

  /** `mismatch`, or what is to be said of it when it does not come every time. */
  async #believed(mismatch: Mismatch, { testCase, judged }: Broken<A>): Promise<Mismatch> {
    const { suite, implementation } = this.#ground;
    const isSettled =
      judged.failure !== undefined ||
      implementation.isRecorded === true ||
      isAboutChance(suite.area, mismatch.rule) ||
      expectationOf(this.#ground, mismatch) !== undefined;
    if (isSettled) return mismatch;
    for (const rule of [repeatableRuleId(suite.area), sameAnswerRuleId(suite.area)]) {
      countOne(this.exercised, rule);
    }
    return (await repeatBreach(suite, implementation, testCase, mismatch)) ?? mismatch;
  }

  async #writeUp(mismatch: Mismatch, broken: Broken<A>, afterCases: number): Promise<void> {
    if (this.#isKnown(mismatch)) return;
    const shrunk = await findingOf(this.#ground, { ...broken, mismatch, afterCases });
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
    const turned = countOne(this.#turned, `${rule}/${aspect}`);
    const { suite } = this.#ground;
    const isOfChance = isAboutChance(suite.area, shrunk.rule);
    if (shrunk.rule !== rule && !isOfChance && binding(suite, [mismatch]).length > 0) this.renamed.add(rule);
    const isFinal = sameBreach(mismatch, shrunk) || isOfChance;
    if (isFinal || turned >= MOST_FOLLOWED) this.#known.push(mismatch);
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
}
