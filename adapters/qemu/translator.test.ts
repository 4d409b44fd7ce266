import { expect, test } from 'vitest';
import { stillMachine } from './still-machine.fixture.ts';
import { Translator } from './translator.ts';

test('what is renewed is reset, and goes on running', async () => {
  const calls: string[] = [];
  const machine = stillMachine({ reset: async () => void calls.push('reset') });
  const translator = new Translator(async () => {
    calls.push('start');
    return machine;
  });
  await translator.renew();
  expect(calls).toEqual([]);
  await translator.capabilities();
  await translator.renew();
  expect(await translator.capabilities()).toEqual({ cap: 1n, ecap: 2n });
  expect(calls).toEqual(['start', 'reset']);
});

test('a machine that did not start is renewed by starting the next one', async () => {
  let starts = 0;
  const translator = new Translator(async () => {
    starts++;
    if (starts === 1) throw new Error('no display');
    return stillMachine({});
  });
  await expect(translator.capabilities()).rejects.toThrow('no display');
  await translator.renew();
  expect(await translator.answer([])).toEqual([]);
  expect(await translator.capabilities()).toEqual({ cap: 1n, ecap: 2n });
});
