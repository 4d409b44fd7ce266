import { describe, expect, test } from 'vitest';
import { stub, testLimits } from '../process/stub-process.fixture.ts';
import { examineProcess } from './examine-process.ts';
import type { Probe } from './probe.ts';

/** The stubs that answer nothing, or do not end; of all others a slow machine must not be taken for them. */
const silent = ['hangs', 'keeps-replies', 'ignores-bye'];

/** A patient is examined once: it starts many times. */
const examined = new Map<string, Promise<readonly Probe[]>>();
function probesOf(behaviour: string): Promise<readonly Probe[]> {
  const known = examined.get(behaviour) ?? examine(behaviour);
  examined.set(behaviour, known);
  return known;
}

async function examine(behaviour: string): Promise<readonly Probe[]> {
  const probes: Probe[] = [];
  const limits = silent.includes(behaviour) ? { ...testLimits, caseMs: 2000, byeMs: 1000 } : testLimits;
  await examineProcess(stub(behaviour), (probe) => probes.push(probe), limits);
  return probes;
}

/** Each starts half a dozen times: `npm test` has one or two a probe, .ci/run has all. */
const isWhole = process.env['STUBS'] === 'all';

describe('a right adapter is healthy', { concurrent: true }, () => {
  test.for(['happy', ...(isWhole ? ['out-of-order', 'dribbles', 'starts-slowly', 'wrong-answer'] : [])])(
    '%s',
    async (behaviour) => {
      const probes = await probesOf(behaviour);
      expect(probes.filter(({ condition }) => condition !== 'well')).toEqual([]);
      expect(probes.map(({ subject }) => subject)).toEqual([
        'hello',
        'claims',
        'profile',
        'entry: one by one',
        'entry: together',
        'entry: time',
        'hex as 0x000000000000001F',
        'a request of 3 KiB',
        'an op that it does not know',
        'bye',
        'end of stdin without bye',
      ]);
    },
  );

  test('also one that passes every case over, which is remarked', async () => {
    const remarks = (await probesOf('skips')).filter(({ condition }) => condition !== 'well');
    expect(remarks).toMatchObject([
      {
        condition: 'remark',
        subject: 'entry: one by one',
        found: expect.stringMatching(/^all 32 cases skipped, so that nothing is judged: .*nested\\u001b/),
      },
    ]);
  });

  test.for(isWhole ? ['floods-stderr'] : [])('also one that writes to stderr: %s', async (behaviour) => {
    const remarks = (await probesOf(behaviour)).filter(({ condition }) => condition !== 'well');
    expect(remarks).toMatchObject([{ condition: 'remark', subject: 'stderr' }]);
  });
});

type Fault = readonly [behaviour: string, subject: string, found: RegExp, advice: RegExp];

const moreFaults: readonly Fault[] = [
  ['exit-status', 'bye', /^ends with exit status 23$/, /sanitizers/],
  ['control-name', 'claims', /^name: expected no control characters/, /contract\.md/],
  ['junk-on-stdout', 'entry: one by one', /is not JSON: "walking level 3\\u001b\[2J"/, /goes to stderr$/],
  ['hangs', 'entry: one by one', /^hang: no answer in 2 s$/, /flush/],
  [
    'crashes-at-nth 40',
    'entry: together',
    /^crash: the process ended with SIGKILL$/,
    /no case does it again/,
  ],
  ['changes-its-mind', 'entry: together', /answered otherwise the second time/, /empty unit/],
  ['ignores-bye', 'bye', /^did not end in 1 s and was killed$/, /leave the loop/],
  ['wrong-id', 'entry: one by one', /id that was not asked: "\{\\"id\\":1002,/, /"id" .* as it is/],
  ['no-id', 'entry: one by one', /has no id: "\{\\"observation/, /"id" of the request/],
  ['unknown-field', 'entry: one by one', /bad reply: .*expected observation, skip or error/, /nothing else$/],
  ['refuses', 'entry: one by one', /^refusal: out of memory$/, /"skip"/],
  ['keeps-replies', 'entry: one by one', /^hang: no answer in 2 s$/, /flush/],
  ['half-a-line', 'entry: one by one', /in the middle of the line/, /whole line/],
  ['answers-twice', 'entry: one by one', /answered twice/, /one reply/],
  ['endless-line', 'entry: one by one', /longer than 4194304 bytes/, /newline/],
  [
    'crashes-at-nth 5',
    'entry: one by one',
    /^crash: the process ended with SIGKILL$/,
    /no case does it again/,
  ],
];

describe('the fault of a wrong adapter is named, with what to do', { concurrent: true }, () => {
  test.for<Fault>([
    ['dies-in-hello', 'hello', /^the process ended with exit status 7$/, /by hand/],
    ['talks-in-hello', 'hello', /is not JSON: "Welcome/, /goes to stderr$/],
    ['refuses-hello', 'claims', /^it refuses: "I speak version 2"$/, /version 1/],
    ['wrong-field', 'entry: one by one', /fields\.CTP: expected a 64-bit value .* 4096$/, /strings/],
    ['crashes', 'entry: one by one', /^crash: the process ended with SIGABRT$/, /debugger/],
    ['swapped-ids', 'entry: together', /answers of some cases are exchanged/, /id of the request/],
    ['answers-late-again', 'entry: one by one', /answered twice/, /one reply/],
    ['claims-by-chance', 'second start', /claims something else than when it first/, /same as the first/],
    ...(isWhole ? moreFaults : []),
  ])('%s', async ([behaviour, subject, found, advice]) => {
    const ill = (await probesOf(behaviour)).filter(({ condition }) => condition === 'ill');
    expect(ill).toHaveLength(1);
    expect(ill[0]).toMatchObject({
      subject,
      found: expect.stringMatching(found),
      sent: expect.stringMatching(/^\{/),
      advice: expect.stringMatching(advice),
    });
  });

  test('of a claim every field, and every breach of the lattice', async () => {
    const ill = (await probesOf('wrong-claim')).filter(({ condition }) => condition === 'ill');
    expect(ill.map(({ found }) => found)).toEqual([
      expect.stringMatching(/^areas\.1: expected .*, not "entries"$/),
      'profile mine is not legal: PRS must be 0 when SMTS is 0',
      'profile mine is not legal: PRS must be 0 when DT is 0',
    ]);
    expect(ill[0]?.came).toMatch(/"areas":\["entry","entries"\]/);
  });

  test('with the message that came, and what was written to stderr', async () => {
    const [field] = (await probesOf('wrong-field')).filter(({ condition }) => condition === 'ill');
    expect(field?.came).toBe('{"id":2,"observation":{"fault":null,"fields":{"CTP":4096}}}');
    const [crash] = (await probesOf('crashes')).filter(({ condition }) => condition === 'ill');
    expect(crash?.stderr).toBe('assertion failed: walk depth\n');
  });
});

test('a program that is not there is a fault; a command line that is none is refused', async () => {
  const probes: Probe[] = [];
  await examineProcess('./no-such-program', (probe) => probes.push(probe), testLimits);
  expect(probes).toMatchObject([
    { condition: 'ill', subject: 'hello', found: expect.stringMatching(/^cannot run "\.\/no-such-program"/) },
  ]);
  await expect(examineProcess('"x', () => {}, testLimits)).rejects.toMatchObject({ kind: 'usage' });
});
