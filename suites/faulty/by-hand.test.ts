import { expect, test } from 'vitest';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import { ask, judgeAnswer } from '../core/answer.ts';
import { sizeOf } from '../core/case-size.ts';
import { suiteOf } from '../suite-of.ts';
import { casesByHand } from './by-hand.ts';

test('a breach is held against the case by hand that breaks the same, and any other against the smallest', async () => {
  const bug = bugCalled('pasid-descriptors-valid-in-legacy-mode');
  const other = bug?.others?.at(-1);
  if (bug === undefined || other === undefined) throw new RangeError('a bug with other cases');
  const implementation = await loadFaulty(bug);
  const suite = await suiteOf(bug.area);
  const byHand = await casesByHand(suite, implementation, bug);
  const { verdict } = judgeAnswer(suite, other, await ask(implementation, other));
  expect(sizeOf(other)).not.toEqual(sizeOf(bug.smallest));
  expect(byHand(verdict.mismatches[0]!)).toEqual(sizeOf(other));
  expect(byHand({ rule: 'none', aspect: 'count' })).toEqual(sizeOf(bug.smallest));
});
