import { describe, expect, test } from 'vitest';
import { runSmmuNesting } from '../../models/reference/smmu-nesting/run.ts';
import type { SmmuCall } from '../../spec/schema.ts';
import {
  aborted,
  blamed,
  bypassed,
  entryAt,
  nested,
  off,
  on,
  plug,
  smmuCase,
  stage1,
} from './hand-made.fixture.ts';
import { judgeSmmuNesting } from './judge.ts';
import {
  attach,
  change,
  create,
  describeRows,
  edited,
  free,
  memory,
  NEW,
  nothing,
  OLD,
  only,
  start,
  without,
} from './judge-rows.fixture.ts';

const OTHER_TABLE = 0x2_0000n;

describe('Tables', () => {
  describeRows([
    [
      'fields of the host',
      change(stage1(NEW)),
      edited('create', { ste: stage1(NEW, 1n << 19n) }),
      'table.mask/outcome',
    ],
    [
      'an entry that no host takes',
      change(nested),
      only(create(2, nested), attach(0, 2), free(1)),
      'table.legal/outcome',
    ],
    [
      'a table of another unit',
      { ...change(stage1(NEW)), units: [{ vmid: 1 }, { vmid: 1 }] },
      edited('create', { unit: 1 }),
      'table.unit/outcome',
    ],
    [
      'a table freed twice',
      change(bypassed),
      ({ calls }) => ({ calls: [...calls, free(1)] }),
      'table.once/count',
    ],
    [
      'a table freed in use',
      change(stage1(NEW)),
      ({ calls }) => ({ calls: [free(1), ...calls.slice(0, 2)] }),
      'table.in-use/count',
    ],
    ['a table left', change(stage1(NEW)), without('free'), 'table.leak/count'],
    [
      'a stream blocked on the way',
      change(stage1(NEW)),
      ({ calls }) => ({ calls: [attach(0, 'abort'), ...calls] }),
      'table.replace/order',
    ],
    [
      'a stream let through on the way',
      change(stage1(NEW)),
      ({ calls }) => ({ calls: [attach(0, 'bypass'), ...calls] }),
      'table.replace/order',
    ],
    [
      'a blocked stream let through on the way',
      { memory: [{ address: entryAt(0), words: aborted }], steps: change(stage1(NEW)).steps },
      ({ calls }) => ({ calls: [attach(0, 'bypass'), ...calls] }),
      'table.replace/order',
    ],
    [
      'another table on the way, by an entry that may be cached',
      change(stage1(NEW)),
      ({ calls }) => ({ calls: [attach(0, 1), ...calls] }),
      'nothing',
    ],
    [
      'blocked by an entry of the older table that is still cached, when SMMUEN becomes 1',
      {
        memory: [
          { address: entryAt(0), words: aborted },
          { address: OTHER_TABLE, words: stage1(OLD) },
        ],
        steps: [...start, off, { step: 'stream-table', base: OTHER_TABLE, config: 6n }, on],
      },
      ({ calls }) => ({ calls: [attach(0, 'abort'), ...calls] }),
      'nothing',
    ],
    [
      'a table of its own, a cost',
      {
        memory: [{ address: entryAt(0), words: [...stage1(OLD), 0n, 0n, 0n, 0n, 0n, 0n, ...stage1(OLD)] }],
        steps: [plug(0), plug(1), on],
      },
      (report) => report,
      'table.shared/count',
    ],
    [
      'a number used again',
      change(stage1(NEW)),
      ({ calls }) => ({ calls: [...calls, create(2, stage1(OLD))] }),
      'calls/outcome',
    ],
    [
      'the number of a table that the host did not make, used for the next',
      { ...change(stage1(NEW)), failing: [{ call: 3 }] },
      only(create(2, stage1(NEW)), create(2, stage1(NEW)), attach(0, 2), free(1)),
      'nothing',
    ],
    [
      'a device that is not plugged',
      change(bypassed),
      ({ calls }) => ({ calls: [...calls, attach(1, 'abort')] }),
      'calls/outcome',
    ],
    [
      'a unit that is not there',
      change(bypassed),
      ({ calls }) => ({ calls: [...calls, create(2, stage1(OLD), 3)] }),
      'calls/outcome',
    ],
  ]);
});

test('a report that ends early is no answer', () => {
  const { mismatches } = judgeSmmuNesting(smmuCase({ steps: [plug(0), on] }), {
    steps: [{ calls: [attach(0, 'bypass')] }],
  });
  expect(mismatches.map(({ rule, aspect }) => [rule, aspect])).toEqual([['smmu-nesting.calls', 'count']]);
});

test('without a word about the queue calls are judged all the same', () => {
  const testCase = smmuCase(change(stage1(NEW)));
  const silent = (calls: SmmuCall[]) => ({
    steps: [...runSmmuNesting(testCase).steps.slice(0, 3), { calls }],
  });
  const blame = (calls: SmmuCall[]) =>
    judgeSmmuNesting(testCase, silent(calls)).mismatches.map(({ rule }) => rule);
  expect(blame([create(2, stage1(NEW)), attach(0, 2), free(1)])).toEqual([]);
  expect(blame([])).toEqual(['smmu-nesting.event.cfgi-ste']);
});

test('nothing is said of a stream table that is written while SMMUEN is 1, nor of what follows', () => {
  const moved = { step: 'stream-table', base: 0n, config: 0n } as const;
  const testCase = smmuCase({ memory, steps: [...start, moved, off] });
  expect(blamed(testCase, 3, nothing)).toBe('nothing');
});
