/** What people had before: the examples of upstream test suites, over `run`, and which of them a bug fails. */
import type { Bug } from '../../../models/faulty/bug.ts';
import { loadEdited } from '../../../models/faulty/load.ts';
import type { Implementation } from '../../../spec/implementation.ts';
import { namedProfiles } from '../../../spec/profiles.ts';
import type { Area, EntrySyncObservation, Profile, TranslationObservation } from '../../../spec/schema.ts';
import { caseOfPair, pairPasses } from './kunit.ts';
import { kunitPairs } from './kunit-pairs.ts';
import { qtestCases, qtestPasses } from './qtest.ts';

export interface Example {
  readonly name: string;
  readonly area: Area;
  /** What `run` throws fails the example too. */
  passes(run: Implementation['run']): Promise<boolean>;
}

const [profile] = namedProfiles as [Profile];

export const examples: readonly Example[] = [
  ...kunitPairs.map((pair): Example => {
    const testCase = caseOfPair(pair, profile);
    const passes: Example['passes'] = async (run) =>
      pairPasses(pair, (await run(testCase)) as EntrySyncObservation);
    return { name: `KUnit ${pair.format} ${pair.name}`, area: 'entry-sync', passes };
  }),
  ...qtestCases.map((test): Example => {
    const passes: Example['passes'] = async (run) =>
      qtestPasses(test, (await run(test.case)) as TranslationObservation);
    return { name: `qtest ${test.name}`, area: 'translation', passes };
  }),
];

/** The names of the examples that fail with `bug`, whatever area it is told of. */
export async function failedExamples(bug: Bug): Promise<readonly string[]> {
  const areas = new Set<Area>([bug.area, ...examples.map(({ area }) => area)]);
  const { run } = await loadEdited(bug.edits, [...areas], bug.id);
  const failed: string[] = [];
  for (const { name, passes } of examples) {
    if (!(await passes(run).catch(() => false))) failed.push(name);
  }
  return failed;
}
