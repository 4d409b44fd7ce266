/**
 * One request against everything that may be answered to it: which of the alternatives agree, and what is
 * broken when none does. Areas `translation` and `invalidation` compare alike.
 */
import { type Alternative, type Blocked, rulesOf } from '../../models/reference/alternative.ts';
import type { Mismatch, Profile, Request, RequestResult } from '../../spec/schema.ts';
import { aspectOfCode, blame } from './blame.ts';
import { describe, describeResult } from './describe.ts';
import { judgeRecord, judgeUnobserved } from './judge-record.ts';
import { judgeTranslated } from './judge-translated.ts';

type BlockedResult = Extract<RequestResult, { outcome: 'blocked' }>;

/** Collects what one answer showed. */
export interface Findings {
  readonly exercised: Set<string>;
  readonly mismatches: Mismatch[];
}

/** What a request is answered by. */
export interface Ground {
  readonly profile: Profile;
  /** RTADDR_REG as latched. */
  readonly rtaddr: bigint;
}

/**
 * The alternatives that the answer agrees with; none when a mismatch is reported. `cached` tells whether a
 * translation cache may hold what the request met.
 */
export function judgeRequest(
  ground: Ground,
  request: Request,
  cached: boolean,
  alternatives: readonly Alternative[],
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
    const rule = blame(ground, alternatives, broken, result);
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
      judgeRecord(ground, request, cached, matching, result, findings);
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
