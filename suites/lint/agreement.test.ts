import { expect, test } from 'vitest';
import { Agreement } from './agreement.ts';

test('of many keys, near and far, negative too, only those that disagree are named', () => {
  const agreement = new Agreement();
  const keys = Array.from({ length: 1000 }, (_, index) => [index, index * 2 ** 32, -1 - index]).flat();
  [...keys, ...keys].forEach((key, index) => {
    agreement.add(key, 7, () => index);
  });
  const row = 2 * keys.length;
  const [odd, far] = [keys[1500] ?? 0, 5 * 2 ** 32];
  agreement.add(odd, 8, () => row);
  agreement.add(far, 2 ** 40, () => row + 1);
  expect([...agreement.dissents()]).toEqual([
    { key: far, row: row + 1, other: 16 },
    { key: odd, row, other: 1500 },
  ]);
});

test('of two that disagree the later is named, of more who is alone', () => {
  const agreement = new Agreement();
  agreement.add(1, 10, () => 0);
  agreement.add(1, 20, () => 1);
  expect([...agreement.dissents()]).toEqual([{ key: 1, row: 1, other: 0 }]);
  agreement.add(1, 20, () => 2);
  expect([...agreement.dissents()]).toEqual([{ key: 1, row: 0, other: 1 }]);
});

test('a row is asked for only where it is kept: the first of each side', () => {
  const agreement = new Agreement();
  const asked: number[] = [];
  [10, 10, 20, 20, 10].forEach((value, row) => {
    agreement.add(1, value, () => asked.push(row));
  });
  expect(asked).toEqual([0, 2]);
});

test('of tables gone wild the first are kept and the rest is counted', () => {
  const agreement = new Agreement();
  for (let row = 0; row < 100; row++) agreement.add(1, row, () => row);
  for (let key = 2; key < 10_002; key++) for (const value of [1, 2]) agreement.add(key, value, () => key);
  const kept = [...agreement.dissents()].length;
  expect(kept).toBe(64 + 4095);
  expect(kept + agreement.left).toBe(99 + 10_000);
});
