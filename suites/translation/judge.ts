/**
 * Judges the answers of area `translation` against everything that the reference allows, request by
 * request. Aspects: `outcome`, a request was let through or blocked wrongly, or answered with a wrong
 * status; `address`, it went elsewhere, or the answer claims too large a page; `permission`; `code`, blocked
 * rightly under a code that no condition which holds has; `record`, the fault was recorded wrongly, or
 * should or should not have been; `memory`, flags in tables.
 */
import { expectationsWithFlags } from '../../models/reference/translation.ts';
import type { Mismatch, Request, TranslationCase, TranslationObservation } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { mayBeCached } from './cached.ts';
import { type Answered, judgeMemory } from './judge-memory.ts';
import { type Findings, judgeRequest } from './judge-request.ts';

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
    const taken =
      expected && judgeRequest(testCase, request, cached, expected.alternatives, result, findings);
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
