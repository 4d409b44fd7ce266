/** The exit status that a check deserves. */

import { answersRuleId, repeatableRuleId } from '../../spec/rules/answers.ts';
import type { Finding } from '../../spec/schema.ts';
import { type ExitStatus, exitStatus } from '../exit.ts';
import type { CheckOutcome } from './check.ts';

/** 3 when an area gave no result or the implementation died or hung; 1 on surprises; else 0. */
export function statusOf(
  { areas, strayErrors }: CheckOutcome,
  { allowUnexpectedPass = false }: { readonly allowUnexpectedPass?: boolean } = {},
): ExitStatus {
  const results = areas.flatMap(({ result }) => (result ? [result] : []));
  const findings = results.flatMap((result) => result.findings);
  if (results.length < areas.length || strayErrors.length > 0 || findings.some(isDeath)) {
    return exitStatus.implementationFailed;
  }
  const statuses = results.flatMap((result) => result.rules.map(({ status }) => status));
  return statuses.includes('fail') || (statuses.includes('unexpected-pass') && !allowUnexpectedPass)
    ? exitStatus.findings
    : exitStatus.conforms;
}

/** The worst of several: a dead implementation is worse than one with findings. */
export function worst(statuses: readonly ExitStatus[]): ExitStatus {
  return statuses.reduce((found, status) => (status > found ? status : found), exitStatus.conforms);
}

/** An implementation that died or hung, if only sometimes, unless a person wrote down that it does. */
function isDeath({ area, rule, observed, expectedFailure }: Finding): boolean {
  const isOfContract = rule === answersRuleId(area) || rule === repeatableRuleId(area);
  return isOfContract && expectedFailure === undefined && /(^|, observed )(crash|hang): /.test(observed);
}
