import { expect, test } from 'vitest';
import { bindingProfiles } from '../../generators/binding.ts';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { caseProblem } from '../../spec/case-form.ts';
import { bindingRules } from '../../spec/rules/binding.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import { bindingScenes } from './scenes.ts';
import { bindingSuite } from './suite.ts';

/** Some that have what the others lack. */
const profiles = bindingProfiles(profilePool).filter((_, index) => index % 3 === 2);
const scenes = profiles.map(bindingScenes);

test('every profile has as many scenes, of the same steps in the same places', () => {
  const steps = scenes[0]?.map((_, index) => scenes.find((of) => of[index] !== undefined)?.[index]?.steps);
  for (const of of scenes) {
    expect(of).toHaveLength(steps?.length ?? 0);
    for (const [index, scene] of of.entries()) if (scene) expect(scene.steps).toEqual(steps?.[index]);
  }
});

test('a scene is a case that a right unit is right in, and all rules but those of refusals are exercised', async () => {
  const exercised = new Set<string>();
  for (const scene of scenes.flat()) {
    if (scene === undefined) continue;
    expect(caseProblem(scene)).toBeUndefined();
    const { verdict } = judgeAnswer(bindingSuite, scene, await ask(optimized, scene));
    expect(verdict.mismatches).toEqual([]);
    for (const rule of verdict.exercised) exercised.add(rule);
  }
  const left = bindingRules.filter(({ id, level }) => level !== 'may' && !exercised.has(id));
  expect(left.filter(({ id }) => !id.startsWith('binding.plug.'))).toEqual([]);
});
