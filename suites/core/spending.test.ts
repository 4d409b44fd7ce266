import { afterEach, expect, test, vi } from 'vitest';
import type { Implementation } from '../../spec/implementation.ts';
import type { Observation } from '../../spec/schema.ts';
import { search } from './search.ts';
import { Spending } from './spending.ts';
import { healthy, options, toy } from './toy.fixture.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('what a promise takes is counted until it settles', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const spending = new Spending();
  const drawn = spending.on('draw', () => {
    clock.mockReturnValue(2);
    return 'drawn';
  });
  const answer = spending.on('implementation', async () => {
    await Promise.resolve();
    clock.mockReturnValue(5);
    return 'answered';
  });
  expect(spending.result).toEqual({ draw: 2, implementation: 0, judge: 0 });
  expect([drawn, await answer]).toEqual(['drawn', 'answered']);
  expect(spending.result).toEqual({ draw: 2, implementation: 3, judge: 0 });
});

test('a search tells how long it drew, waited and judged, which is not more than it took', async () => {
  const batched: Implementation = {
    ...healthy,
    runBatch: async (cases) => cases.map((one) => ({ observation: healthy.run(one) as Observation })),
  };
  for (const implementation of [healthy, batched]) {
    const { spentMs, durationMs } = await search(toy, implementation, options);
    const { draw = 0, implementation: waited = 0, judge = 0 } = spentMs ?? {};
    expect(Math.min(draw, waited, judge)).toBeGreaterThan(0);
    expect(draw + waited + judge).toBeLessThan(durationMs);
  }
});
