/**
 * Tries simpler cases for the shrinking of one breach: one by one, or many at a time where the cost of an
 * implementation is the round trip. The answer is the same: the first candidate that shows the breach.
 */
import type { BatchAnswer, Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import type { Area, CaseOf, Mismatch } from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';

/** A bound on executions, not on time: the same seed gives the same result on a slow machine. */
const MAX_EXECUTIONS = 4000;
/**
 * Once what was passed over is asked too, so many in a row that do not show the breach are enough: of 370 shrinks of
 * known bugs in all areas eight got further then, each after 32 at most, and others asked up to 452 for nothing.
 */
const MOST_IN_VAIN = 64;
/** Each hang costs a whole time limit. */
const MAX_HANGS = 6;
/** Candidates asked at once: few at first, since the most drastic one often does. */
const FIRST_BATCH = 4;
const LARGEST_BATCH = 64;

/** True when both break the same rule in the same aspect. */
export function sameBreach(
  a: Pick<Mismatch, 'rule' | 'aspect'>,
  b: Pick<Mismatch, 'rule' | 'aspect'>,
): boolean {
  return a.rule === b.rule && a.aspect === b.aspect;
}

/** What came of the cases that were tried: ways to a simpler case meet. */
export type Tried = Map<string, boolean>;

interface Bounds {
  readonly maxDeaths: number;
  readonly maxExecutions?: number;
  readonly tried?: Tried;
}

/** `isIt`: whether a mismatch is the breach that is being shrunk. */
export class Probe<A extends Area> {
  readonly #suite: AreaSuite<A>;
  readonly #implementation: Implementation;
  readonly #isIt: (mismatch: Mismatch) => boolean;
  readonly #onExecution: () => void;
  readonly #maxDeaths: number;
  readonly #tried: Tried;
  readonly #maxExecutions: number;
  readonly #left = new Set<string>();
  #isHopeless: (testCase: CaseOf[A]) => boolean = never;
  #passedOver = false;
  /** Executions in a row that did not show the breach, since everything is asked. */
  #inVain: number | undefined;
  #executions = 0;
  #hangs = 0;
  #deaths = 0;

  constructor(
    suite: AreaSuite<A>,
    implementation: Implementation,
    isIt: (mismatch: Mismatch) => boolean,
    onExecution: () => void,
    { maxDeaths, maxExecutions = MAX_EXECUTIONS, tried = new Map() }: Bounds,
  ) {
    this.#suite = suite;
    this.#implementation = implementation;
    this.#isIt = isIt;
    this.#onExecution = onExecution;
    this.#maxDeaths = maxDeaths;
    this.#maxExecutions = maxExecutions;
    this.#tried = tried;
  }

  get executions(): number {
    return this.#executions;
  }

  /** Candidates that ended the implementation. */
  get deaths(): number {
    return this.#deaths;
  }

  /** From now on cases that hardly can show the breach are passed over, until `askEverything`. */
  passOver(isHopeless: (testCase: CaseOf[A]) => boolean): void {
    this.#isHopeless = isHopeless;
  }

  /** From now on no case is passed over, for as long as that leads further. False when none was. */
  askEverything(): boolean {
    this.#isHopeless = never;
    this.#inVain = 0;
    return this.#passedOver;
  }

  /**
   * From now on `testCase` counts as one that does not show the breach: a simpler one does. An area whose steps lead
   * back would be followed in a circle for ever, since what was tried before costs no execution.
   */
  leave(testCase: CaseOf[A]): void {
    this.#left.add(toJson(testCase));
  }

  /** True when `testCase` shows the breach; false also when it is passed over, or no more executions are granted. */
  async breaks(testCase: CaseOf[A]): Promise<boolean> {
    const key = toJson(testCase);
    const known = this.#known(key);
    if (known !== undefined) return known;
    if (this.#exhausted() || this.#isPassedOver(testCase)) return false;
    const shows = this.#shows(testCase, await ask(this.#implementation, testCase));
    this.#tried.set(key, shows);
    return shows;
  }

  /** The first of `candidates` that shows the breach, from number `from` on, and its number. */
  async firstBreaking(candidates: Iterable<CaseOf[A]>, from = 0): Promise<Numbered<CaseOf[A]> | undefined> {
    const { runBatch, costlyAlone } = this.#implementation;
    if (runBatch === undefined || !costlyAlone) {
      for (const one of numbered(candidates, from)) {
        if (this.#exhausted()) return undefined;
        if (await this.breaks(one.testCase)) return one;
      }
      return undefined;
    }
    const isLeftOut = (testCase: CaseOf[A]) =>
      this.#known(toJson(testCase)) === false || this.#isPassedOver(testCase);
    for (const batch of batches(numbered(candidates, from, isLeftOut))) {
      if (this.#exhausted()) return undefined;
      const answers = await runBatch(batch.map(({ testCase }) => testCase));
      const shows = batch.map(({ testCase }, at) => {
        const answer = answers[at];
        if (answer === undefined) return false;
        const isShown = this.#shows(testCase, answer);
        this.#tried.set(toJson(testCase), isShown);
        return isShown;
      });
      const first = batch[shows.indexOf(true)];
      if (first !== undefined) return first;
    }
    return undefined;
  }

  #known(key: string): boolean | undefined {
    return this.#left.has(key) ? false : this.#tried.get(key);
  }

  #isPassedOver(testCase: CaseOf[A]): boolean {
    const isHopeless = this.#isHopeless(testCase);
    if (isHopeless) this.#passedOver = true;
    return isHopeless;
  }

  #exhausted(): boolean {
    return (
      this.#executions >= this.#maxExecutions ||
      this.#hangs >= MAX_HANGS ||
      this.#deaths >= this.#maxDeaths ||
      (this.#inVain ?? 0) >= MOST_IN_VAIN
    );
  }

  #shows(testCase: CaseOf[A], answer: BatchAnswer): boolean {
    this.#executions++;
    this.#onExecution();
    // What is found right at a first look breaks nothing.
    const { verdict, failure } = judgeAnswer(this.#suite, testCase, answer, false);
    if (failure?.kind === 'hang') this.#hangs++;
    if (failure?.kind === 'crash') this.#deaths++;
    const isShown = verdict.mismatches.some(this.#isIt);
    if (this.#inVain !== undefined) this.#inVain = isShown ? 0 : this.#inVain + 1;
    return isShown;
  }
}

interface Numbered<C> {
  readonly testCase: C;
  readonly index: number;
}

/** From number `from` on, without those that `isLeftOut` is true of. */
function* numbered<C>(
  candidates: Iterable<C>,
  from: number,
  isLeftOut: (testCase: C) => boolean = never,
): Iterable<Numbered<C>> {
  let index = 0;
  for (const testCase of candidates) {
    if (index >= from && !isLeftOut(testCase)) yield { testCase, index };
    index++;
  }
}

const never = (): boolean => false;

function* batches<C>(candidates: Iterable<C>): Iterable<readonly C[]> {
  let size = FIRST_BATCH;
  let batch: C[] = [];
  for (const candidate of candidates) {
    batch.push(candidate);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = Math.min(size * 2, LARGEST_BATCH);
  }
  if (batch.length > 0) yield batch;
}
