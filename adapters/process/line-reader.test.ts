import { expect, test } from 'vitest';
import { LineReader } from './line-reader.ts';

test('lines are whole, however the bytes arrive, a letter of several bytes cut in two included', () => {
  const bytes = Buffer.from('{"name":"Prüfling"}\n\nsecond\nthe rest');
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new LineReader(100);
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size)
      lines.push(...(reader.push(bytes.subarray(at, at + size)) ?? []));
    expect(lines).toEqual(['{"name":"Prüfling"}', '', 'second']);
    expect(reader.rest).toBe('the rest');
  }
});

test('a line that goes on beyond the limit is refused before it is kept', () => {
  const reader = new LineReader(10);
  expect(reader.push(Buffer.from('0123456789'))).toEqual([]);
  expect(reader.push(Buffer.from('\n0123'))).toEqual(['0123456789']);
  expect(reader.push(Buffer.from('4567890'))).toBeUndefined();
});
