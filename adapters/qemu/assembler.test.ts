import { expect, test } from 'vitest';
import { Assembler } from './assembler.ts';

test('distances to labels before and after are counted from the end of the jump', () => {
  const asm = new Assembler(0x1_8000_0000n);
  asm.label('start').code('90 90').jump('eb', 'start', 1).jump('e9', 'end', 4).code('f4').label('end');
  expect([...asm.bytes()]).toEqual([0x90, 0x90, 0xeb, 0xfc, 0xe9, 1, 0, 0, 0, 0xf4]);
  expect(asm.address('end')).toBe(0x1_8000_000an);
});

test('immediates are little-endian, and an unknown or a distant label is a mistake', () => {
  const asm = new Assembler(0n).imm32(0x1234_5678n).imm64(0x0102_0304_0506_0708n);
  expect([...asm.bytes()]).toEqual([0x78, 0x56, 0x34, 0x12, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(() => asm.address('nowhere')).toThrow('no label nowhere');
  const far = new Assembler(0n).jump('eb', 'end', 1).code('90'.repeat(200)).label('end');
  expect(() => far.bytes()).toThrow('end is too far away');
});
