/** The status of every rule of an area after a search: not exercised is not a pass. */
import type { Rule } from '../../spec/rule.ts';
import type { AreaResult, ExpectedFailure, Finding, RuleStatus } from '../../spec/schema.ts';

type RuleResult = AreaResult['rules'][number];

/**
 * One line a rule, those that a judge named beside the area's own included. `expectedFailures` are those of
 * this area: one that did not happen although its rule was exercised is an unexpected pass, unless it is
 * seldom, so that a list of known failures stays true. `renamed` are rules of which a breach was told under another.
 */
export function ruleResults(
  rules: readonly Rule[],
  exercised: ReadonlyMap<string, number>,
  findings: readonly Finding[],
  expectedFailures: readonly ExpectedFailure[],
  renamed: ReadonlySet<string>,
): RuleResult[] {
  const named = [...exercised.keys(), ...findings.map(({ rule }) => rule)];
  return [...new Set([...rules.map(({ id }) => id), ...named])].map((id) => {
    const count = exercised.get(id) ?? 0;
    const ofRule = findings.filter((finding) => finding.rule === id);
    const stale = staleExpectations(expectedFailures, ofRule, id);
    const one = { id, exercised: count, status: status(ofRule, stale.length > 0, count) };
    return one.status === 'pass' && renamed.has(id) ? { ...one, renamed: true } : one;
  });
}

/** The expected failures of rule `id` that are not among `findings`. */
function staleExpectations(
  expectedFailures: readonly ExpectedFailure[],
  findings: readonly Finding[],
  id: string,
): readonly ExpectedFailure[] {
  return expectedFailures.filter(
    (entry) =>
      entry.seldom !== true &&
      entry.rule === id &&
      !findings.some((finding) => finding.aspect === entry.aspect),
  );
}

function status(findings: readonly Finding[], stale: boolean, exercised: number): RuleStatus {
  const failing = findings.filter((finding) => finding.level !== 'may');
  if (failing.some((finding) => finding.expectedFailure === undefined)) return 'fail';
  if (exercised === 0 && failing.length === 0) return 'not-exercised';
  if (stale) return 'unexpected-pass';
  return failing.length > 0 ? 'expected-failure' : 'pass';
}
