/** Judges the answer to one request of a stream against what memory and the caches allow. */
import { type Alternative, rulesOf } from '../../models/reference/alternative.ts';
import type {
  GoneOption,
  RequestOption,
  StepExpectation,
} from '../../models/reference/invalidation/expectation.ts';
import type { InvalidationCase, Mismatch, RequestResult, StreamStep } from '../../spec/schema.ts';
import { type Findings, judgeRequest } from '../translation/judge-request.ts';
import { blameRequest } from './blame.ts';
import { completedRows, storesBefore } from './completed-rows.ts';
import type { StreamFindings } from './judge.ts';
import { keptOverSrtp } from './kept-over-srtp.ts';

/** Wrong reports of one stream whose rule is looked for: to find it costs as much as the past is long. */
const MOST_BLAMED = 32;

/** A request of a stream with everything that is known of it. */
export interface RequestStep {
  readonly testCase: InvalidationCase;
  /** Number of the step. */
  readonly index: number;
  readonly step: Extract<StreamStep, { step: 'request' }>;
  readonly options: readonly RequestOption[];
  /** What would be answered from entries that are not to be there. */
  readonly gone: readonly GoneOption[];
  readonly goneBesideHeld: () => readonly GoneOption[];
  readonly result: RequestResult;
}

/** The options that the answer agrees with, or could if it were well reported; none when the unit is lost. */
export function judgeRequestStep(
  asked: Omit<RequestStep, 'options' | 'gone' | 'goneBesideHeld'>,
  expectation: Extract<StepExpectation, { kind: 'request' }>,
  { exercised, mismatches, caches, faults }: StreamFindings,
): readonly RequestOption[] {
  const { result, index, step } = asked;
  const { options } = expectation;
  if (result.outcome === 'unobserved' && result.record === undefined) return options;
  const agreeing = options.filter(({ answer }) => agrees(asked, answer));
  const gone = [...expectation.gone, ...faults.goneFor(step.request, options)];
  const goneBesideHeld = () => expectation.goneBesideHeld;
  const known: RequestStep = { ...asked, options, gone, goneBesideHeld };
  exercise(known, exercised);
  if (agreeing.length === 0) {
    const rightButForReport = wellDone(asked, options);
    if (rightButForReport.length > 0 && mismatches.length >= MOST_BLAMED) return rightButForReport;
    const broken = blameRequest(known);
    for (const { rule } of broken) exercised.add(rule);
    mismatches.push(...broken);
    return broken.every(isOfReport) ? rightButForReport : [];
  }
  caches.add(index, step.request, options, agreeing);
  faults.add(step.request, agreeing);
  return agreeing;
}

/** The options that the answer agrees with, but for how a fault was reported. */
function wellDone(
  asked: Pick<RequestStep, 'testCase' | 'step' | 'result'>,
  options: readonly RequestOption[],
): readonly RequestOption[] {
  const outcome = { ...asked, result: withoutReport(asked.result) };
  return options.filter(({ answer }) => agrees(outcome, answer));
}

/** What is wrong is only how a fault was reported: the unit can be followed on. */
function isOfReport({ rule, aspect }: Mismatch): boolean {
  return (aspect === 'code' || aspect === 'record') && !rule.startsWith('invalidation.');
}

/** A request that was blocked, without code and record. */
export function withoutReport(result: RequestResult): RequestResult {
  return result.outcome === 'blocked' ? { outcome: 'blocked' } : result;
}

/** True when the result is that of `alternative` as far as it was observed. */
export function agrees(
  { testCase, step, result }: Pick<RequestStep, 'testCase' | 'step' | 'result'>,
  alternative: Alternative,
): boolean {
  if (result.outcome !== alternative.outcome && result.outcome !== 'unobserved') return false;
  const seen: Findings = { exercised: new Set(), mismatches: [] };
  judgeRequest(testCase, step.request, false, [alternative], result, seen);
  return seen.mismatches.length === 0;
}

const FRESH = 'invalidation.fresh';
const TORN = 'invalidation.torn';

/** What decided the request, and what an answer from a dropped entry would have shown. */
function exercise(asked: RequestStep, exercised: Set<string>): void {
  const { options, gone } = asked;
  if (asked.result.outcome === 'unobserved') return;
  exercised.add(FRESH);
  if (asked.step.during !== undefined) exercised.add(TORN);
  const [only, ...others] = options;
  if (only !== undefined && others.length === 0) for (const rule of rulesOf(only.answer)) exercised.add(rule);
  const stores = gone.length === 0 ? [] : storesBefore(asked.testCase, asked.index);
  for (const option of gone) {
    const rows = completedRows(asked.testCase, asked.index, stores, option);
    const open = [option.rule, ...rows].filter((rule) => !exercised.has(rule));
    if (open.length > 0 && !agrees(asked, option.answer)) for (const rule of open) exercised.add(rule);
  }
  for (const { witness } of options) {
    for (const entry of witness?.entries ?? []) {
      for (const rule of entry.spared) exercised.add(rule);
      for (const rule of keptOverSrtp(asked.testCase, asked.index, entry)) exercised.add(rule);
    }
  }
}
