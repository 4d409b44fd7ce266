/**
 * Expectation files: known failures, refused when they name a rule that is not in the catalogue, or hold an
 * entry that `--update-expectations` wrote and nobody judged.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import { type Area, type ExpectationFile, expectationFileSchema } from '../../spec/schema.ts';
import { wrongUse } from '../exit.ts';
import { readJsonFile } from '../read-file.ts';

/** Requests of streams are translated, and judged by the rules of that too. */
const besides: Readonly<Partial<Record<Area, Area>>> = { invalidation: 'translation' };

/** How the reason of an entry starts until a person has looked at it. */
export const UNJUDGED = 'TO BE JUDGED';

export function readExpectations(file: string): ExpectationFile {
  const expectations = readJsonFile(file, expectationFileSchema, 'expectation file');
  for (const [index, { area, rule, aspect, reason }] of expectations.expectedFailures.entries()) {
    const known = ruleOf(rule);
    if (known === undefined) {
      throw wrongUse(`expectation file ${file}: expectedFailures.${index}.rule: unknown rule "${rule}"`);
    }
    if (!known.areas.includes(area) && !known.areas.includes(besides[area] ?? area)) {
      throw wrongUse(
        `expectation file ${file}: expectedFailures.${index}: rule ${rule} is not of area ${area}`,
      );
    }
    if (reason.startsWith(UNJUDGED)) {
      throw wrongUse(
        `expectation file ${file}: expectedFailures.${index}: nobody has judged ${rule}/${aspect} of area ${area}: put a reason in place of "${UNJUDGED}…"`,
      );
    }
  }
  return expectations;
}
