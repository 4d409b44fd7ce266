import { expect, test } from 'vitest';
import { catalogue, ruleOf } from './catalogue.ts';
import { areas } from './schema.ts';

test('every rule has an id of its own', () => {
  const ids = catalogue.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every rule is one sentence with its clause', () => {
  for (const { id, statement, clause } of catalogue) {
    expect(statement, id).toMatch(/^[A-Z].*\.$/s);
    expect(clause, id).not.toBe('');
  }
});

test('every area has rules, the rule that it answers among them', () => {
  for (const area of areas) {
    expect(catalogue.filter((rule) => rule.areas.includes(area)).length).toBeGreaterThan(1);
    expect(ruleOf(`${area}.answers`)?.areas).toEqual([area]);
  }
});

test('a rule that nobody wrote is not found', () => {
  expect(ruleOf('no.such.rule')).toBeUndefined();
});
