/** Simpler cases are cases, and hold no more than the one that they come from. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownProfiles } from '../../generators/profiles.ts';
import { anySmmuNestingCase } from '../../generators/smmu-nesting.ts';
import { caseProblem } from '../../spec/case-form.ts';
import type { SmmuNestingCase } from '../../spec/schema.ts';
import {
  acknowledge,
  cfgiSte,
  commands,
  entryAt,
  on,
  plug,
  smmuCase,
  stage1,
  store,
  sync,
  tlbiNsnh,
} from './hand-made.fixture.ts';
import { simplerSmmuNesting } from './simpler.ts';

const drawn = fc.sample(anySmmuNestingCase(ownProfiles), { seed: 7, numRuns: 12 });

function sizeOf({ steps, devices, units, failing }: SmmuNestingCase): number {
  const commandsOf = (step: SmmuNestingCase['steps'][number]) =>
    (step.step === 'commands' || step.step === 'acknowledge') && step.commands ? step.commands.length : 0;
  const all = steps.reduce((sum, step) => sum + 1 + commandsOf(step), 0);
  return all + devices.length + units.length + failing.length;
}

test('a simpler case is another case, under the same profile, with no more in it', () => {
  for (const testCase of drawn) {
    const candidates = [...simplerSmmuNesting(testCase)];
    expect(candidates.flatMap((simpler) => caseProblem(simpler) ?? [])).toEqual([]);
    expect(new Set(candidates.map(({ profile }) => profile))).toEqual(new Set([testCase.profile]));
    expect(candidates.filter((simpler) => sizeOf(simpler) > sizeOf(testCase))).toEqual([]);
    expect(candidates.filter((simpler) => isDeepStrictEqual(simpler, testCase))).toEqual([]);
  }
});

test('steps come together, and earlier', () => {
  const memory = [{ address: entryAt(0), words: stage1(0n) }];
  const written = store(entryAt(0), stage1(0x80n));
  const testCase = smmuCase({
    memory,
    steps: [plug(0), on, written, commands(cfgiSte(0)), commands(sync), acknowledge(tlbiNsnh)],
  });
  const all = [...simplerSmmuNesting(testCase)];
  const steps = (...expected: SmmuNestingCase['steps']) =>
    all.some((one) => JSON.stringify(one.steps, text) === JSON.stringify(expected, text));
  const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  const [, , , ...rest] = testCase.steps;
  expect(steps(on, plug(0), written, ...rest)).toBe(true);
  expect(steps(plug(0), on, written, commands(cfgiSte(0), sync), acknowledge(tlbiNsnh))).toBe(true);
  expect(steps(plug(0), on, written, ...rest.slice(0, 2), commands(tlbiNsnh))).toBe(true);
  const unwritten = all.find(({ memory: [first] }) => first?.words[0] === 0x8bn);
  expect(unwritten?.steps).toEqual([plug(0), on, ...rest]);
});
