import { describe, expect, test } from 'vitest';
import type { Area } from '../../spec/schema.ts';
import { IdleWorkers } from './idle-workers.ts';

const [one, two, three]: readonly [Area, Area, Area] = ['entry', 'binding', 'invalidation'];

function started(workers: number, areas: number, ...running: readonly Area[]): IdleWorkers {
  const idle = new IdleWorkers(workers, areas);
  for (const area of running) idle.start(area);
  return idle;
}

describe('an area is helped', () => {
  test('by nobody while another waits for a worker', () => {
    expect(started(4, 2, one).helping(one)).toBe(0);
  });

  test('by every worker that is left, once it is the last', () => {
    const idle = started(4, 2, one, two);
    idle.end(one);
    expect(idle.helping(two)).toBe(3);
  });

  test.for([
    [2, [0, 0]],
    [3, [1, 0]],
    [4, [1, 1]],
    [7, [3, 2]],
  ] as const)('by its share: of %i workers at two areas %j help', ([workers, shares]) => {
    const idle = started(workers, 2, one, two);
    expect([one, two].map((area) => idle.helping(area))).toEqual(shares);
  });

  test('by no fewer than none, where areas share a worker', () => {
    const idle = started(1, 3, one, two, three);
    expect([one, two, three].map((area) => idle.helping(area))).toEqual([0, 0, 0]);
  });

  test('by nobody before it starts, and after its end', () => {
    const idle = started(4, 1);
    expect(idle.helping(one)).toBe(0);
    idle.start(one);
    idle.end(one);
    expect(idle.helping(one)).toBe(0);
  });
});
