/**
 * The search: asks the cases that are given, then draws more in chunks, judges the answers, counts what each
 * rule decided, and goes on past a breach. Each (rule, aspect) is shrunk once, on its first case. The same seed
 * draws the same cases on any machine; only `timeMs` depends on the clock, and then only in how many are drawn.
 */
import type { Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { contractRules } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, Case, CaseOf, ExpectedFailure, Finding, Profile } from '../../spec/schema.ts';
import type { Account } from './account.ts';
import type { AreaSuite } from './area-suite.ts';
import { accountsOf } from './asking.ts';
import { Deal } from './deal.ts';
import { CHUNK, type Drawing, drawnChunks } from './drawn-chunks.ts';
import { ShrinkingToll } from './giving-up.ts';
import { type Helpers, inTurn, noHelpers } from './in-turn.ts';
import { offeredProfile } from './offered-profile.ts';
import { Pace } from './pace.ts';
import { ruleResults } from './rule-results.ts';
import { Tally } from './tally.ts';

export interface SearchOptions {
  readonly seed: string;
  /** Stored cases, asked before anything is drawn; those of other areas are left out. */
  readonly given?: readonly Case[];
  /** Cases to draw, beside the given ones; with `timeMs` the least number. 0: none are drawn. */
  readonly runs: number;
  /** Goes on drawing until so many milliseconds have passed. */
  readonly timeMs?: number;
  /** The profiles to draw under. */
  readonly profiles: readonly Profile[];
  /** Breaches that a person judged and gave a reason for. */
  readonly expectedFailures?: readonly ExpectedFailure[];
  /** Told now and then, while a finding is being shrunk too, and at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Told of each finding as soon as it is shrunk. */
  readonly onFinding?: (finding: Finding) => void;
  /**
   * A rule is counted until each was, chunk by chunk, and then what looks right at first is judged no further: who asks
   * what is wrong, and whether every rule was exercised, is told the same.
   */
  readonly countsOnce?: boolean;
  /** Starts what asks other chunks of the search; calls `alive` now and then. Left out: nobody does. */
  readonly helpers?: <A extends Area>(deal: Deal, drawing: Drawing, alive: () => void) => Helpers<A>;
  /** When it is aborted, the search ends with what it has. */
  readonly signal?: AbortSignal;
}

export interface Progress {
  readonly area: Area;
  readonly cases: number;
  readonly rulesExercised: number;
  readonly rulesKnown: number;
  /** Breaches of binding rules, expected ones included. */
  readonly findings: number;
}

/** What is told before the first case is judged. */
export function nothingYet(area: Area): Progress {
  return { area, cases: 0, rulesExercised: 0, rulesKnown: 0, findings: 0 };
}

/** Why a stored case is not asked. */
const FOREIGN = 'a stored case whose profile the implementation does not offer';
/** Between two signs of life: each is a message to another thread. */
const PROGRESS_EVERY_MS = 100;

/**
 * Asks and judges the given cases of one area and `options.runs` that are drawn; breaches come back as shrunk
 * findings.
 */
export async function search<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  options: SearchOptions,
): Promise<AreaResult> {
  const { seed, runs, timeMs, profiles } = options;
  const started = performance.now();
  const arbitrary = suite.arbitrary(profiles);
  const rules = [...suite.rules, ...contractRules(suite.area)];
  const expectedFailures = (options.expectedFailures ?? []).filter(({ area }) => area === suite.area);
  let told = Number.NEGATIVE_INFINITY;
  const tell = () => {
    told = performance.now();
    options.onProgress?.({
      area: suite.area,
      cases: tally.cases,
      rulesExercised: rules.filter((rule) => tally.exercised.has(rule.id)).length,
      rulesKnown: rules.length,
      findings: tally.findings.filter(({ level }) => level !== 'may').length,
    });
  };
  const tellNowAndThen = () => {
    if (performance.now() - told > PROGRESS_EVERY_MS) tell();
  };
  const ground = {
    ...{ suite, implementation, arbitrary, profiles, seed, expectedFailures, onExecution: tellNowAndThen },
    onFinding: options.onFinding,
    toll: new ShrinkingToll(),
  };
  const tally = new Tally(ground);
  const isOver = () => tally.givenUp !== undefined || options.signal?.aborted === true;
  const countable = suite.rules.filter(({ unreachable }) => unreachable === undefined);
  const isCounted = () => options.countsOnce === true && countable.every(({ id }) => tally.exercised.has(id));
  const asking = { suite, implementation, pace: new Pace(implementation), alive: tellNowAndThen, isCounted };
  const add = async (accounts: AsyncIterable<Account<A>>) => {
    for await (const account of accounts) {
      await tally.add(account);
      if (isOver()) return;
    }
  };
  const ofArea = (options.given ?? []).filter(
    (testCase): testCase is CaseOf[A] => testCase.area === suite.area,
  );
  const { given = [], foreign = [] } = Object.groupBy(ofArea, offering(implementation));
  tally.passOver(FOREIGN, foreign.length);
  const originOf = (testCase: CaseOf[A]) => ({ given: testCase });
  for (let at = 0; at < given.length && !isOver(); at += CHUNK) {
    const cases = given.slice(at, at + CHUNK);
    await add(accountsOf(asking, { cases, originOf, before: foreign.length + at }));
  }
  if (!isOver()) {
    const drawing = {
      seed,
      runs: timeMs === undefined ? runs : Number.POSITIVE_INFINITY,
      before: tally.cases,
    };
    const chunks = drawnChunks(suite.area, arbitrary, drawing);
    const deal = new Deal();
    const atLeast = Math.ceil(runs / CHUNK);
    if (timeMs === undefined) deal.endAt(atLeast);
    const isLate = () =>
      timeMs !== undefined && deal.taken >= atLeast && performance.now() - started >= timeMs;
    const helpers: Helpers<A> = options.helpers?.(deal, drawing, tellNowAndThen) ?? noHelpers;
    await add(inTurn(deal, (chunk) => accountsOf(asking, chunks(chunk)), helpers, isLate));
  }
  tell();
  const { skipped, givenUp } = tally;
  return {
    area: suite.area,
    claimed: true,
    cases: tally.cases,
    durationMs: performance.now() - started,
    spentMs: tally.spending.result,
    ...(skipped.length > 0 ? { skipped: [...skipped] } : {}),
    ...(givenUp === undefined ? {} : { givenUp }),
    rules: ruleResults(rules, tally.exercised, tally.findings, expectedFailures, tally.renamed),
    findings: [...tally.findings],
    ...tally.facts.result(),
    ...tally.interleaved.result(),
  };
}

/** Tells stored cases of units that the implementation claims to be from others, which it may answer otherwise. */
function offering(implementation: Implementation): (testCase: Case) => 'given' | 'foreign' {
  // Cases have a profile each; to compare it with all that are offered takes longer than to ask the case.
  const known = new Map<string, 'given' | 'foreign'>();
  return ({ profile }) => {
    const key = toJson(profile);
    const found = known.get(key) ?? (offeredProfile(implementation, profile) ? 'given' : 'foreign');
    known.set(key, found);
    return found;
  };
}
