import { expect, test } from 'vitest';
import { runBinding } from '../../models/optimized/binding/run.ts';
import {
  bindingCase,
  contextCache,
  contextOf,
  entryOf,
  firstStage,
  on,
  pasidCache,
  plug,
  store,
  unit,
} from './hand-made.fixture.ts';
import { judgeBinding } from './judge.ts';

test('who did not try again need not later either, though an older context entry would have it right between', () => {
  const testCase = bindingCase({
    profile: unit({}, { rebinding: 'every-event' }),
    memory: [{ address: entryOf(0, 3), words: firstStage(0x4_0000n) }],
    steps: [plug(0), on, store(contextOf(0) + 8n, [3n]), pasidCache(), pasidCache(), contextCache()],
    failing: [4],
  });
  const tried = runBinding(testCase).steps;
  expect(tried[3]?.calls.map(({ call }) => call)).toEqual(['create-nested', 'attach', 'free']);
  const steps = tried.map((report, at) => (at > 3 ? { calls: [] } : report));
  const { mismatches } = judgeBinding(testCase, { steps });
  expect(mismatches.map(({ rule }) => rule)).toEqual(['binding.failure.retry']);
});
