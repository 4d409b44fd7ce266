import { expect, test } from 'vitest';
import { wordsOfMemoryDump } from './memory-dump.ts';
import { parseWords } from './words.ts';

const words = [0xaa_a089n, 0x80_0007n, 0x1_2345_6789_0000n, 0n];

test.for<readonly [string, readonly string[]]>([
  [
    'hexdump -C',
    [
      '00000000  89 a0 aa 00 00 00 00 00  07 00 80 00 00 00 00 00  |.............ab.|',
      '00000010  00 00 89 67 45 23 01 00  00 00 00 00 00 00 00 00  |...gE#..........|',
      '00000020',
    ],
  ],
  [
    'hexdump',
    [
      '0000000 a089 00aa 0000 0000 0007 0080 0000 0000',
      '0000010 0000 6789 2345 0001 0000 0000 0000 0000',
      '0000020',
    ],
  ],
  [
    'xxd',
    [
      '00000000: 89a0 aa00 0000 0000 0700 8000 0000 0000  ......ab  cd....',
      '00000010: 0000 8967 4523 0100 0000 0000 0000 0000  ...gE#..........',
    ],
  ],
  [
    'od -tx8',
    ['0000000 0000000000aaa089 0000000000800007', '0000020 0001234567890000 0000000000000000', '0000040'],
  ],
  [
    'od -tx4',
    ['0000000 00aaa089 00000000 00800007 00000000', '0000020 67890000 00012345 00000000 00000000', '0000040'],
  ],
  [
    'a debugger',
    [
      '0xffff88810a601000:\t0x0000000000aaa089\t0x0000000000800007',
      '0xffff88810a601010:\t0x0001234567890000\t0x0000000000000000',
    ],
  ],
  [
    'a boot loader',
    [
      '10a601000: 00aaa089 00000000 00800007 00000000    ................',
      '10a601010: 67890000 00012345 00000000 00000000    ....gE#.........',
    ],
  ],
  [
    'a debugger by 16 bits',
    [
      '0x10a601000:\t0xa089\t0x00aa\t0x0000\t0x0000\t0x0007\t0x0080\t0x0000\t0x0000',
      '0x10a601010:\t0x0000\t0x6789\t0x2345\t0x0001\t0x0000\t0x0000\t0x0000\t0x0000',
    ],
  ],
  [
    'xxd -g8, whose text tells the order',
    [
      '00000000: 89a0aa0000000000 0700800000000000  ................',
      '00000010: 0000896745230100 0000000000000000  ...gE#..........',
    ],
  ],
  [
    'rd -16, whose text tells the order',
    [
      '10a601000:  a089 00aa 0000 0000 0007 0080 0000 0000   ................',
      '10a601010:  0000 6789 2345 0001 0000 0000 0000 0000   ...gE#..........',
    ],
  ],
  [
    'hexdump -C above 4 GiB',
    [
      '10a601000  89 a0 aa 00 00 00 00 00  07 00 80 00 00 00 00 00  |................|',
      '10a601010  00 00 89 67 45 23 01 00  00 00 00 00 00 00 00 00  |...gE#..........|',
    ],
  ],
  [
    'bytes alone',
    ['89 A0 AA 00 00 00 00 00 07 00 80 00 00 00 00 00', '00 00 89 67 45 23 01 00 00 00 00 00 00 00 00 00'],
  ],
])('words are read little-endian out of what %s prints', ([, lines]) => {
  expect(wordsOfMemoryDump(lines.join('\n'))).toEqual(words);
});

test.for<readonly [string, readonly string[]]>([
  [
    'hexdump',
    [
      '0000000 0001 0000 0000 0000 0000 0000 0000 0000',
      '0000010 0000 0000 0000 0000 0000 0000 0000 0000',
      '*',
      '0000040',
    ],
  ],
  [
    'od',
    [
      '0000000 0000000000000001 0000000000000000',
      '0000020 0000000000000000 0000000000000000',
      '*',
      '0000100',
    ],
  ],
])('a star of %s stands for lines like the one before it', ([, lines]) => {
  expect(wordsOfMemoryDump(lines.join('\n'))).toEqual([1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
});

test.for<readonly [string, string]>([
  ['xxd -g8', '00000000: 89a0aa0000000000 0700800000000000  ................'],
  ['rd -16', '10a601000:  a089 00aa 0000 0000 0007 0080 0000 0000   ................'],
  ['xxd -g4', '00000000: 89a0aa00 00000000 07008000 00000000  ................'],
  ['a boot loader', '10a601000: 0000000000aaa089 0000000000800007    ................'],
])('the likelier order of bytes of %s is taken, where no text tells it', ([, line]) => {
  expect(wordsOfMemoryDump(line)).toEqual([0xaa_a089n, 0x80_0007n]);
});

test.for(['0x1f 0x20', 'pasid', '00:02.0\t0x0', '0000000000aaa089 0000000000800007', '00000000  8 9', ''])(
  '%j is no dump of memory',
  (text) => {
    expect(wordsOfMemoryDump(text)).toBeUndefined();
  },
);

test.for<readonly [string, readonly string[]]>([
  ['with underscores', ['0x0000_0000_00aa_a089', '0x80_0007']],
  ['in C', ['{ 0xaaa089ULL,', '0x800007UL };']],
  ['with commas', ['0xAAA089,0x800007']],
  ['without prefix', ['0000000000aaa089', '0000000000800007']],
  ['highest first, as the kernel prints an entry', ['0x0000000000800007:0x0000000000aaa089']],
  ['in halves of 32 bits, the low one first', ['0x00aaa089', '0x00000000', '0x00800007', '0x00000000']],
  ['by their names', ['.hi = 0x800007, .lo = 0xaaa089']],
  ['by their places', ['val[1] = 0x800007\nval[0]: 0xaaa089']],
  ['as a log has them', ['hi 0x0000000000800007, low 0x0000000000aaa089']],
  ['as a queue has them', ['qw1 = 0x800007, qw0 = 0xaaa089']],
  ['out of a quotation', ['> 0xaaa089\n> 0x800007\n']],
  ['out of a journal', ['Nov 22 03:01:20 host kernel: pe: 00000000: 0000000000aaa089 0000000000800007\n']],
  ['on lines of their own', ['0x0000000000AAA089\n0x0000000000800007\n']],
])('words of an entry are read %s', ([, texts]) => {
  expect(parseWords(texts, 2, 'context-legacy', 'word')).toEqual([0xaa_a089n, 0x80_0007n]);
});

test('digits that make an entry present only as bytes in the order of memory are refused, unless 0x tells', () => {
  const read = (...texts: string[]) => parseWords(texts, 2, 'context-legacy', 'word');
  expect(() => read('89a0aa0000000000', '0700800000000000')).toThrow(
    '"89a0aa0000000000" may be a number or bytes in the order of memory',
  );
  expect(read('0x89a0aa0000000000', '0x0')).toEqual([0x89a0_aa00_0000_0000n, 0n]);
  // Present as a number too, and in neither order.
  expect(read('89a0aa0000000001', '0x0')).toEqual([0x89a0_aa00_0000_0001n, 0n]);
  expect(read('88a0aa0000000000', '0x0')).toEqual([0x88a0_aa00_0000_0000n, 0n]);
});

test('the text beside a hexdump tells the order with its quotes', () => {
  const line = '10a601000:  5489 2722 0000 0000 0007 0000 0000 0000   .T"\'............';
  expect(parseWords([line], 2, 'context-legacy', 'word')).toEqual([0x2722_5489n, 7n]);
  const swapped = '10a601000:  5489 2722 0000 0000 0007 0000 0000 0000   T.\'"............';
  expect(parseWords([swapped], 2, 'context-legacy', 'word')).toEqual([0x2227_8954n, 0x700n]);
});
