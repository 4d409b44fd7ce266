/** Chooses the quick corpus of an area: of the smallest cases of its bugs so few that every bug is still found. */
import type { Bug } from '../../models/faulty/bug.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import type { Area, Case, Corpus } from '../../spec/schema.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { binding } from '../core/repeat.ts';
import { suiteOf } from '../suite-of.ts';

/** True when `implementation` breaks a binding rule in `testCase`. */
export async function isBroken(
  suite: AreaSuite<Area>,
  implementation: Implementation,
  testCase: Case,
): Promise<boolean> {
  const { verdict } = judgeAnswer(suite, testCase, await ask(implementation, testCase));
  return binding(suite, verdict.mismatches).length > 0;
}

/** Greedy: the case that shows most of the bugs that are left comes next; the first of them, so that it is repeatable. */
export async function chooseCorpus(area: Area, bugs: readonly Bug[]): Promise<Corpus> {
  const shownBy = await showing(area, bugs);
  const left = new Set(bugs.map(({ id }) => id));
  const cases: Corpus['cases'] = [];
  while (left.size > 0) {
    const [best] = [...shownBy].toSorted(([, one], [, other]) => countOf(other, left) - countOf(one, left));
    if (best === undefined || countOf(best[1], left) === 0) {
      throw new RangeError(`no smallest case shows ${[...left].join(', ')}`);
    }
    const [testCase, shown] = best;
    const taken = shown.filter((id) => left.has(id));
    for (const id of taken) left.delete(id);
    cases.push({ bugs: taken, case: testCase });
  }
  return { version: 1, area, cases };
}

/** The bugs that each smallest case shows. */
async function showing(area: Area, bugs: readonly Bug[]): Promise<ReadonlyMap<Case, readonly string[]>> {
  const suite = await suiteOf(area);
  const candidates = new Map(bugs.map(({ smallest }) => [toJson(smallest), smallest as Case]));
  const shownBy = new Map<Case, string[]>([...candidates.values()].map((testCase) => [testCase, []]));
  for (const bug of bugs) {
    const implementation = await loadFaulty(bug);
    for (const [testCase, shown] of shownBy) {
      if (await isBroken(suite, implementation, testCase)) shown.push(bug.id);
    }
  }
  return shownBy;
}

function countOf(shown: readonly string[], left: ReadonlySet<string>): number {
  return shown.filter((id) => left.has(id)).length;
}
