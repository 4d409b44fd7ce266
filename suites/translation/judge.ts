/**
 * Judges the answers of area `translation` against everything that the reference allows, request by
 * request. Aspects: `outcome`, a request was let through or blocked wrongly; `address`, it went elsewhere,
 * or the answer claims too large a page; `permission`; `code`, blocked rightly under a code that no
 * condition which holds has; `record`, the fault was recorded wrongly, or should or should not have been.
 */
import type { Alternative, Blocked, Translated } from '../../models/reference/alternative.ts';
import { type Expectation, expectations } from '../../models/reference/translation.ts';
import type {
  Mismatch,
  Request,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { aspectOfCode, blame, ruleOf } from './blame.ts';
import { describe, describeResult, hex } from './describe.ts';
import { judgeRecord, judgeUnobserved } from './judge-record.ts';

type BlockedResult = Extract<RequestResult, { outcome: 'blocked' }>;
type TranslatedResult = Extract<RequestResult, { outcome: 'translated' }>;

/** Collects what one answer showed. */
export interface Findings {
  readonly exercised: Set<string>;
  readonly mismatches: Mismatch[];
}

/** Looks only at what was observed: every field but the outcome may be left out. */
export function judgeTranslation(testCase: TranslationCase, observation: TranslationObservation): Verdict {
  const findings: Findings = { exercised: new Set(), mismatches: [] };
  const { results } = observation;
  const allExpected = expectations(testCase);
  for (const [index, expected] of allExpected.entries()) {
    const request = testCase.requests[index] as Request;
    const result = results[index];
    const cached =
      result?.outcome !== 'translated' &&
      mayBeCached(testCase, allExpected.slice(0, index), results, request);
    if (result === undefined) findings.mismatches.push(unanswered(results.length, testCase.requests.length));
    else judgeRequest(testCase, request, cached, expected, result, findings);
    if (result === undefined) break;
  }
  return { exercised: [...findings.exercised], mismatches: findings.mismatches };
}

function unanswered(answers: number, requests: number): Mismatch {
  const [expected, observed] = [`${requests} results`, `${answers} results`];
  return { rule: 'translation.answers', aspect: 'count', expected, observed };
}

/** The largest page: a translation that should not have been made may be of any size. */
const LARGEST_PAGE_BITS = 30;

/** Whether one of the requests before it left a translation that a cache may still hold (6.2.4). */
function mayBeCached(
  { requests }: TranslationCase,
  before: readonly Expectation[],
  results: readonly RequestResult[],
  { sourceId, address }: Request,
): boolean {
  return before.some((expected, index) => {
    const earlier = requests[index];
    if (earlier?.sourceId !== sourceId || results[index]?.outcome !== 'translated') return false;
    const answer = expected?.find((alternative) => alternative.outcome === 'translated');
    const page = BigInt(answer?.pageBits ?? LARGEST_PAGE_BITS);
    return earlier.address >> page === address >> page;
  });
}

function judgeRequest(
  testCase: TranslationCase,
  request: Request,
  cached: boolean,
  expected: Expectation,
  result: RequestResult,
  findings: Findings,
): void {
  const [first] = expected ?? [];
  if (expected === undefined || first === undefined) return;
  if (result.outcome === 'unobserved') {
    judgeUnobserved(cached, expected, result, findings);
    return;
  }
  const rule = ruleOf(first);
  if (leavesNoChoice(expected)) findings.exercised.add(rule);

  const report = (aspect: 'outcome' | 'code', broken: Alternative): void => {
    const id = blame(testCase, expected, broken, result);
    findings.exercised.add(id);
    const allowed = [...new Set(expected.map(describe))].join(' or ');
    findings.mismatches.push({ rule: id, aspect, expected: allowed, observed: describeResult(result) });
  };
  if (result.outcome === 'translated') {
    const allowed = expected.find((alternative) => alternative.outcome === 'translated');
    if (allowed === undefined) report('outcome', first);
    else judgeTranslated(allowed, result, findings);
    return;
  }
  const allowed = expected.filter((alternative) => alternative.outcome === 'blocked');
  const matching = allowed.filter((alternative) => hasCode(alternative, result));
  const [condition] = allowed;
  if (condition === undefined) report('outcome', first);
  else if (matching.length === 0) report(aspectOfCode(expected, result), condition);
  else judgeRecord(testCase, request, cached, matching, result, findings);
}

/** True when the request is blocked whatever is chosen, or let through. */
function leavesNoChoice(alternatives: readonly Alternative[]): boolean {
  return alternatives.every(({ outcome }) => outcome === alternatives[0]?.outcome);
}

/** The code that the implementation blocked with, if it told, is that of the alternative. */
function hasCode({ condition }: Blocked, result: BlockedResult): boolean {
  const code = result.code ?? result.record?.code;
  return code === undefined || code === condition.code;
}

function judgeTranslated(allowed: Translated, result: TranslatedResult, findings: Findings): void {
  const { exercised, mismatches } = findings;
  const rule = ruleOf(allowed);
  if (result.address !== undefined && result.address !== allowed.address) {
    exercised.add(rule);
    const [expected, observed] = [hex(allowed.address), hex(result.address)];
    mismatches.push({ rule, aspect: 'address', expected, observed });
  }
  if (result.pageBits !== undefined) {
    const size = 'translation.page-size';
    exercised.add(size);
    if (result.pageBits > allowed.pageBits) {
      const [expected, observed] = [`at most ${allowed.pageBits} bits`, `${result.pageBits} bits`];
      mismatches.push({ rule: size, aspect: 'address', expected, observed });
    }
  }
  for (const right of ['read', 'write'] as const) {
    if (result[right] === undefined) continue;
    const permission = 'translation.permission';
    exercised.add(permission);
    if (result[right] !== allowed[right]) {
      const [expected, observed] = [`${right} ${allowed[right]}`, `${right} ${result[right]}`];
      mismatches.push({ rule: permission, aspect: 'permission', expected, observed });
    }
  }
}
