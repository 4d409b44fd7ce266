import { describe, expect, test } from 'vitest';
import type { AreaResult, Finding, Result } from '../../spec/schema.ts';
import { plain } from '../palette.ts';
import { sampleFinding } from '../sample.fixture.ts';
import { resultDiff } from './result-diff.ts';
import { resultDiffLines } from './result-diff-lines.ts';

const finding = (rule: string, changes: Partial<Finding> = {}): Finding => ({
  ...sampleFinding,
  id: `${rule}/outcome/00000000`,
  rule,
  ...changes,
});

/** A result of area `entry` with rules SPT.1 to SPT.3 exercised, but for `unexercised`. */
function result(
  findings: readonly Finding[],
  changes: Partial<AreaResult> = {},
  unexercised: readonly string[] = [],
): Result {
  const rules = ['SPT.1', 'SPT.2', 'SPT.3'].map((id) => ({
    id,
    exercised: unexercised.includes(id) ? 0 : 9,
    status: 'pass' as const,
  }));
  const area: AreaResult = {
    area: 'entry',
    claimed: true,
    cases: 100,
    durationMs: 1,
    rules,
    findings: [...findings],
    ...changes,
  };
  return { version: 1, implementation: { name: 'mine', profile: 'any' }, seed: 'a', areas: [area] };
}
const failures = (before: Result, after: Result) =>
  resultDiff(before, after).areas.flatMap((area) =>
    area.failures.map(({ change, rule, sameForm }) => [change, rule, sameForm]),
  );

describe('what changed', () => {
  test('a breach that was not there is newly failing, and makes the second result worse', () => {
    const diff = resultDiff(result([]), result([finding('SPT.3')]));
    expect(diff).toMatchObject({
      isWorse: true,
      areas: [{ failures: [{ change: 'newly-failing', rule: 'SPT.3' }] }],
    });
  });

  test('one that goes on failing is told with whether the smallest case is the same', () => {
    const other = finding('SPT.3', { id: 'SPT.3/outcome/11111111' });
    expect(failures(result([finding('SPT.3')]), result([finding('SPT.3')]))).toEqual([
      ['still-failing', 'SPT.3', true],
    ]);
    expect(failures(result([finding('SPT.3')]), result([other]))).toEqual([
      ['still-failing', 'SPT.3', false],
    ]);
    const known = finding('SPT.3', { expectedFailure: 'known since long' });
    expect(failures(result([finding('SPT.3')]), result([known]))).toEqual([
      ['still-failing', 'SPT.3', undefined],
    ]);
  });

  test('another aspect of a rule is another breach', () => {
    const code = finding('SPT.3', { aspect: 'code' });
    expect(failures(result([finding('SPT.3')]), result([code]))).toEqual([
      ['newly-failing', 'SPT.3', undefined],
      ['fixed', 'SPT.3', undefined],
    ]);
  });

  test('what fails no more is fixed only if cases depended on its rule', () => {
    const before = result([finding('SPT.3')]);
    expect(failures(before, result([]))).toEqual([['fixed', 'SPT.3', undefined]]);
    expect(failures(before, result([], {}, ['SPT.3']))).toEqual([['unseen', 'SPT.3', undefined]]);
    expect(failures(before, { ...before, areas: [] })).toEqual([['unseen', 'SPT.3', undefined]]);
    expect(resultDiff(before, result([], {}, ['SPT.3'])).isWorse).toBe(false);
  });

  test('rules that are newly exercised, and that no case depends on any more', () => {
    const [area] = resultDiff(result([], {}, ['SPT.1']), result([], {}, ['SPT.2'])).areas;
    expect(area?.exercised).toEqual({ newly: ['SPT.1'], noLonger: ['SPT.2'] });
  });

  test('remarks and new failures that somebody expects make nothing worse', () => {
    const remark = finding('entry.same-answer', { level: 'may' });
    const diff = resultDiff(
      result([]),
      result([remark, finding('SPT.3', { expectedFailure: 'known since long' })]),
    );
    expect(diff.isWorse).toBe(false);
    expect(diff.areas[0]?.remarks.appeared).toEqual([remark]);
  });

  test('an area that has no result any more is worse, a new one is not', () => {
    const none: Result = { ...result([]), areas: [] };
    expect(resultDiff(result([]), none).isWorse).toBe(true);
    expect(resultDiff(result([]), result([], { claimed: false, rules: [] })).isWorse).toBe(true);
    expect(resultDiff(none, result([])).isWorse).toBe(false);
  });

  test('a fact that one shows and the other had chances enough to show', () => {
    const facts = (seen: number, chances: number) => ({ facts: [{ fact: 'entry is kept', seen, chances }] });
    const diff = (chances: number) =>
      resultDiff(result([], facts(3, 9)), result([], facts(0, chances))).areas[0]?.facts;
    expect(diff(8)).toHaveLength(1);
    expect(diff(7)).toEqual([]);
  });

  test('other seeds, other numbers of cases and other profiles are warned of', () => {
    const { warnings } = resultDiff(result([]), {
      ...result([], { cases: 7 }),
      seed: 'b',
      implementation: { name: 'mine', profile: [sampleFinding.case.profile] },
    });
    expect(warnings.map((warning) => warning.split('(')[0])).toEqual([
      'the seeds differ ',
      'the numbers of cases differ ',
      'the profiles differ: other cases were drawn, and the same rule may ask for something else',
    ]);
    expect(resultDiff(result([]), result([])).warnings).toEqual([]);
  });
});

describe('on a terminal', () => {
  test('what got worse stands first, with its rule and what was seen', () => {
    const lines = resultDiffLines(resultDiff(result([finding('SPT.2')]), result([finding('SPT.3')])), plain);
    const text = lines.join('\n');
    expect(text).toMatch(
      /newly failing \(1\)\n {4}SPT\.3\/outcome {2}must\n {6}A present .*\n {6}expected fault 0x5a/,
    );
    expect(text.indexOf('newly failing')).toBeLessThan(text.indexOf('fixed (1)'));
    expect(lines.at(-1)).toBe('worse than before');
  });

  test('a stranger gets no control character through', () => {
    const evil = '\u001b[2J';
    const stranger: Result = {
      ...result([finding(`SPT${evil}`, { expected: evil, observed: evil })], {}, []),
      seed: evil,
      implementation: { name: evil, version: evil, profile: 'any' },
    };
    for (const [before, after] of [
      [result([]), stranger],
      [stranger, result([])],
    ] as const) {
      expect(resultDiffLines(resultDiff(before, after), plain).join('\n')).not.toContain('\u001b');
    }
  });
});
