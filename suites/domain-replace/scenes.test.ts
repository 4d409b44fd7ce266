/** Programs that take all ids of a small unit: both drivers are right about each, and lost ids show in them. */
import { describe, expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { unit } from '../../models/faulty/domain-replace/programs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { runDomainReplace as optimized } from '../../models/optimized/domain-replace.ts';
import { runDomainReplace as reference } from '../../models/reference/domain-replace/run.ts';
import { caseProblem } from '../../spec/case-form.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import { judgeDomainReplace } from './judge.ts';
import { domainReplaceScenes } from './scenes.ts';
import { domainReplaceSuite } from './suite.ts';

const small = profilePool.map(domainReplaceScenes).find(([first]) => first !== undefined) ?? [];
const scenes = small.filter((scene) => scene !== undefined);

describe.each(scenes.map((scene, index) => [index, scene] as const))('scene %i', (_, scene) => {
  test.each([reference, optimized])('%s is right about it', (run) => {
    expect(caseProblem(scene)).toBeUndefined();
    expect(judgeDomainReplace(scene, run(scene)).mismatches).toEqual([]);
  });
});

test.each(['domain-ids-that-run-out', 'domain-id-of-a-released-place'])('%s shows in one', async (id) => {
  const bug = bugCalled(id);
  if (bug === undefined) throw new RangeError(`no bug ${id}`);
  const implementation = await loadFaulty(bug);
  const broken: string[] = [];
  for (const scene of scenes) {
    const { verdict } = judgeAnswer(domainReplaceSuite, scene, await ask(implementation, scene));
    broken.push(...verdict.mismatches.map(({ rule }) => rule));
  }
  expect(bug.rules).toEqual(expect.arrayContaining(broken));
  expect(broken).not.toEqual([]);
});

test('a unit with more ids has none', () => {
  expect(domainReplaceScenes(unit('nested-48', { ND: 6 }))).not.toContainEqual(expect.anything());
});
