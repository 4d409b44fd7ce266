import { expect, test } from 'vitest';
import { catalogue } from '../spec/catalogue.ts';
import { answersRuleId } from '../spec/rules/answers.ts';
import { areas } from '../spec/schema.ts';
import { suites } from './index.ts';

test('there is one suite for every area, in the order of the schema', () => {
  expect(suites.map(({ area }) => area)).toEqual(areas);
});

test.for(suites)('the suite of $area has exactly the rules that the catalogue has for it', (suite) => {
  const expected = catalogue.filter(
    ({ id, areas: of }) => of.includes(suite.area) && id !== answersRuleId(suite.area),
  );
  expect(new Set(suite.rules.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)));
});
