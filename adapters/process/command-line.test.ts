import { expect, test } from 'vitest';
import { wordsOf } from './command-line.ts';

test.for([
  ['./adapter --fast', ['./adapter', '--fast']],
  ['  \'a b\'  "c d"\te\\ f ', ['a b', 'c d', 'e f']],
  [`a'b c'"d e"f`, ['ab cd ef']],
  [`"say \\"x\\" \\\\ \\n" '\\'`, ['say "x" \\ \\n', '\\']],
  [`x '' ""`, ['x', '', '']],
  ['env A=1 ./adapter', ['env', 'A=1', './adapter']],
  ['a "$HOME" `b` $(c) * > d | e; f', ['a', '$HOME', '`b`', '$(c)', '*', '>', 'd', '|', 'e;', 'f']],
] as const)('%s', ([text, words]) => {
  expect(wordsOf(text)).toEqual(words);
});

test.for([
  ["a 'b", /nothing ends what starts with "'b"/],
  ['a "b\\"', /nothing ends what starts with/],
  ['a \\', /nothing ends what starts with/],
  ['', /names no program/],
  ["''", /names no program/],
  ['a\0b', /NUL/],
] as const)('%s is malformed', ([text, message]) => {
  expect(() => wordsOf(text)).toThrow(message);
});
