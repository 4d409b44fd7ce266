import { describe, expect, test } from 'vitest';
import { answersOf, exceptions, isRight, numbered, openStub } from './stub-process.fixture.ts';

describe('exactly the case that does it is blamed, and every other has its answer', {
  concurrent: true,
}, () => {
  test.for([
    ['crashes', 'crash: the process ended with SIGABRT'],
    ['crashes-after-reply', 'crash: the process ended with SIGABRT'],
    ['exits', 'crash: the process ended with exit status 3'],
    [
      'half-a-line',
      'crash: the process ended with exit status 0, in the middle of the line "{\\"id\\":2,\\"observation"',
    ],
    ['junk-on-stdout', 'protocol: a line on stdout is not JSON: "walking level 3\\u001b[2J"'],
    ['talks-after-reply', 'protocol: a line on stdout is not JSON: "done"'],
    [
      'no-id',
      'protocol: a line on stdout has no id: "{\\"observation\\":{\\"fault\\":null,\\"fields\\":{\\"CTP\\":\\"0x64000\\"}}}"',
    ],
    ['endless-line', 'protocol: a line on stdout is longer than 4194304 bytes'],
    ['answers-twice', 'protocol: it was answered twice'],
    [
      'wrong-field',
      'protocol: bad observation: fields.CTP: expected a 64-bit value such as "0x1f", not 4096',
    ],
    ['deep-observation', 'protocol: bad observation: nested too deeply'],
    ['refuses', 'refusal: out of memory'],
  ] as const)('%s', async ([behaviour, observed]) => {
    expect(exceptions(await answersOf(`${behaviour} 100`, 256))).toEqual([[100, observed]]);
  });

  test('wrong-id', async () => {
    const [[index, observed] = [], ...others] = exceptions(await answersOf('wrong-id 100', 256));
    expect([index, others]).toEqual([100, []]);
    expect(observed).toMatch(/^protocol: a reply has an id that was not asked: "\{\\"id\\":1002,/);
  });

  test('unknown-field', async () => {
    const [[index, observed] = [], ...others] = exceptions(await answersOf('unknown-field 100', 256));
    expect([index, others]).toEqual([100, []]);
    expect(observed).toMatch(/^protocol: bad reply: .*expected observation, skip or error, and nothing else/);
  });

  test('two that do it late', async () => {
    const implementation = await openStub('crashes-after-reply 100');
    const [good, bad] = [numbered(1)[0]!, numbered(101)[100]!];
    const cases = Array.from({ length: 100 }, (_, index) => (index === 40 || index === 43 ? bad : good));
    const answers = (await implementation.runBatch?.(cases)) ?? [];
    await implementation.close?.();
    expect(answers.flatMap((answer, index) => ('error' in answer ? [index] : []))).toEqual([40, 43]);
    expect(answers.filter((answer) => 'unrepeated' in answer)).toEqual([]);
  });
});

describe('a failure that no case brings back', { concurrent: true }, () => {
  test('is kept beside the answer of the case that met it', async () => {
    const [[, observed] = [], ...others] = exceptions(await answersOf('crashes-at-nth 50', 80));
    expect(others).toEqual([]);
    expect(observed).toBe('unrepeated crash: the process ended with SIGKILL');
  });

  test('is kept beside another answer where that case was passed over', async () => {
    const implementation = await openStub('crashes-at-nth 3');
    const strange = { ...numbered(1)[0]!, format: 'context-legacy' as const };
    const answers = await implementation.runBatch?.([numbered(1)[0]!, strange, strange, strange]);
    await implementation.close?.();
    expect(answers).toMatchObject([{ unrepeated: { kind: 'crash' } }, {}, { skip: /legacy root/ }, {}]);
  });

  test('does not stop a process that is asked one case at a time', async () => {
    const implementation = await openStub('crashes-at-nth 3');
    for (const [index, testCase] of numbered(10).entries()) {
      expect(isRight(await implementation.run(testCase), index)).toBe(true);
    }
    await implementation.close?.();
  });
});

describe('a process that goes on failing is given up', { concurrent: true }, () => {
  test('when it says at its second start that it is another', async () => {
    const answers = await answersOf('claims-by-chance 1', 3);
    const reason =
      'the process could not be started again: it claims something else than when it first started';
    expect(exceptions(answers).slice(-2)).toEqual([1, 2].map((index) => [index, `protocol: ${reason}`]));
  });
});
