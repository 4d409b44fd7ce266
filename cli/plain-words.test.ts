import { expect, test } from 'vitest';
import { anyWords } from './words.ts';

const words = [0xaa_a089n, 0x80_0007n, 0x1_2345_6789_0000n, 0n];
const digits = words.map((word) => word.toString(16).padStart(16, '0'));
const memory = digits.map((word) => (word.match(/../g) ?? []).reverse());
const line = (index: number): string =>
  memory
    .slice(index, index + 2)
    .flat()
    .join(' ');

test.for<readonly [string, string]>([
  ['C', `{ ${digits.map((word) => `0x${word}ULL`).join(', ')} };`],
  ['Rust', `[${digits.map((word) => `0x${word}_u64`).join(', ')}]`],
  ['JavaScript', `[${words.map((word) => `0x${word.toString(16)}n`).join(', ')}]`],
  ['an assembler', digits.map((word) => `${word}h`).join(' ')],
  ['JSON', JSON.stringify(digits.map((word) => `0x${word}`))],
  ['assignments', digits.map((word, index) => `val[${index}] = 0x${word}`).join('\n')],
  [
    'a debugger that counts',
    '$1 = {val = {0xaaa089, 0x800007, 0x123456789 <repeats 0 times>, 0x1234567890000, 0x0}}',
  ],
  ['one number', `0x${[...digits].reverse().join('_')}`],
  [
    'bytes of C',
    memory
      .flat()
      .map((byte) => `0x${byte}`)
      .join(', '),
  ],
  [
    'a string of C',
    memory
      .flat()
      .map((byte) => `\\x${byte}`)
      .join(''),
  ],
  ['xxd -p', memory.flat().join('').replace(/.{60}/, '$&\n')],
  ['od -z', `0000000 ${line(0)}  >................<\n0000020 ${line(2)}  >................<\n0000040`],
  [
    'print_hex_dump',
    `[   12.5] entry: 00000000: ${line(0)}  ........\n[   12.5] entry: 00000010: ${line(2)}  ....`,
  ],
  [
    'a monitor',
    `(qemu) xp /4gx 0x1000\n0000000000001000: 0x${digits[0]} 0x${digits[1]}\n0000000000001010: 0x${digits[2]} 0x${digits[3]}\n(qemu)`,
  ],
  [
    'a debugger that knows names',
    `0xffff888100105000 <table+0>:\t0x${digits[0]}\t0x${digits[1]}\n0xffff888100105010 <table+16>:\t0x${digits[2]}\t0x${digits[3]}`,
  ],
])('words are read as %s writes them', ([, text]) => {
  expect(anyWords([text], 'word')).toEqual(words);
});

test('equal words that a debugger counts are as many', () => {
  expect(anyWords(['$1 = {0x5, 0x0 <repeats 7 times>}'], 'word')).toEqual([5n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
});

test.for(['0x12345g', `0x${'1'.repeat(17)}`, '-1', '1.5', '0x', "it's"])('"%s" is no word', (text) => {
  expect(() => anyWords([text], 'word')).toThrow(/^word 0 ".*": expected a 64-bit word/);
});

test('words without a place beside those that have one stay where they stand', () => {
  expect(anyWords(['hi = 0x5, lo = 0x6, 0x7'], 'word')).toEqual([5n, 6n, 7n]);
  expect(anyWords(['hi = 0x5, lo = 0x6'], 'word')).toEqual([6n, 5n]);
});
