import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { bugCalled } from '../../models/faulty/bugs.ts';
import { simplestProfile, update } from '../../models/faulty/updates.ts';
import type { InvalidationCase } from '../../spec/schema.ts';
import { sizeOf } from '../core/case-size.ts';
import { figuresOf } from './figures.ts';
import { breaches, type Limits, limitsSchema, strayExceptions } from './limits.ts';
import type { Sighting } from './measure.ts';

const bug = bugCalled('not-prepared');
const sighting: Sighting = {
  ...{ seed: '1', cases: 4, exercising: 2, rule: 'entry-sync.torn-view', aspect: 'memory', finding: 'a' },
  ...{ size: sizeOf(bug!.smallest), byHand: sizeOf(bug!.smallest), executions: 80, findMs: 2, shrinkMs: 3 },
};
const limits: Limits = {
  version: 1,
  limits: {
    ...{ missed: 0, misnamed: 0, 'exercising.median': 100, 'findMs.median': 100, 'findMs.worst': 5000 },
    ...{ 'steps.median': 5, 'steps.worst': 8, 'ratio.median': 1.2, forms: 1 },
    ...{ 'executions.worst': 400, 'shrinkMs.worst': 2000 },
  },
  oneForm: 0.95,
  exceptions: [],
};
const beyond = (changed: Partial<Sighting>, within = limits) =>
  breaches([figuresOf(bug!, 1, [{ ...sighting, ...changed }])], within);

test('a case is as big as its steps and its words that are not zero, and the unit counts for nothing', () => {
  expect(sizeOf(update('smmu-ste', [1n], [9n, 0x1000n]))).toEqual({ steps: 1, words: 3 });
  const stream: InvalidationCase = {
    ...{ area: 'invalidation', profile: simplestProfile, rtaddr: 0x2000n, translationEnabled: true },
    memory: [{ address: 0x2000n, words: [0n, 5n] }],
    steps: [
      { step: 'read', register: 'IQH' },
      { step: 'read', register: 'FSTS' },
    ],
  };
  expect(sizeOf(stream)).toEqual({ steps: 2, words: 3 });
});

describe('a limit that is broken names the bug and the figure:', () => {
  test('none is', () => expect(beyond({})).toEqual([]));

  test.for<[string, Partial<Sighting>]>([
    ['misnamed is 1, limit 0', { rule: 'entry-sync.idempotent' }],
    ['exercising.median is 101, limit 100', { exercising: 101 }],
    ['findMs.median is 101, limit 100', { findMs: 182 }],
    ['steps.median is 6, limit 5', { size: { steps: 6, words: 0 } }],
    ['ratio.median is 1.33, limit 1.2', { size: { steps: 1, words: 3 } }],
    ['executions.worst is 401, limit 400', { executions: 401 }],
    ['shrinkMs.worst is 2001, limit 2000', { shrinkMs: 3602 }],
  ])('%s', ([sentence, changed]) => {
    expect(beyond(changed)).toContain(`${bug!.id}: ${sentence}`);
  });

  test('on a machine three times as slow three times the milliseconds are no more', () => {
    const slow = { ...sighting, findMs: 540, shrinkMs: 10_800 };
    expect(breaches([figuresOf(bug!, 1, [slow], [], 3)], limits)).toEqual([]);
    expect(breaches([figuresOf(bug!, 1, [slow], [], 2.9)], limits)).toHaveLength(2);
  });

  test('a seed that did not find it', () => {
    expect(breaches([figuresOf(bug!, 2, [sighting])], limits)).toEqual([`${bug!.id}: missed is 1, limit 0`]);
  });

  test('several forms of one rule, and too many bugs that have them', () => {
    const figures = figuresOf(bug!, 2, [sighting, { ...sighting, finding: 'b' }]);
    expect(breaches([figures], limits)).toEqual([
      `${bug!.id}: forms is 2, limit 1`,
      `one form only have 0 % of the bugs, limit 95 %; several have ${bug!.id}`,
    ]);
    const otherRule = figuresOf(bug!, 2, [sighting, { ...sighting, rule: 'entry-sync.order', finding: 'b' }]);
    expect(breaches([otherRule], limits)).toEqual([]);
  });
});

test('an exception of an area moves the limit of its bugs, unless they have their own', () => {
  const of = { measure: 'executions.worst', reason: 'why' } as const;
  const ofArea = { ...of, area: 'entry-sync', limit: 500 } as const;
  expect(beyond({ executions: 500 }, { ...limits, exceptions: [ofArea] })).toEqual([]);
  expect(beyond({ executions: 500 }, { ...limits, exceptions: [{ ...ofArea, area: 'entry' }] })).toHaveLength(
    1,
  );
  const own = { ...of, bug: bug!.id, limit: 450 };
  expect(beyond({ executions: 500 }, { ...limits, exceptions: [ofArea, own] })).toHaveLength(1);
});

test('an exception with a reason moves a limit of one bug', () => {
  const exception = { bug: bug!.id, measure: 'executions.worst', limit: 500, reason: 'why' } as const;
  const excepted = { ...limits, exceptions: [exception] };
  expect(beyond({ executions: 500 }, excepted)).toEqual([]);
  expect(beyond({ executions: 501 }, excepted)).toHaveLength(1);
  expect(strayExceptions(excepted, ['another'])).toEqual([bug!.id]);
  expect(v.is(limitsSchema, excepted)).toBe(true);
  expect(v.is(limitsSchema, { ...excepted, exceptions: [{ ...exception, reason: '' }] })).toBe(false);
});
