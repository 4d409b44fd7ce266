/** Whatever is drawn is a case: who answers one that cannot be would be blamed for it. */
import { expect, test } from 'vitest';
import { drawCases } from '../generators/drawing.ts';
import { profilePool } from '../generators/profiles.ts';
import { caseProblem } from '../spec/case-form.ts';
import { areas } from '../spec/schema.ts';
import { suiteOf } from './suite-of.ts';

/** Of cases with devices, whose ids are drawn one by one, so many that what goes together once in a thousand is there. */
const MANY = 7000;
const FEW = 1000;

test.each(areas)('%s', async (area) => {
  const suite = await suiteOf(area);
  const count = area === 'binding' || area === 'smmu-nesting' ? MANY : FEW;
  const problems = drawCases(suite.arbitrary(profilePool), 1, count).flatMap((one) => caseProblem(one) ?? []);
  expect(problems).toEqual([]);
});
