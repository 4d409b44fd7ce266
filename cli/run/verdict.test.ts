import { expect, test } from 'vitest';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import type { AreaResult, Finding, RuleStatus } from '../../spec/schema.ts';
import type { CheckOutcome } from './check.ts';
import { statusOf, worst } from './verdict.ts';

function outcome(status: RuleStatus, findings: readonly Finding[] = []): CheckOutcome {
  const result: AreaResult = {
    area: 'entry',
    claimed: true,
    cases: 1,
    durationMs: 1,
    rules: [{ id: 'SPT.3', exercised: 1, status }],
    findings: [...findings],
  };
  return {
    implementation: { name: 'mine', profile: 'any' },
    seed: 's',
    areas: [{ area: 'entry', result }],
    strayErrors: [],
  };
}
const death = { ...sampleFinding, rule: 'entry.answers', observed: 'crash: segmentation fault' };

test.for([
  ['pass', 0],
  ['not-exercised', 0],
  ['expected-failure', 0],
  ['unexpected-pass', 1],
  ['fail', 1],
] as const)('a rule with status %s gives exit status %i', ([status, expected]) => {
  expect(statusOf(outcome(status))).toBe(expected);
});

test('a may rule never fails a run', () => {
  const remark = { ...sampleFinding, level: 'may', observed: 'crash: in its own words' } as const;
  expect(statusOf(outcome('pass', [remark]))).toBe(0);
});

test('an unexpected pass fails nothing when that is allowed, and all else does', () => {
  const allowed = { allowUnexpectedPass: true };
  expect(statusOf(outcome('unexpected-pass'), allowed)).toBe(0);
  expect(statusOf(outcome('fail'), allowed)).toBe(1);
});

test('an implementation that died or hung gives 3, unless a person wrote down that it does', () => {
  expect(statusOf(outcome('fail', [death]))).toBe(3);
  expect(statusOf(outcome('fail', [{ ...death, observed: 'hang: no answer' }]))).toBe(3);
  const sometimes = {
    rule: 'entry.repeatable',
    observed: 'only sometimes: expected an answer, observed hang: x',
  };
  expect(statusOf(outcome('fail', [{ ...death, ...sometimes }]))).toBe(3);
  expect(statusOf(outcome('expected-failure', [{ ...death, expectedFailure: 'known bug' }]))).toBe(0);
});

test('an answer of the wrong form is a finding, not a death', () => {
  expect(statusOf(outcome('fail', [{ ...death, observed: 'protocol: bad observation' }]))).toBe(1);
});

test('an area without a result, or an error beside the answers, gives 3', () => {
  const good = outcome('pass');
  expect(statusOf({ ...good, areas: [...good.areas, { area: 'translation', problem: 'it died' }] })).toBe(3);
  expect(statusOf({ ...good, strayErrors: ['lost promise'] })).toBe(3);
});

test('an area that is not claimed neither passes nor fails', () => {
  const { areas, ...rest } = outcome('fail');
  const unclaimed = areas.map(({ area, result }) => ({
    area,
    ...(result ? { result: { ...result, claimed: false, rules: [] } } : {}),
  }));
  expect(statusOf({ ...rest, areas: unclaimed })).toBe(0);
});

test('of several checks the worst counts', () => {
  expect(worst([0, 1, 0])).toBe(1);
  expect(worst([1, 3, 0])).toBe(3);
  expect(worst([])).toBe(0);
});
