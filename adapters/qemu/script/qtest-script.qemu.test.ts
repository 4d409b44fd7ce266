/** Scripts on every QEMU binary that is found: what they print is what the adapter sees, and they judge alike. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Implementation } from '../../../spec/implementation.ts';
import type {
  Finding,
  InvalidationObservation,
  Mismatch,
  Profile,
  RequestResult,
} from '../../../spec/schema.ts';
import { judgeInvalidation } from '../../../suites/invalidation/judge.ts';
import { findQemuBinaries } from '../binaries.ts';
import { openQemu } from '../open-qemu.ts';
import { DATA, read, remap, STATUS, streamOf, submit, WAIT, write } from '../stream.fixture.ts';
import { resultWords } from './answer-words.ts';
import { qtestScript } from './qtest-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'script-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, binary: string) {
  const file = join(folder, 'finding.py');
  writeFileSync(file, script);
  const { status, stdout } = spawnSync('python3', [file, binary], { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

const written = ({
  case: testCase,
  observation,
  ...mismatch
}: Mismatch & Pick<Finding, 'case' | 'observation'>): Finding => ({
  version: 1,
  id: 'some/id',
  area: testCase.area,
  level: 'must',
  implementation: 'qemu',
  seed: '1',
  case: testCase,
  observation,
  found: { afterCases: 1, executions: 1 },
  ...mismatch,
});

describe.each(await findQemuBinaries())('scripts for QEMU $version at $path', ({ path }) => {
  let qemu: Implementation;
  let profiles: readonly Profile[];
  beforeAll(async () => {
    qemu = await openQemu({ binary: path });
    profiles = qemu.profile === 'any' ? [] : qemu.profile;
  });
  afterAll(() => qemu.close?.());

  test('print what the adapter sees, and find no bug where there is none', async () => {
    for (const profile of profiles.filter(({ name }) => !name.endsWith('first-stage'))) {
      const steps = [
        read,
        write,
        remap(profile),
        submit(WAIT),
        { step: 'load', address: STATUS } as const,
        read,
      ];
      const stream = streamOf(profile, steps, { translationEnabled: true });
      const seen = (await qemu.run(stream)) as InvalidationObservation;
      // As if the write had been blocked, and so the step after it had to be asked.
      const answers = seen.answers.with(1, { outcome: 'blocked', record: null });
      const observation = { answers };
      const [breach] = judgeInvalidation(stream, observation).mismatches;
      const script = qtestScript(written({ ...(breach as Mismatch), case: stream, observation }));
      const { status, lines } = run(script ?? '', path);
      const words = seen.answers.slice(0, 2).map((answer) => resultWords(answer as RequestResult));
      expect(lines.slice(0, 2)).toEqual([
        `step 0, read of 0x8 by 00:02.0: ${words[0]}`,
        `step 1, write of 0x8 by 00:02.0: ${words[1]}`,
      ]);
      expect(words[1]).toBe(`translated to 0x${(DATA + 8n).toString(16)}`);
      expect([status, lines.at(-1)]).toEqual([0, 'no bug: this is what the architecture allows']);
    }
  });

  test('exit with 1 when a wait is said to have left memory alone, and did', async () => {
    const [profile] = profiles;
    if (profile === undefined) throw new RangeError('no profile');
    // The queue is off: the wait is not done, though this finding claims that it has to be.
    const stream = streamOf(profile, [submit(WAIT), { step: 'load', address: STATUS }]);
    const observation = { answers: [{ outcome: 'value', value: 0n }] } as InvalidationObservation;
    const [breach] = judgeInvalidation(stream, observation).mismatches;
    const script = qtestScript(written({ ...(breach as Mismatch), case: stream, observation })) ?? '';
    expect(run(script, path).status).toBe(0);
    const broken = script.replace(/^writeq\(IQT, .*$/m, 'writeq(IQT, 0x0)');
    expect(broken).not.toBe(script);
    expect(run(broken, path)).toMatchObject({ status: 1 });
  });

  test('exit with 1 where QEMU does not survive the case, and with 0 where it does', () => {
    const [profile] = profiles;
    if (profile === undefined) throw new RangeError('no profile');
    // A wait that asks for both a status and an interrupt: QEMU asserts that none does.
    const stream = streamOf(profile, [submit([0x1234_0000_0035n, STATUS])]);
    const mismatch: Mismatch = {
      rule: 'invalidation.answers',
      aspect: 'outcome',
      expected: 'an answer',
      observed: 'crash',
    };
    const script = qtestScript(written({ ...mismatch, case: stream, observation: null })) ?? '';
    const { status, lines } = run(script, path);
    expect([status, lines.at(-1)]).toEqual([1, 'BUG: QEMU does not survive the case']);
    expect(run(script.replaceAll('0x123400000035', '0x123400000025'), path).status).toBe(0);
  });

  test('exit with 1 where QEMU hangs as the finding says, and with 2 where it hangs otherwise', () => {
    const [profile] = profiles;
    if (profile === undefined) throw new RangeError('no profile');
    const stream = streamOf(profile, [submit(WAIT)]);
    const mismatch: Mismatch = {
      rule: 'invalidation.answers',
      aspect: 'outcome',
      expected: 'an answer',
      observed: 'hang',
    };
    const script = qtestScript(written({ ...mismatch, case: stream, observation: null })) ?? '';
    // A second is too little for the start of a QEMU on a busy machine.
    const stopped = script.replace(
      /^# The case, as it was found\.$/m,
      'LIMIT = 1\nos.kill(qemu.pid, signal.SIGSTOP)',
    );
    expect(run(stopped, path)).toEqual({
      status: 1,
      lines: ['QEMU does not answer for 1 s', 'BUG: QEMU does not survive the case'],
    });
    expect(run(stopped.replace('EXPECT_DEATH = True', 'EXPECT_DEATH = False'), path)).toEqual({
      status: 2,
      lines: ['QEMU does not answer for 1 s', 'the case could not be tried to its end'],
    });
    expect(run(script, path).status).toBe(0);
  });

  test('say with 2 that a binary is no QEMU, or lacks the machine', () => {
    const [profile] = profiles;
    if (profile === undefined) throw new RangeError('no profile');
    const stream = streamOf(profile, [read]);
    const observation = { answers: [{ outcome: 'blocked', record: null }] } as InvalidationObservation;
    const [breach] = judgeInvalidation(stream, observation).mismatches;
    const script = qtestScript(written({ ...(breach as Mismatch), case: stream, observation })) ?? '';
    expect(run(script, join(folder, 'none'))).toEqual({
      status: 2,
      lines: [`cannot run ${join(folder, 'none')}: No such file or directory`],
    });
    expect(run(script.replace('intel-iommu,', 'intel-iommu,no-such-option=on,'), path).status).toBe(2);
    expect(execFileSync('ls', [folder], { encoding: 'utf8' }).trim()).toBe('finding.py');
  });
});
