/** Expectation files: known failures, refused when they name a rule that is not in the catalogue. */
import { ruleOf } from '../../spec/catalogue.ts';
import { type Area, type ExpectedFailure, expectationFileSchema } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { readJsonFile } from '../read-file.ts';

/** Requests of streams are translated, and judged by the rules of that too. */
const besides: Readonly<Partial<Record<Area, Area>>> = { invalidation: 'translation' };

export function readExpectations(file: string): readonly ExpectedFailure[] {
  const { expectedFailures } = readJsonFile(file, expectationFileSchema, 'expectation file');
  for (const [index, { area, rule }] of expectedFailures.entries()) {
    const known = ruleOf(rule);
    if (known === undefined) {
      throw wrongUse(`expectation file ${file}: expectedFailures.${index}.rule: unknown rule "${rule}"`);
    }
    if (!known.areas.includes(area) && !known.areas.includes(besides[area] ?? area)) {
      throw wrongUse(
        `expectation file ${file}: expectedFailures.${index}: rule ${rule} is not of area ${area}`,
      );
    }
  }
  return expectedFailures;
}
