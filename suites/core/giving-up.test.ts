import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../spec/implementation.ts';
import { Patience, ShrinkingToll } from './giving-up.ts';

/** Why it is given up, and after how many cases, when every case `every` cases ends by `kind`. */
function spent(kind: FailureKind, every: number, areDeathsExpected = false): string | undefined {
  const patience = new Patience(areDeathsExpected);
  for (let cases = 1; cases <= 20_000; cases++) {
    patience.saw(cases % every === 0 ? kind : undefined);
    const reason = patience.spent(cases);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

describe('an implementation is given up', () => {
  test('after 16 deaths where one case in four or more is deadly', () => {
    expect(spent('crash', 1)).toBe('16 of 16 cases ended the implementation');
    expect(spent('crash', 4)).toBe('16 of 64 cases ended the implementation');
  });

  test('after 100 deaths however rare they are', () => {
    expect(spent('crash', 5)).toBe('100 of 500 cases ended the implementation');
    expect(spent('crash', 200)).toBe('100 of 20000 cases ended the implementation');
  });

  test('after 3 hangs, expected ones too: each costs a whole time limit', () => {
    expect(spent('hang', 100)).toBe('3 of 300 cases hang');
    expect(spent('hang', 100, true)).toBe('3 of 300 cases hang');
  });

  test('never for deaths that a person expects, and never for wrong or refused answers', () => {
    expect(spent('crash', 1, true)).toBeUndefined();
    expect(spent('protocol', 1)).toBeUndefined();
    expect(spent('refusal', 1)).toBeUndefined();
  });
});

test('shrinking pays for deaths of its own finding, and less and less for others', () => {
  const toll = new ShrinkingToll();
  toll.paid(300, true);
  expect([toll.allowance(true), toll.allowance(false)]).toEqual([400, 100]);
  toll.paid(70, false);
  expect(toll.allowance(false)).toBe(30);
  toll.paid(30, false);
  expect([toll.allowance(true), toll.allowance(false)]).toEqual([400, 4]);
});
