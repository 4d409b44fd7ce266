/** A search draws straight from the stream and shrinks what fast-check draws there: in every area these are one case. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawCases } from '../generators/drawing.ts';
import { ownProfiles } from '../generators/profiles.ts';
import { areas } from '../spec/schema.ts';
import { suiteOf } from './suite-of.ts';

const CASES = 12;

test.each(areas)('a case of area %s is drawn straight as fast-check draws it', async (area) => {
  const { arbitrary } = await suiteOf(area);
  const cases = arbitrary(ownProfiles);
  expect(drawCases(cases, 77, CASES)).toEqual(fc.sample(cases, { seed: 77, numRuns: CASES }));
});
