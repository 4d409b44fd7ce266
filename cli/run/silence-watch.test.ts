import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

let cpuMs = 0;

beforeEach(() => {
  cpuMs = 0;
  vi.useFakeTimers();
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: 1000 * cpuMs, system: 0 }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The areas that were called silent over `seconds` of which the process had the `share` of one processor. */
function silent(
  areas: readonly ('entry' | 'translation')[],
  seconds: number,
  share: number,
): readonly string[] {
  const found: string[] = [];
  const watch = new SilenceWatch((area, after) => {
    found.push(`${area} after ${after} s`);
    watch.done(area);
    return undefined as never;
  });
  for (const area of areas) watch.alive(area);
  for (let second = 0; second < seconds; second++) {
    cpuMs += 1000 * share;
    vi.advanceTimersByTime(1000);
  }
  watch.stop();
  return found;
}

test('a thread that works for ninety seconds without a sign loops', () => {
  expect(silent(['entry'], 89, 1)).toEqual([]);
  expect(silent(['entry'], 92, 1)).toEqual(['entry after 91 s']);
});

test('a thread that hardly gets a processor is not called silent for what others take', () => {
  expect(silent(['entry'], 800, 0.1)).toEqual([]);
});

test('what two threads use is shared out', () => {
  expect(silent(['entry', 'translation'], 89, 2)).toEqual([]);
});

test('a thread that sleeps is silent after a quarter of an hour', () => {
  expect(silent(['entry'], 902, 0)).toEqual(['entry after 901 s']);
});

test('a sign begins the time anew, and nothing is asked of an area that is done', () => {
  const watch = new SilenceWatch(() => {
    throw new Error('silent');
  });
  watch.alive('entry');
  watch.alive('translation');
  watch.done('translation');
  for (let round = 0; round < 5; round++) {
    cpuMs += 80_000;
    vi.advanceTimersByTime(80_000);
    watch.alive('entry');
  }
  watch.stop();
});
