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
  ['on lines of their own', ['0x0000000000AAA089\n0x0000000000800007\n']],
])('words of an entry are read %s', ([, texts]) => {
  expect(parseWords(texts, 2, 'context-legacy', 'word')).toEqual([0xaa_a089n, 0x80_0007n]);
});
