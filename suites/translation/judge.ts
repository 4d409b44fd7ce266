/**
 * Judges the answers of area `translation` against everything that the reference allows, request by
 * request. Aspects: `outcome`, a request was let through or blocked wrongly, or answered with a wrong
 * status; `address`, it went elsewhere, or the answer claims too large a page; `permission`; `code`, blocked
 * rightly under a code that no condition which holds has; `record`, the fault was recorded wrongly, or
 * should or should not have been; `memory`, flags in tables.
 */
import { type Alternative, type Blocked, rulesOf } from '../../models/reference/alternative.ts';
import { type Expected, expectationsWithFlags } from '../../models/reference/translation.ts';
import type {
  Mismatch,
  Request,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { aspectOfCode, blame } from './blame.ts';
import { mayBeCached } from './cached.ts';
import { describe, describeResult } from './describe.ts';
import { type Answered, judgeMemory } from './judge-memory.ts';
import { judgeRecord, judgeUnobserved } from './judge-record.ts';
import { judgeTranslated } from './judge-translated.ts';

type BlockedResult = Extract<RequestResult, { outcome: 'blocked' }>;

/** Collects what one answer showed. */
export interface Findings {
  readonly exercised: Set<string>;
  readonly mismatches: Mismatch[];
}

/** Looks only at what was observed: every field but the outcome may be left out. */
export function judgeTranslation(testCase: TranslationCase, observation: TranslationObservation): Verdict {
  const findings: Findings = { exercised: new Set(), mismatches: [] };
  const { results, memory } = observation;
  const answered: Answered[] = [];
  const allExpected = expectationsWithFlags(testCase);
  for (const [index, expected] of allExpected.entries()) {
    const request = testCase.requests[index] as Request;
    const result = results[index];
    if (result === undefined) {
      findings.mismatches.push(unanswered(results.length, testCase.requests.length));
      break;
    }
    const cached =
      result.outcome !== 'translated' && mayBeCached(testCase, allExpected.slice(0, index), results, request);
    const taken = expected && judgeRequest(testCase, request, cached, expected, result, findings);
    answered.push({ expected, taken: taken ?? [] });
  }
  if (memory !== undefined && answered.length === testCase.requests.length) {
    judgeMemory(testCase, answered, memory, findings);
  }
  return { exercised: [...findings.exercised], mismatches: findings.mismatches };
}

function unanswered(answers: number, requests: number): Mismatch {
  const [expected, observed] = [`${requests} results`, `${answers} results`];
  return { rule: 'translation.answers', aspect: 'count', expected, observed };
}

/** The alternatives that the answer agrees with. */
function judgeRequest(
  testCase: TranslationCase,
  request: Request,
  cached: boolean,
  { alternatives }: Expected,
  result: RequestResult,
  findings: Findings,
): readonly Alternative[] {
  const [first] = alternatives;
  if (first === undefined) return alternatives;
  if (result.outcome === 'unobserved') {
    judgeUnobserved(cached, alternatives, result, findings);
    return alternatives;
  }
  if (leavesNoChoice(alternatives)) for (const shown of rulesOf(first)) findings.exercised.add(shown);

  const report = (aspect: 'outcome' | 'code', broken: Alternative): readonly Alternative[] => {
    const rule = blame(testCase, alternatives, broken, result);
    findings.exercised.add(rule);
    const allowed = [...new Set(alternatives.map(describe))].join(' or ');
    findings.mismatches.push({ rule, aspect, expected: allowed, observed: describeResult(result) });
    return [];
  };
  switch (result.outcome) {
    case 'queued': {
      const queued = alternatives.filter(({ outcome }) => outcome === 'queued');
      return queued.length === 0 ? report('outcome', first) : queued;
    }
    case 'translated': {
      const allowed = alternatives.filter((alternative) => alternative.outcome === 'translated');
      return allowed.length === 0
        ? report('outcome', first)
        : judgeTranslated(request, allowed, result, findings);
    }
    case 'blocked': {
      const allowed = alternatives.filter((alternative) => alternative.outcome === 'blocked');
      const named = allowed.filter((alternative) => hasCode(alternative, result));
      const matching = named.filter((alternative) => hasStatus(alternative, result));
      const [condition] = allowed;
      if (condition === undefined) return report('outcome', first);
      if (named.length === 0) return report(aspectOfCode(alternatives, result), condition);
      if (matching.length === 0) return report('outcome', condition);
      judgeRecord(testCase, request, cached, matching, result, findings);
      return matching;
    }
  }
}

/** True when the request is blocked whatever is chosen, or let through. */
function leavesNoChoice(alternatives: readonly Alternative[]): boolean {
  return alternatives.every(({ outcome }) => outcome === alternatives[0]?.outcome);
}

/** The code that the implementation blocked with, if it told, is that of the alternative. */
function hasCode({ condition }: Blocked, result: BlockedResult): boolean {
  const code = result.code ?? result.record?.code;
  return code === undefined || condition === undefined || code === condition.code;
}

function hasStatus({ status }: Blocked, result: BlockedResult): boolean {
  return status === undefined || result.status === undefined || result.status === status;
}
