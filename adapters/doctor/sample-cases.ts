/** Cases to ask a patient: small ones of an area, always the same. */
import * as fc from 'fast-check';
import type { Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import type { Area, Case } from '../../spec/schema.ts';
import { profilesOf } from '../../suites/core/profiles-of.ts';
import { suiteOf } from '../../suites/suite-of.ts';

const DRAWN = 96;
const SAMPLE = 32;
/** No sample under it has a wait that writes a status and interrupts: that ends QEMU, and this is about messages. */
const SEED = 2;

/** The smaller ones of some that are drawn, the smallest first. */
export async function sampleCases(implementation: Implementation, area: Area): Promise<readonly Case[]> {
  const { arbitrary } = await suiteOf(area);
  const drawn = fc.sample(arbitrary(profilesOf(implementation)), { seed: SEED, numRuns: DRAWN });
  const sized = drawn.map((testCase) => ({ testCase, size: toJson(testCase).length }));
  return sized
    .sort((a, b) => a.size - b.size)
    .slice(0, SAMPLE)
    .map(({ testCase }) => testCase);
}
