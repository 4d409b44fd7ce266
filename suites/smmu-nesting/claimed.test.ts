/** Who says what its virtual SMMU offers is asked for nothing else: in drawn cases, in plain ones, in simpler ones. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { drawCases } from '../../generators/drawing.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { anySmmuNestingCase } from '../../generators/smmu-nesting.ts';
import { simplestProfile } from '../../models/faulty/updates.ts';
import { runSmmuNesting as reference } from '../../models/reference/smmu-nesting/run.ts';
import { asClaimed, claimedSmmuBreaches, isAsClaimed } from '../../spec/claimed-smmu.ts';
import { smmuNestingRules } from '../../spec/rules/smmu-nesting.ts';
import {
  type ClaimedSmmu,
  claimedSmmuSchema,
  type Profile,
  type SmmuNestingCase,
} from '../../spec/schema.ts';
import { judgeSmmuNesting } from './judge.ts';
import { smmuNestingScenes } from './scenes.ts';
import { simplerSmmuNesting } from './simpler.ts';

/** As virtual SMMUs are that put one physical SMMU behind a guest. */
const accelerated: ClaimedSmmu = { stallModel: 1, pri: false, ats: true, units: 1 };
const narrow: ClaimedSmmu = {
  streamIdBits: 8,
  substreamIdBits: 0,
  outputBits: 44,
  twoLevelDescriptors: false,
};

const under = (smmu: ClaimedSmmu): Profile => ({ ...simplestProfile, smmu });
const drawn = (smmu: ClaimedSmmu, runs: number) => drawCases(anySmmuNestingCase([under(smmu)]), 3, runs);
const other = ({ smmu, units }: SmmuNestingCase) => ({ ...smmu, units: units.length });

test.each([accelerated, narrow])('what %o claims is what guests are told', (claimed) => {
  const cases = drawn(claimed, 300);
  for (const testCase of cases)
    expect(other(testCase)).toMatchObject({ ...claimed, units: expect.any(Number) });
  expect(cases.filter(({ units }) => units.length > (claimed.units ?? 2))).toEqual([]);
});

test('what is not claimed is drawn as ever, and without a claim everything is', () => {
  const told = drawn(accelerated, 300).map(({ smmu }) => smmu.substreamIdBits);
  expect(new Set(told)).toEqual(new Set([0, 8, 20]));
  const any = drawCases(anySmmuNestingCase(ownProfiles), 3, 300);
  expect(new Set(any.map(({ smmu }) => smmu.stallModel))).toEqual(new Set([0, 1, 2]));
  expect(new Set(any.map(({ units }) => units.length))).toEqual(new Set([1, 2]));
});

test('each rule can still be told by a unit without stalls, without PRI, with one physical SMMU behind it', () => {
  const exercised = drawn(accelerated, 3000).flatMap(
    (testCase) => judgeSmmuNesting(testCase, reference(testCase)).exercised,
  );
  const binding = smmuNestingRules.filter(({ level }) => level !== 'may');
  expect(binding.map(({ id }) => id).filter((id) => !exercised.includes(id))).toEqual([]);
});

test('scenes and simpler cases keep to the claim', () => {
  for (const claimed of [accelerated, narrow]) {
    const scenes = smmuNestingScenes(under(claimed)).filter((scene) => scene !== undefined);
    expect(scenes.length).toBeGreaterThan(20);
    expect(scenes.filter((scene) => !isAsClaimed(scene))).toEqual([]);
    expect(scenes.some(({ units }) => units.length > 1)).toBe(claimed.units === undefined);
    for (const testCase of drawn(claimed, 5)) {
      expect([...simplerSmmuNesting(testCase)].filter((simpler) => !isAsClaimed(simpler))).toEqual([]);
    }
  }
});

test('a claim is refused that leaves memory beyond OAS, or devices beyond SIDSIZE', () => {
  expect(claimedSmmuBreaches(under(narrow))).toEqual([]);
  expect(claimedSmmuBreaches(under({ outputBits: 32 }))).toEqual([
    'smmu.outputBits = 32 does not reach all of its memory',
  ]);
  expect(v.is(claimedSmmuSchema, { streamIdBits: 8 })).toBe(true);
  expect(v.is(claimedSmmuSchema, { streamIdBits: 7 })).toBe(false);
});

test('a claim takes the place of what a guest was told', () => {
  const [plain] = drawn({}, 1) as [SmmuNestingCase];
  expect(asClaimed(under({}), plain.smmu)).toEqual(plain.smmu);
  expect(asClaimed(under({ stallModel: 2 }), plain.smmu)).toEqual({ ...plain.smmu, stallModel: 2 });
});
