import { expect, test } from 'vitest';
import type { SmmuNestingObservation } from '../spec/schema.ts';
import {
  type Command,
  cfgiSte,
  commands,
  plug,
  smmuCase,
  sync,
  tlbiAll,
} from '../suites/smmu-nesting/hand-made.fixture.ts';
import { decidingCommand } from './deciding-command.ts';

const FLUSH = tlbiAll();
const ILLEGAL: Command = [0x3_0046n, 0n];
const testCase = smmuCase({
  units: [{ vmid: 7 }],
  devices: [{ streamId: 1 }],
  steps: [commands(cfgiSte(1, 0n), sync), plug(0), commands(FLUSH, ILLEGAL, sync), commands(cfgiSte(1, 0n))],
});
const about = (rule: string, expected: string, observed: string, seen?: SmmuNestingObservation) =>
  decidingCommand(testCase, seen ?? null, { rule: `smmu-nesting.${rule}`, expected, observed });

test('a queue that does not come far enough, or too far, shows the command at which it should or does stop', () => {
  const found = about('queue.illegal', '1 consumed, CERROR_ILL', '3 consumed, no error (step 2: commands)');
  expect(found).toMatchObject({
    words: ILLEGAL,
    layout: { title: 'CMD_SYNC' },
    where: 'as the guest gave it',
  });
});

test('what is not passed on is the last command of the guest that asks for something', () => {
  const found = about('forward.translations', 'TLBI_NH_ALL done', 'not done (step 2: commands)');
  expect(found).toMatchObject({ words: FLUSH, layout: { title: 'CMD_TLBI_NH_ALL' } });
});

test('what reaches the host wrongly is drawn as the host was given it', () => {
  const calls: SmmuNestingObservation['steps'][number]['calls'] = [
    { call: 'issue', unit: 0, commands: [FLUSH, sync] },
  ];
  const seen = { steps: [{ calls: [] }, { calls: [] }, { calls }] };
  const found = about('convert.vmid', 'VMID 0x7', 'TLBI_NH_ALL VMID 0x0 (step 2: commands)', seen);
  expect(found).toMatchObject({ words: FLUSH, where: 'as the host was given it' });
});

test('of a stream no command is drawn, nor of an opcode that nobody knows', () => {
  expect(about('stream.bypass', 'bypass', 'abort (step 2: commands)')).toBeUndefined();
  const unknown = { ...testCase, steps: [commands([0xffn, 0n])] };
  const rule = { rule: 'smmu-nesting.queue.illegal', expected: '0 consumed', observed: '1 consumed' };
  expect(decidingCommand(unknown, null, rule)).toBeUndefined();
});
