/** The two ways to draw a case must not part: what a search finds is shrunk from where fast-check draws it again. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { built, drawCases, seed, seeds, upTo } from './drawing.ts';

const arbitrary = built([upTo(9), seed, seeds(1, 3), seeds(0, 8)], (...parts) => parts);

describe('what is built of integers', () => {
  test.each([0, 1, -1, 20_260_309, -0x8000_0000])(
    'is drawn straight as by fast-check under seed %i',
    (one) => {
      expect(drawCases(arbitrary, one, 300)).toEqual(fc.sample(arbitrary, { seed: one, numRuns: 300 }));
    },
  );

  test('has every value of a part about as often as any other', () => {
    const drawn = drawCases(arbitrary, 1, 4000);
    for (let value = 0; value <= 9; value++) {
      const share = drawn.filter(([first]) => first === value).length / drawn.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
  });

  test('shrinks to zeros and the shortest lists', () => {
    const { counterexample } = fc.check(
      fc.property(arbitrary, () => false),
      { seed: 3 },
    );
    expect(counterexample?.[0]).toEqual([0, 0, [0], []]);
  });

  test('is drawn by fast-check where it was made otherwise', () => {
    const other = arbitrary.map((parts) => parts.length);
    expect(drawCases(other, 5, 3)).toEqual([4, 4, 4]);
  });
});
