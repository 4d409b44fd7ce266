import { expect, test } from 'vitest';
import { Agreement } from './agreement.ts';

test('of many keys, near and far, negative too, only those that disagree are named', () => {
  const agreement = new Agreement();
  const keys = Array.from({ length: 1000 }, (_, index) => [index, index * 2 ** 32, -1 - index]).flat();
  let row = 0;
  for (const key of keys) agreement.add(key, 7, row++);
  for (const key of keys) agreement.add(key, 7, row++);
  const [odd, far] = [keys[1500] ?? 0, 5 * 2 ** 32];
  agreement.add(odd, 8, row);
  agreement.add(far, 2 ** 40, row + 1);
  expect([...agreement.dissents()]).toEqual([
    { key: far, row: row + 1, other: 16 },
    { key: odd, row, other: 1500 },
  ]);
});

test('of two that disagree the later is named, of more who is alone', () => {
  const agreement = new Agreement();
  agreement.add(1, 10, 0);
  agreement.add(1, 20, 1);
  expect([...agreement.dissents()]).toEqual([{ key: 1, row: 1, other: 0 }]);
  agreement.add(1, 20, 2);
  expect([...agreement.dissents()]).toEqual([{ key: 1, row: 0, other: 1 }]);
});
