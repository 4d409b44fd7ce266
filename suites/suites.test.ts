import { expect, test } from 'vitest';
import { catalogue, ruleOf } from '../spec/catalogue.ts';
import { contractRules } from '../spec/rules/answers.ts';
import { areas } from '../spec/schema.ts';
import { exhaustiveAreas } from './exhaustive-areas.ts';
import { suites } from './index.ts';

test('there is one suite for every area, in the order of the schema', () => {
  expect(suites.map(({ area }) => area)).toEqual(areas);
});

test.for(suites)('the rules of the suite of $area are in the catalogue, as rules of that area', (suite) => {
  for (const { id } of suite.rules) expect(ruleOf(id)?.areas, id).toContain(suite.area);
});

test('the areas with an exhaustive mode are those whose suites have one, with its rules in the catalogue', () => {
  const having = suites.filter(({ exhaustive }) => exhaustive !== undefined);
  expect(having.map(({ area }) => area)).toEqual(exhaustiveAreas);
  for (const { area, exhaustive } of having) {
    for (const { id } of exhaustive?.(0).rules ?? []) expect(ruleOf(id)?.areas, id).toContain(area);
  }
});

test('every rule of the catalogue is in a suite, or says why no case reaches it', () => {
  const checked = new Set(
    suites.flatMap(({ area, rules, exhaustive }) =>
      [...contractRules(area), ...rules, ...(exhaustive?.(0).rules ?? [])].map(({ id }) => id),
    ),
  );
  const left = catalogue.filter(({ id }) => !checked.has(id));
  expect(left.filter(({ unreachable }) => unreachable === undefined)).toEqual([]);
});
