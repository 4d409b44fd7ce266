import { expect, test } from 'vitest';
import type { RunningMachine } from './running-machine.ts';
import { Translator } from './translator.ts';

test('what is renewed is reset, and goes on running', async () => {
  const calls: string[] = [];
  const machine = {
    capabilities: { cap: 1n, ecap: 2n },
    alive: true,
    reset: async () => void calls.push('reset'),
  } as unknown as RunningMachine;
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
    return { capabilities: { cap: 1n, ecap: 2n }, alive: true } as unknown as RunningMachine;
  });
  await expect(translator.capabilities()).rejects.toThrow('no display');
  await translator.renew();
  expect(await translator.answer([])).toEqual([]);
  expect(await translator.capabilities()).toEqual({ cap: 1n, ecap: 2n });
});
