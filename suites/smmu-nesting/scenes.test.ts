/** Plain guests: both models are right about each, and between them they are about what bugs break first. */
import { describe, expect, test } from 'vitest';
import { simplestProfile } from '../../models/faulty/updates.ts';
import { runSmmuNesting as optimized } from '../../models/optimized/smmu-nesting/run.ts';
import { runSmmuNesting as reference } from '../../models/reference/smmu-nesting/run.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { judgeSmmuNesting } from './judge.ts';
import { smmuNestingScenes } from './scenes.ts';

const scenes = smmuNestingScenes(simplestProfile).filter((scene) => scene !== undefined);

describe.each(scenes.map((scene, index) => [index, scene] as const))('scene %i', (_, scene) => {
  test.each([reference, optimized])('%s is right about it', (run) => {
    const { mismatches } = judgeSmmuNesting(scene, run(scene));
    expect(mismatches.filter(({ rule }) => ruleOf(rule)?.level !== 'may')).toEqual([]);
  });
});

test.each(['stream', 'event', 'forward', 'convert', 'queue', 'table', 'failure'])(
  'rules of %s are exercised by one',
  (family) => {
    const exercised = scenes.flatMap((scene) => judgeSmmuNesting(scene, reference(scene)).exercised);
    expect(exercised.filter((rule) => rule.startsWith(`smmu-nesting.${family}`))).not.toEqual([]);
  },
);

test('without memory there is none', () => {
  expect(smmuNestingScenes({ ...simplestProfile, backed: [] })).not.toContainEqual(expect.anything());
});
