/** A result with findings of every area that has known bugs, and of every kind. */
import { bugs } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { type AreaResult, areas, type Finding, type Result } from '../../spec/schema.ts';
import { search } from '../../suites/core/search.ts';
import { suiteOf } from '../../suites/suite-of.ts';

/** So many bugs of each area. */
const BUGS = 2;

export async function resultOfAllKinds(): Promise<Result> {
  const results: AreaResult[] = [];
  for (const area of areas) {
    const of = bugs.filter((bug) => bug.area === area).slice(0, BUGS);
    for (const [index, bug] of of.entries()) {
      const options = { seed: 'x', given: [bug.smallest], runs: 0, profiles: [bug.smallest.profile] };
      const result = await search(await suiteOf(area), await loadFaulty(bug), options);
      if (index === 0) results.push(result);
      else results.at(-1)?.findings.push(...result.findings);
    }
  }
  const [first, second] = results.flatMap(({ findings }) => findings);
  if (first === undefined || second === undefined) throw new RangeError('known bugs were not found');
  results[0]?.findings.push(
    { ...first, id: `${first.id}-known`, expectedFailure: 'A person judged it.' },
    { ...(second satisfies Finding), id: `${second.id}-remark`, level: 'may' },
  );
  return { version: 1, implementation: { name: 'faulty', profile: 'any' }, seed: 'x', areas: results };
}
