import { expect, test } from 'vitest';
import { printable, quoted } from './printable.ts';

test('a terminal is not obeyed: control characters and turns of direction are shown', () => {
  expect(printable('a\u001b[2J\u0007\r\u009b\u202eb\tc\nd é')).toBe(
    'a\\u001b[2J\\u0007\\u000d\\u009b\\u202eb\tc\nd é',
  );
});

test('what is quoted stays on one line and is not long', () => {
  expect(quoted('a\n"b"\u009b')).toBe('"a\\n\\"b\\"\\u009b"');
  expect(quoted('x'.repeat(1000))).toHaveLength(120 + 3);
});
