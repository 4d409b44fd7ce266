/** What a search has seen so far: cases, what each rule decided, what was passed over, and the findings. */
import type { BatchAnswer } from '../../spec/implementation.ts';
import { answersRuleId, repeatableRuleId, sameAnswerRuleId } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, CaseOf, Finding, Mismatch } from '../../spec/schema.ts';
import { type Judged, judgeAnswer } from './answer.ts';
import { type Breach, expectationOf, findingOf, type SearchGround } from './finding.ts';
import { sameBreach } from './probe.ts';
import { isAboutChance, isSampled, repeatBreach, repeatSampled } from './repeat.ts';
import type { DrawnAt } from './shrink.ts';

/** Reasons for passing over that are told apart; a stranger could give another one for each case. */
const MOST_REASONS = 8;
const OTHER_REASONS = 'other reasons';

export class Tally<A extends Area> {
  cases = 0;
  hangs = 0;
  readonly exercised = new Map<string, number>();
  readonly findings: Finding[] = [];
  readonly #ground: SearchGround<A>;
  readonly #known: Mismatch[] = [];
  readonly #skipped = new Map<string, number>();

  constructor(ground: SearchGround<A>) {
    this.#ground = ground;
  }

  get skipped(): NonNullable<AreaResult['skipped']> {
    return [...this.#skipped].map(([reason, cases]) => ({ reason, cases }));
  }

  /** Judges one answer. Returns a promise when there is more to ask: a breach, or a case of the sample. */
  add(drawn: DrawnAt, testCase: CaseOf[A], answer: BatchAnswer): Promise<void> | undefined {
    const { area } = this.#ground.suite;
    const judged = judgeAnswer(this.#ground.suite, testCase, answer);
    const { verdict, failure, skip } = judged;
    this.cases++;
    if (failure?.kind === 'hang') this.hangs++;
    if (skip !== undefined) {
      this.#skip(skip);
      return undefined;
    }
    this.#count(answersRuleId(area));
    for (const rule of verdict.exercised) this.#count(rule);
    const isNews = verdict.mismatches.some((mismatch) => !this.#isKnown(mismatch));
    const isAskedAgain = failure === undefined && isSampled(drawn.index);
    return isNews || isAskedAgain ? this.#follow(drawn, testCase, judged, isAskedAgain) : undefined;
  }

  async #follow(drawn: DrawnAt, testCase: CaseOf[A], judged: Judged, isAskedAgain: boolean): Promise<void> {
    const { suite, implementation } = this.#ground;
    if (isAskedAgain) {
      this.#countRepeat();
      const mismatch = await repeatSampled(suite, implementation, testCase, judged);
      if (mismatch !== undefined) await this.#writeUp(mismatch, drawn, judged);
      // What comes by chance is named as that alone.
      if (mismatch?.rule === repeatableRuleId(suite.area)) return;
    }
    for (const mismatch of judged.verdict.mismatches) {
      if (this.#isKnown(mismatch)) continue;
      await this.#writeUp(await this.#believed(mismatch, testCase, judged), drawn, judged);
    }
  }

  /** `mismatch`, or what is to be said of it when it does not come every time. */
  async #believed(mismatch: Mismatch, testCase: CaseOf[A], { failure }: Judged): Promise<Mismatch> {
    const { suite, implementation } = this.#ground;
    const isSettled =
      failure !== undefined ||
      isAboutChance(suite.area, mismatch.rule) ||
      expectationOf(this.#ground, mismatch) !== undefined;
    if (isSettled) return mismatch;
    this.#countRepeat();
    return (await repeatBreach(suite, implementation, testCase, mismatch)) ?? mismatch;
  }

  async #writeUp(mismatch: Mismatch, drawn: DrawnAt, judged: Judged): Promise<void> {
    if (this.#isKnown(mismatch)) return;
    const breach: Breach = { mismatch, drawn, judged, afterCases: this.cases };
    this.#known.push(mismatch);
    const finding = await findingOf(this.#ground, breach);
    // It may have turned into one that is known while it was looked at.
    if (this.findings.some((other) => sameBreach(other, finding))) return;
    if (!this.#isKnown(finding)) this.#known.push(finding);
    this.findings.push(finding);
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
