import { expect, test } from 'vitest';
import { bits } from './bits.ts';
import { definedBits, registerNamed, registers } from './registers.ts';

test.each(registers)('$name: fields lie within the register, and no two on one bit', ({ fields, ...one }) => {
  let taken = 0n;
  for (const { high, low } of fields) {
    expect(high).toBeGreaterThanOrEqual(low);
    expect(taken & bits(high, low)).toBe(0n);
    taken |= bits(high, low);
  }
  expect(taken >> BigInt(one.bits)).toBe(0n);
  expect(definedBits(one.name)).toBe(taken);
});

test('a name stands for one register', () => {
  for (const register of registers) expect(registerNamed(register.name)).toBe(register);
});

test('a register that is not here has no defined bits', () => {
  expect(() => definedBits('NONE')).toThrow(RangeError);
});
