/** `rules --frequency`: draws as many cases as `npm test` and tells how often each rule decided one. */
import { ownProfiles } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { frequencyTable } from '../../reports/frequency-table.ts';
import { type Area, areas } from '../../spec/schema.ts';
import { failsBelow, frequencies, MOST_LIKELY_MISSED } from '../../suites/core/rule-frequency.ts';
import { search } from '../../suites/core/search.ts';
import { testCases } from '../../suites/core/test-cases.ts';
import { suiteOf } from '../../suites/suite-of.ts';

/** Prints a table for each area. The exit status is 1 when `npm test` would miss a rule too often. */
export async function printFrequencies(wanted: readonly Area[] = areas, seed = 'npm test'): Promise<number> {
  let rare = 0;
  for (const area of wanted) {
    const suite = await suiteOf(area);
    const asked = testCases[area];
    const result = await search(suite, optimized, { seed, profiles: ownProfiles, runs: asked });
    const rows = frequencies(suite, result, asked).map((row) => ({
      ...row,
      failsBelow: failsBelow(row.exercised),
    }));
    console.log(frequencyTable(`${area}, ${asked} cases`, rows));
    const few = rows.filter(({ missed }) => missed > MOST_LIKELY_MISSED).map(({ id }) => id);
    rare += few.length;
    if (few.length > 0) console.log(`missed by more than one run in 1,000: ${few.join(', ')}`);
  }
  return rare > 0 ? 1 : 0;
}
