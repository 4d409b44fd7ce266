import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openImplementation } from '../open.ts';
import { OpenError } from '../open-error.ts';
import { answersOf, exceptions, isAlive, isRight, numbered, openStub, stub } from './stub-process.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'process-adapter-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function refusal(spec: string): Promise<OpenError> {
  const thrown: unknown = await openImplementation(spec, { qemuArgs: [] }).catch((error: unknown) => error);
  if (!(thrown instanceof OpenError)) throw new Error(`${spec} was not refused`);
  return thrown;
}

describe('a process that speaks the protocol', { concurrent: true }, () => {
  test('says who it is and answers each case of a batch in its place', async () => {
    const implementation = await openImplementation(`process:${stub('happy')}`, { qemuArgs: [] });
    expect(implementation).toMatchObject({ name: 'stub', version: '1.0', profile: 'any', areas: ['entry'] });
    const cases = numbered(1000);
    expect(exceptions((await implementation.runBatch?.(cases)) ?? [])).toEqual([]);
    expect(isRight(await implementation.run(cases[77]!), 77)).toBe(true);
    await implementation.close?.();
  });

  test('may claim profiles of its own', async () => {
    const implementation = await openStub('profiles');
    expect(implementation.profile).toMatchObject([{ name: 'mine', ecap: 0xf42n }]);
    await implementation.close?.();
  });

  test.for(['out-of-order', 'dribbles', 'floods-stderr', 'starts-slowly'])(
    'may answer in any order and in any pieces, write to stderr and start slowly: %s',
    async (behaviour) => {
      const count = behaviour === 'out-of-order' ? 300 : 40;
      expect(exceptions(await answersOf(behaviour, count))).toEqual([]);
    },
  );

  test('is asked by one batch at a time', async () => {
    const implementation = await openStub('happy');
    const both = await Promise.all([1, 2].map(() => implementation.runBatch?.(numbered(100))));
    for (const answers of both) expect(exceptions(answers ?? [])).toEqual([]);
    await implementation.close?.();
  });

  test('may pass a case over, and says why', async () => {
    const answers = await answersOf('skips 7', 20);
    expect(exceptions(answers)).toEqual([[7, 'skip: nested\\u001b[2J is not there yet']]);
    const implementation = await openStub('skips 7');
    await expect(implementation.run(numbered(8)[7]!)).rejects.toMatchObject({ name: 'CaseSkipped' });
    await implementation.close?.();
  });

  test('has forgotten what it was asked when it is renewed', async () => {
    const implementation = await openStub('answers-one-case');
    const first = numbered(1);
    expect(exceptions((await implementation.runBatch?.([...first, ...first])) ?? [])).toHaveLength(1);
    await implementation.renew?.();
    expect(exceptions((await implementation.runBatch?.(first)) ?? [])).toEqual([]);
    await implementation.close?.();
  });

  test('sees of our environment what it needs, and no secrets', async () => {
    process.env['IOMMU_CONFORMANCE_SECRET'] = 'x';
    const [answer] = await answersOf('environment', 1);
    const names = answer && 'skip' in answer ? answer.skip.split(' ') : [];
    expect(names).toContain('PATH');
    // The last one is what the command line of the stub says itself.
    const meant = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'NODE_COMPILE_CACHE'];
    expect(names.filter((name) => !meant.includes(name))).toEqual([]);
  });
});

describe('a process that does not start gets one sentence', { concurrent: true }, () => {
  test.for([
    [
      'no-such-program-anywhere',
      'start',
      /^process "no-such-program-anywhere" did not start: cannot run .*ENOENT/,
    ],
    [stub('dies-in-hello'), 'start', /ended with exit status 7; it wrote "no licence\\\\u001b\[2J found"$/],
    [stub('talks-in-hello'), 'start', /a line on stdout is not JSON: "Welcome to the emulator!"$/],
    [stub('refuses-hello'), 'start', /it refuses: "I speak version 2"$/],
    [
      stub('wrong-claim'),
      'start',
      /answer to hello is wrong: areas\.1: expected .*, not "entries" \(and 2 more, which doctor names\)$/,
    ],
    [
      stub('bad-profile'),
      'start',
      /answer to hello is wrong: profile: cap: expected a 64-bit value .*, not 5 \(and 5 more,/,
    ],
    [stub('control-name'), 'start', /answer to hello is wrong: name: expected no control characters/],
    [`${stub('happy')} 'x`, 'usage', /the command line is malformed: nothing ends what starts with "'x"$/],
    ['  ', 'usage', /the command line is malformed: it names no program$/],
  ] as const)('%s', async ([command, kind, message]) => {
    const refused = await refusal(`process:${command}`);
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toMatch(/\p{Cc}/u);
    expect(refused.kind).toBe(kind);
  });

  test('silence is one too', async () => {
    await expect(openStub('silent-in-hello', { helloMs: 300 })).rejects.toMatchObject({
      kind: 'start',
      message: expect.stringMatching(/did not start: no answer in 0\.3 s$/),
    });
  });
});

describe('at the end', { concurrent: true }, () => {
  test('a process that does not hear bye is killed', async () => {
    expect(exceptions(await answersOf('ignores-bye', 3, { byeMs: 100 }))).toEqual([]);
  });

  test('what a process has started ends with it', async ({ expect }) => {
    const pids = path.join(folder, 'grandchildren');
    const answers = await answersOf(`leaves-a-child 2 ${pids}`, 5);
    expect(exceptions(answers)).toEqual([[2, 'crash: the process ended with SIGKILL']]);
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) {
      await expect.poll(() => isAlive(Number(pid))).toBe(false);
    }
  });
});
