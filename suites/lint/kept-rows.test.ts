import { expect, test } from 'vitest';
import { KeptRows, type Row } from './kept-rows.ts';

test('rows come back as they were, those of PASID table entries and of a new piece too', () => {
  const rows = Array.from(
    { length: 5000 },
    (_, index): Row => ({
      line: index + 1,
      sourceId: 0xffff - index,
      pasid: index % 3 === 0 ? undefined : index,
      words: index % 3 === 0 ? [BigInt(index), 1n] : [BigInt(index), 1n, 1n << 63n],
    }),
  );
  const kept = new KeptRows();
  const numbers = rows.map((row) => kept.add(row));
  expect(numbers.map((number) => kept.get(number))).toEqual(rows);
});
