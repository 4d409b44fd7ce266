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

/** What is said of the first area that is called silent, over `seconds` with the `share` of one processor. */
function silence(areas: readonly ('entry' | 'translation')[], seconds: number, share: number): string {
  const watch = new SilenceWatch((area, after) => {
    throw new Error(`${area} after ${after} s`);
  });
  for (const area of areas) watch.alive(area);
  try {
    for (let second = 0; second < seconds; second++) {
      cpuMs += 1000 * share;
      vi.advanceTimersByTime(1000);
    }
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  } finally {
    watch.stop();
  }
}

test('a thread that works for ninety seconds without a sign loops', () => {
  expect(silence(['entry'], 89, 1)).toBe('nothing');
  expect(silence(['entry'], 92, 1)).toBe('entry after 91 s');
});

test('a thread that hardly gets a processor is not called silent for what others take', () => {
  expect(silence(['entry'], 800, 0.1)).toBe('nothing');
});

test('what two threads use is shared out', () => {
  expect(silence(['entry', 'translation'], 89, 2)).toBe('nothing');
});

test('of an area that others help too', () => {
  const watch = new SilenceWatch(() => {
    throw new Error('silent');
  });
  watch.alive('entry', 8);
  cpuMs += 8 * 80_000;
  vi.advanceTimersByTime(80_000);
  watch.stop();
});

test('a thread that sleeps is silent after a quarter of an hour', () => {
  expect(silence(['entry'], 902, 0)).toBe('entry after 901 s');
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
