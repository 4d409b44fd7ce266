import { expect, test } from 'vitest';
import { nameOf } from './explained.ts';
import { otherLiterals } from './literals.ts';
import { mutantsOf } from './mutants.ts';

const after = (source: string, operator: string) =>
  mutantsOf('a.ts', source)
    .filter((mutant) => mutant.operator === operator)
    .map((mutant) => mutant.after);

test('a mask loses either end, grows at either end, and moves a bit up, in the notation that it has', () => {
  expect(otherLiterals('0x1c0')).toEqual(['0x180', '0xc0', '0x1e0', '0x3c0', '0x380']);
  expect(otherLiterals('0x80n')).toEqual(['0x0n', '0xc0n', '0x180n', '0x100n']);
});

test('a mask gains no bits that its operators do not see', () => {
  expect(otherLiterals('0xffff_f000')).toEqual(['0xffffe000', '0x7ffff000', '0xfffff800']);
  expect(otherLiterals('0xffff_ffff_ffff_f000n')).toEqual([
    ...['0xffffffffffffe000n', '0x7ffffffffffff000n', '0xfffffffffffff800n'],
  ]);
});

test('a count is one more or less, never below nothing; a fraction stays', () => {
  expect([otherLiterals('12'), otherLiterals('0'), otherLiterals('9n'), otherLiterals('0.5')]).toEqual([
    ['13', '11'],
    ['1'],
    ['10n', '8n'],
    [],
  ]);
});

test.for<[string, string, readonly string[]]>([
  ['comparison', 'x = a < b;', ['x = a <= b;']],
  ['bitwise', 'x = a & (b ^ c);', ['x = a | (b ^ c);', 'x = a & (b | c);']],
  ['shift', 'x = a >>> 3;', ['x = a << 3;']],
  ['shift', 'x = a >>> 0;', []],
  ['arithmetic', 'x = a + b;', ['x = a - b;']],
  ['boolean', 'x = a && b;', ['x = a || b;']],
  ['dropped operand', 'x = a & b;', ['x = (a);', 'x = (b);']],
  ['dropped operand', 'x = (a as number) >>> 3;', ['x = (a as number);']],
  ['dropped negation', 'x = !a;', ['x = (a);']],
  ['flag', 'f(true);', ['f(false);']],
  ['branch', 'x = a ? b : c;', ['x = (b);', 'x = (c);']],
  ['assignment', 'a |= b;', ['a = b;']],
  ['assignment', 'a++;', ['a--;']],
  ['dropped statement', 'if (a) f();', [';', 'if (a) ;']],
  [
    'order',
    'function f() { if (a) return 1; if (b) return 2; }',
    ['function f() { if (b) return 2; if (a) return 1; }'],
  ],
  ['order', 'a = 1; b = 2;', []],
  ['swapped arguments', 'f(a, b, b);', ['f(b, a, b);']],
  ['off by one', 'f(level);', ['f((level + 1));', 'f((level - 1));']],
])('%s: %s', ([operator, source, expected]) => {
  expect(after(source, operator)).toEqual(expected);
});

test('types, names of members and the first values of state are let be', () => {
  const source =
    'export const state = { at: 0, on: false };\nlet count = 0;\ntype A = { 1: 2 };\nconst x = { 1: y } as A;';
  expect(mutantsOf('a.ts', source)).toEqual([]);
});

test('a mutant is told by what changes in which function, not by its line', () => {
  const source = 'function f() {\n  return a & 1;\n}\n';
  const moved = mutantsOf('a.ts', `// Above.\n${source}`);
  const names = mutantsOf('a.ts', source).map(nameOf);
  expect(moved.map(nameOf)).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
  expect(moved[0]).toMatchObject({ line: 3, within: 'f', before: 'return a & 1;' });
});
