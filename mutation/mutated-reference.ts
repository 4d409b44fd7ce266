/**
 * A mutant of the reference model: the judge loaded with it, which has to find the healthy optimized model wrong
 * somewhere. What only allows too much is not noticed this way; known bugs show that (models/faulty).
 */
import type { Edit } from '../models/faulty/bug.ts';
import { importEdited } from '../models/faulty/edited-sources.ts';
import { ruleOf } from '../spec/catalogue.ts';
import type { Area } from '../spec/schema.ts';
import type { AreaSuite } from '../suites/core/area-suite.ts';
import type { Trial } from './judge-mutant.ts';
import { breachName } from './mutated-optimized.ts';

/** From models/optimized on, as the file of an edit is. */
const OWN = ['../reference/', '../../suites/'];

export async function mutatedReference(edit: Edit, areas: readonly Area[]): Promise<Trial> {
  const files = areas.map((area) => `../../suites/${area}/suite.ts`);
  const modules = await importEdited(files, [edit], 'mutant', OWN);
  const suites = new Map(
    modules.flatMap((module) => Object.values(module).filter(isSuite)).map((suite) => [suite.area, suite]),
  );
  return ({ suite }, { testCase, answer }) => {
    const judge = suites.get(suite.area);
    try {
      const breach = judge
        ?.judge(testCase, answer)
        .mismatches.find(({ rule }) => ruleOf(rule)?.level !== 'may');
      return breach === undefined ? 'same' : breachName(breach);
    } catch (error) {
      return `judging: ${error instanceof Error ? error.message : error}`;
    }
  };
}

function isSuite(value: unknown): value is AreaSuite {
  return typeof value === 'object' && value !== null && 'judge' in value;
}
