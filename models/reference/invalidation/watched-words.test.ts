import { expect, test } from 'vitest';
import { WatchedWords } from './watched-words.ts';

test('a word is watched by those who have read a structure that it lies in', () => {
  const watched = new WatchedWords();
  watched.add(0x1040n, 8, 1);
  watched.add(0x1040n, 2, 2);
  watched.add(0x1080n, 1, 3);
  const of = (...addresses: bigint[]) => [...watched.of(addresses)].sort();
  expect(of(0x1038n, 0x1088n, 0x2040n)).toEqual([]);
  expect(of(0x1040n)).toEqual([1, 2]);
  expect(of(0x1078n)).toEqual([1, 2]);
  expect(of(0x1048n, 0x1080n)).toEqual([1, 2, 3]);
});

test('a copy goes on by itself', () => {
  const watched = new WatchedWords();
  watched.add(0x1040n, 1, 1);
  const copy = new WatchedWords(watched);
  copy.add(0x1040n, 1, 2);
  expect([...watched.of([0x1040n])]).toEqual([1]);
  expect([...copy.of([0x1040n])]).toEqual([1, 2]);
});
