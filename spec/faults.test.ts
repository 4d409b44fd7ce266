import { expect, test } from 'vitest';
import { faultCondition, faultConditions, requestKinds } from './faults.ts';

test('condition ids are unique', () => {
  expect(new Set(faultConditions.map(({ id }) => id)).size).toBe(faultConditions.length);
});

test('a condition that no request can meet would be a mistake in the table', () => {
  for (const { id, responses } of faultConditions) {
    expect(
      Object.values(responses).some((response) => response !== 'n/a'),
      id,
    ).toBe(true);
    expect(Object.values(responses), id).not.toContain(undefined);
    expect(Object.keys(responses), id).toHaveLength(requestKinds.length);
  }
});

test('FPD never suppresses root faults, bad RTADDR and unreadable context or PASID structures', () => {
  const unqualified = faultConditions.filter(({ qualified }) => !qualified).map(({ id }) => id);
  expect(unqualified.filter((id) => !id.startsWith('RTA.'))).toEqual([
    'LRT.1',
    'LRT.2',
    'LRT.3',
    'LCT.1',
    'SRT.1',
    'SRT.2',
    'SRT.3',
    'SCT.1',
    'SPD.1',
    'SPT.1',
  ]);
});

test('conditions share a code only within one family', () => {
  const families = new Map<number, Set<string>>();
  for (const { id, code } of faultConditions) {
    const family = id.split('.').slice(0, 2).join('.');
    families.set(code, (families.get(code) ?? new Set()).add(family));
  }
  for (const [code, names] of families) expect([...names], `code ${code.toString(16)}`).toHaveLength(1);
});

test('an unknown condition is a programmer mistake', () => {
  expect(() => faultCondition('SPT.99')).toThrow('no fault condition SPT.99');
});
