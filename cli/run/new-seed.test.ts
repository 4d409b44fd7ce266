import { afterEach, expect, test, vi } from 'vitest';
import { newSeed } from './new-seed.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a run for which nobody named a seed gets another one each time', () => {
  vi.stubEnv('CONFORMANCE_SEED', '');
  expect(newSeed()).not.toBe(newSeed());
});

test('CONFORMANCE_SEED is the seed of every run for which nobody named one', () => {
  vi.stubEnv('CONFORMANCE_SEED', 'a gate');
  expect(newSeed()).toBe('a gate');
});
