/**
 * `rules --frequency`: draws several times the cases of `npm test` and tells how often each rule decided one. A single
 * run says little of a rule that ten cases decide: it may have been six, or fifteen.
 */
import { ownProfiles } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { frequencyTable } from '../../reports/frequency-table.ts';
import { type Area, type AreaResult, areas } from '../../spec/schema.ts';
import { failsBelow, frequencies, MOST_LIKELY_MISSED } from '../../suites/core/rule-frequency.ts';
import { search } from '../../suites/core/search.ts';
import { testCases } from '../../suites/core/test-cases.ts';
import { suiteOf } from '../../suites/suite-of.ts';

const RUNS = 3;

/** Prints a table for each area. The exit status is 1 when `npm test` would miss a rule too often. */
export async function printFrequencies(wanted: readonly Area[] = areas, seed = 'frequency'): Promise<number> {
  let rare = 0;
  for (const area of wanted) {
    const suite = await suiteOf(area);
    const asked = testCases[area];
    const results: AreaResult[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const options = { seed: `${seed}/${run}`, profiles: ownProfiles, runs: asked };
      results.push(await search(suite, optimized, options));
    }
    const rows = frequencies(suite, results, asked).map((row) => ({
      ...row,
      failsBelow: failsBelow(row.exercised),
    }));
    console.log(frequencyTable(`${area}, ${RUNS} x ${asked} cases`, rows));
    const few = rows.filter(({ missed }) => missed > MOST_LIKELY_MISSED).map(({ id }) => id);
    rare += few.length;
    if (few.length > 0) console.log(`missed by more than one run in 1,000: ${few.join(', ')}`);
  }
  return rare > 0 ? 1 : 0;
}
