import { describe, expect, test } from 'vitest';
import { NO_SLOT, SlotIndex } from './slot-index.ts';

describe('an index of slots', () => {
  test('gives slots in the order in which numbers come, and to a known number the slot that it has', () => {
    const index = new SlotIndex(4);
    expect([7, 2 ** 52 - 1, 0, 7].map((number) => index.add(number))).toEqual([1, 2, 3, 1]);
    expect(index.slotOf(2 ** 52 - 1)).toBe(2);
    expect(index.slotOf(1)).toBe(NO_SLOT);
  });

  test('tells numbers apart that share their low bits, also where they meet others on the way', () => {
    const index = new SlotIndex(4);
    const numbers = [1, 9, 17, 2, 2 ** 32 + 1, 2 ** 40 + 2];
    for (const number of numbers) index.add(number);
    expect(numbers.map((number) => index.slotOf(number))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('grows when more numbers come than it has room for', () => {
    const index = new SlotIndex(2);
    const numbers = Array.from({ length: 100 }, (_, number) => number * 512);
    for (const number of numbers) index.add(number);
    expect(numbers.map((number) => index.slotOf(number))).toEqual(numbers.map((_, slot) => slot + 1));
  });
});
