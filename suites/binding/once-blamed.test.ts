/** Units that were blamed once, and are right. */
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { runBinding } from '../../models/optimized/binding/run.ts';
import { type BindingStep, bindingCaseSchema, type HostCall } from '../../spec/schema.ts';
import {
  bindingCase,
  contextCache,
  contextOf,
  contextWord,
  entryOf,
  firstStage,
  on,
  pasidCache,
  pasidIotlb,
  plug,
  secondStage,
  store,
  track,
  unit,
} from './hand-made.fixture.ts';
import { judgeBinding } from './judge.ts';
import { lacking, memory, NEW, OLD, start } from './judge-rows.fixture.ts';

/** Cases in which our own model was. */
const folder = new URL('once-blamed/', import.meta.url);

const withoutFirstStage = { FSTS: 0, NEST: 0, FS1GP: 0, FS5LP: 0, EAFS: 0 };

const rulesOf = (...judged: Parameters<typeof judgeBinding>) =>
  judgeBinding(...judged)
    .mismatches.map(({ rule }) => rule)
    .filter((rule) => rule !== 'binding.failure.retry');

test.each(readdirSync(folder))('%s is right', (file) => {
  const testCase = v.parse(bindingCaseSchema, JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  expect(judgeBinding(testCase, runBinding(testCase)).mismatches).toEqual([]);
});

test('a unit that reads an entry when the guest stores it has nothing left of the domain id before', () => {
  const later = store(entryOf(0), firstStage(OLD, 6n));
  const testCase = bindingCase({ memory, steps: [...start, later, pasidIotlb(5n, 0n)] });
  const { steps } = runBinding(testCase);
  const nested = steps.flatMap(({ calls }) => calls).find(({ call }) => call === 'create-nested');
  const calls = [
    { ...nested, table: 3 },
    { call: 'attach', device: 0, table: 3 },
    { call: 'free', table: 2 },
  ] as HostCall[];
  const observed = { steps: steps.with(2, { calls }).with(3, { calls: [] }) };
  expect(judgeBinding(testCase, observed).mismatches).toEqual([]);
});

test('a unit that keeps a table under another RID_PASID has nothing of the old domain id under the new PASID', () => {
  const both = [...memory, { address: entryOf(0, 1), words: firstStage(OLD, 6n) }];
  const moved = store(contextOf(0), [contextWord(0), 1n]);
  const contextCache: BindingStep = { step: 'invalidate', descriptor: [0x11n, 0n] };
  const steps = [...start, moved, contextCache, pasidIotlb(5n, 1n)];
  const testCase = bindingCase({ memory: both, steps });
  const kept = [{ calls: [] }, { calls: [] }, { calls: [] }];
  const observed = { steps: [...runBinding(testCase).steps.slice(0, start.length), ...kept] };
  expect(judgeBinding(testCase, observed).mismatches).toEqual([]);
});

test('a unit may read an entry again when writes begin to be tracked', () => {
  const steps = [...start, store(entryOf(0), firstStage(NEW)), track()];
  const testCase = bindingCase({ memory, steps });
  const [before] = runBinding(bindingCase({ memory, steps: start })).steps.slice(-1);
  const nested = before?.calls.find(({ call }) => call === 'create-nested');
  const calls = [
    { call: 'track-dirty', table: 1, on: true },
    { ...nested, table: 3, pageTable: NEW },
    { call: 'attach', device: 0, table: 3 },
    { call: 'free', table: 2 },
  ] as HostCall[];
  const observed = { steps: runBinding(testCase).steps.with(3, { calls }) };
  expect(judgeBinding(testCase, observed).mismatches).toEqual([]);
});

test('a device that is given the parent table first, when it is plugged, keeps it when it cannot be blocked', () => {
  const testCase = bindingCase({ memory: [], steps: [on, plug(0)], failing: [2] });
  const [parent] = runBinding(testCase).steps[1]!.calls;
  const calls = [
    parent,
    { call: 'attach', device: 0, table: 1 },
    { call: 'detach', device: 0 },
  ] as HostCall[];
  expect(judgeBinding(testCase, { steps: [{ calls: [] }, { calls, error: true }] }).mismatches).toEqual([]);
});

test('what a failure left is left by who compares with what a context entry says that may be cached', () => {
  const steps = [...start, store(contextOf(0), [0n]), pasidCache()];
  const testCase = bindingCase({ memory, steps, failing: [2] });
  const observed = {
    steps: [...runBinding(testCase).steps.slice(0, start.length), { calls: [] }, { calls: [] }],
  };
  expect(rulesOf(testCase, observed)).toEqual([]);
});

test('of an entry that nothing can stand for nobody speaks again who stays with an older context entry', () => {
  const entries = [0, 1].map((pasid) => ({
    address: entryOf(0, pasid),
    words: secondStage(7n + BigInt(pasid)),
  }));
  const judged = (invalidation: BindingStep) => {
    const steps = [...start, store(contextOf(0) + 8n, [1n]), invalidation];
    const testCase = bindingCase({ memory: entries, steps });
    const before = runBinding(testCase).steps.slice(0, start.length);
    return rulesOf(testCase, { steps: [...before, { calls: [] }, { calls: [] }] });
  };
  expect(judged(pasidCache())).toEqual([]);
  expect(judged(contextCache())).toEqual(['binding.bind.unsupported']);
});

test.for(['nesting', 'first-stage'] as const)(
  'a unit may insist on %s where the guest is told of no first stage',
  (refused) => {
    const parts = { ...lacking({ ...withoutFirstStage }), profile: unit(withoutFirstStage) };
    const testCase = bindingCase(parts);
    expect(judgeBinding(testCase, { steps: [{ calls: [], refused }] }).mismatches).toEqual([]);
  },
);
