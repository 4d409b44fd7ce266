import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunningTimeLimit } from './running-time-limit.ts';

let starved = 0;
let isOver = false;

beforeEach(() => {
  starved = 0;
  isOver = false;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const limited = (limitMs: number) =>
  new RunningTimeLimit(
    limitMs,
    () => starved,
    () => {
      isOver = true;
    },
  );

/** `milliseconds` pass, of which a process waits for the `share`. */
function pass(milliseconds: number, share = 0): boolean {
  for (let passed = 0; passed < milliseconds; passed += 100) {
    starved += 100 * share;
    vi.advanceTimersByTime(100);
  }
  return isOver;
}

test('a process that could run all the time has just its limit', () => {
  limited(8000);
  expect(pass(7900)).toBe(false);
  expect(pass(200)).toBe(true);
});

test('a process that had a quarter of a processor has four times as long, less what passed before the first look', () => {
  limited(8000);
  expect(pass(28_000, 0.75)).toBe(false);
  expect(pass(2000, 0.75)).toBe(true);
});

test('a process whose threads wait for ever has ten times its limit', () => {
  limited(8000);
  expect(pass(79_000, 3)).toBe(false);
  expect(pass(1100, 3)).toBe(true);
});

test('after a sign all of the time begins anew', () => {
  const limit = limited(8000);
  pass(7000);
  limit.restart();
  expect(pass(7900)).toBe(false);
  expect(pass(200)).toBe(true);
});

test('what arrived while we slept is heard before the time is over', () => {
  const limit = limited(8000);
  setTimeout(() => setImmediate(() => limit.restart()), 8000);
  expect(pass(8100)).toBe(false);
});

test('nothing is over that was stopped', () => {
  const limit = limited(8000);
  pass(7000);
  limit.stop();
  expect(pass(9000)).toBe(false);
});
