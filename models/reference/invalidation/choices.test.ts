import { expect, test } from 'vitest';
import { Choices } from './choices.ts';

test('what is worked out at a junction holds for every way behind it, and for no other', () => {
  const choices = new Choices();
  const ways: string[] = [];
  let made = 0;
  do {
    const branch = choices.take(2);
    const name = choices.once(() => `${branch}:${made++}`);
    ways.push(`${name} ${choices.take(3)}`);
  } while (choices.advance());
  expect(ways).toEqual(['0:0 0', '0:0 1', '0:0 2', '1:1 0', '1:1 1', '1:1 2']);
});
