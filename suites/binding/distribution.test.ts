/** What drawn cases exercise: a rule that hardly any case meets is as good as none. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBindingCase } from '../../generators/binding.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { runBinding } from '../../models/optimized/binding/run.ts';
import { bindingRules } from '../../spec/rules/binding.ts';
import { judgeBinding } from './judge.ts';

const CASES = 4000;

test('each rule is exercised by one case in a thousand at least', () => {
  const counts = new Map<string, number>();
  for (const testCase of fc.sample(anyBindingCase(ownProfiles), { seed: 11, numRuns: CASES })) {
    const { exercised } = judgeBinding(testCase, runBinding(testCase));
    for (const rule of exercised) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  const seldom = bindingRules.filter(({ id }) => (counts.get(id) ?? 0) < CASES / 1000);
  expect(seldom.map(({ id }) => `${id}: ${counts.get(id) ?? 0}`)).toEqual([]);
});
