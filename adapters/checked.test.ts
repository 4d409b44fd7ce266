import { expect, test } from 'vitest';
import { type Implementation, ImplementationFailure } from '../spec/implementation.ts';
import { namedProfiles } from '../spec/profiles.ts';
import type { Case } from '../spec/schema.ts';
import { checked } from './checked.ts';

const testCase: Case = {
  area: 'entry',
  profile: namedProfiles[0] as Case['profile'],
  format: 'root-legacy',
  words: [0n, 0n],
};
const base: Implementation = { name: 'x', profile: 'any', areas: ['entry'], run: () => ({ fault: null }) };

test('a promise that is never settled is a hang', async () => {
  const stuck = checked({ ...base, run: () => new Promise(() => {}) }, 5);
  await expect(stuck.run(testCase)).rejects.toMatchObject({ kind: 'hang', message: 'no answer in 0.005 s' });
});

test('a rejected promise is a crash, and a failure that names its kind keeps it', async () => {
  const rejecting = checked({ ...base, run: () => Promise.reject(new Error('gone')) });
  await expect(rejecting.run(testCase)).rejects.toMatchObject({ kind: 'crash', message: 'gone' });
  const hanging = checked({
    ...base,
    run: () => Promise.reject(new ImplementationFailure('hang', 'slow', 'stderr text')),
  });
  await expect(hanging.run(testCase)).rejects.toMatchObject({ kind: 'hang', stderr: 'stderr text' });
});

test('each answer of a batch is checked by itself, and one that is missing is a finding', async () => {
  const batching = checked({
    ...base,
    runBatch: async () => [
      { observation: { fault: 1 } },
      { observation: { fault: -1 } as never },
      { error: new Error('no') },
    ],
  });
  const answers = await batching.runBatch?.([testCase, testCase, testCase, testCase]);
  expect(answers).toMatchObject([
    { observation: { fault: 1 } },
    { error: { kind: 'protocol', message: 'bad observation: fault: expected >=0, not -1' } },
    { error: { kind: 'crash', message: 'no' } },
    { error: { kind: 'protocol', message: 'the batch has no answer for this case' } },
  ]);
});

test('a batch that fails as a whole fails for each of its cases', async () => {
  const dead = checked({ ...base, runBatch: () => Promise.reject(new Error('dead')) });
  expect(await dead.runBatch?.([testCase, testCase])).toMatchObject([
    { error: { message: 'dead' } },
    { error: { message: 'dead' } },
  ]);
});

test('what can be renewed still can, and is asked as it is where that fails', async () => {
  let renewals = 0;
  const keeping = checked({ ...base, renew: async () => void renewals++ });
  await keeping.renew?.();
  expect(renewals).toBe(1);
  const failing = checked({ ...base, renew: () => Promise.reject(new Error('no')) });
  await expect(failing.renew?.()).resolves.toBeUndefined();
  const stuck = checked({ ...base, renew: () => new Promise(() => {}) }, 5);
  await expect(stuck.renew?.()).resolves.toBeUndefined();
  expect(checked(base).renew).toBeUndefined();
});
