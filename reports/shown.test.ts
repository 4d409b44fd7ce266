import { expect, test } from 'vitest';
import type { AreaResult } from '../spec/schema.ts';
import { shownLines } from './shown.ts';

type Rule = AreaResult['rules'][number];
const after = (...rules: readonly Rule[]) =>
  shownLines({ area: 'entry', claimed: true, cases: 100, durationMs: 1, rules: [...rules], findings: [] });

test('an area names the rule that it has shown least of', () => {
  expect(
    after({ id: 'SPT.2', exercised: 99, status: 'pass' }, { id: 'SPT.3', exercised: 15, status: 'pass' }),
  ).toEqual([
    'entry: 2 rules kept; the rarest, SPT.3, in 15 cases, so it fails in fewer than 20 % of such cases, at 95 % confidence',
  ]);
});

test('a rule that three cases or fewer decided is not shown to hold in others', () => {
  expect(after({ id: 'SPT.3', exercised: 1, status: 'pass' })).toEqual([
    'entry: 1 rule kept; the rarest, SPT.3, in 1 case, which says nothing about others',
  ]);
});

test('a rule whose breaches have another name is not among those that were kept', () => {
  expect(
    after(
      { id: 'SPT.2', exercised: 99, status: 'pass', renamed: true },
      { id: 'SPT.3', exercised: 15, status: 'pass' },
      { id: 'SPT.6', exercised: 50, status: 'pass', renamed: true },
    ),
  ).toEqual([
    'entry: 1 rule kept; the rarest, SPT.3, in 15 cases, so it fails in fewer than 20 % of such cases, at 95 % confidence',
    'entry: 2 rules broken too, in cases that were told under others:',
    '  SPT.2, SPT.6',
    '  run again once those are mended: they may have a cause of their own',
  ]);
});

test('what failed or was not exercised has shown nothing', () => {
  expect(
    after(
      { id: 'SPT.2', exercised: 9, status: 'fail' },
      { id: 'SPT.3', exercised: 0, status: 'not-exercised' },
    ),
  ).toEqual([]);
});
