/** The command as a user runs it: its output and its exit status; of each kind one in a process of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { stub } from '../adapters/process/stub-process.fixture.ts';
import { sampleFinding } from '../reports/sample.fixture.ts';
import { toJson } from '../spec/json.ts';
import { runEventSchema } from '../spec/run-events.ts';
import { resultSchema } from '../spec/schema.ts';
import { commandIn, isRefusal } from './command.fixture.ts';

const { folder, top, run, runAlone, end, file, refused, blind } = commandIn(
  mkdtempSync(path.join(tmpdir(), 'command-')),
);
afterAll(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

const expectation = (rule: string, aspect: string) =>
  toJson({
    version: 1,
    implementation: 'blind',
    expectedFailures: [{ area: 'entry', rule, aspect, reason: 'It was written to be blind.' }],
  });

describe('check', { concurrent: true }, () => {
  test('finds a bug, saves it, writes expectations for review; replay shows it again', async () => {
    const old = file('old.json', expectation('SPT.2', 'outcome'));
    const args = ['--seed', 'a', '--json', 'r.json', '--junit', 'r.xml', '--runs', '1000'];
    const checked = await run('check', '--impl', blind, ...args, '--expect', old, '--update-expectations');
    expect(checked.status).toBe(1);
    expect(checked.stdout).toMatch(/✗ SPT\.3\/outcome\/[0-9a-f]{8} {2}entry, must/);
    expect(checked.stdout).toMatch(/│ entry │ +1000 │/);

    const result = v.parse(resultSchema, JSON.parse(readFileSync(path.join(folder, 'r.json'), 'utf8')));
    expect(result).toMatchObject({ implementation: { name: 'blind', profile: 'any' }, seed: 'a' });
    expect(result.areas[0]?.rules.find(({ id }) => id === 'SPT.3')?.status).toBe('fail');
    expect(readFileSync(path.join(folder, 'r.xml'), 'utf8')).toMatch(/<failure [^>]*SPT\.3\/outcome/);

    const [saved] = readdirSync(path.join(folder, 'findings/blind'));
    const finding = `findings/blind/${saved}`;
    expect(checked.stdout).toContain(`npm run conformance -- replay ${finding} --impl ${blind}`);
    const again = await run('replay', finding, '--impl', blind);
    expect(again.status).toBe(1);
    expect(again.stdout).toMatch(/word 3 .*<- must be 0.*expected {2}fault 0x5a.*it still fails/s);
    const fixed = await run('replay', finding);
    expect(fixed.status).toBe(0);
    expect(fixed.stdout).toMatch(/it passes now/);

    expect(checked.stdout).toMatch(/old\.new\.json written, \d to be judged, 1 that passed left out/);
    const unjudged = /old\.new\.json: expectedFailures\.\d: nobody has judged SPT\./;
    await refused(2, unjudged, 'check', '--expect', 'old.new.json');
    const text = readFileSync(path.join(folder, 'old.new.json'), 'utf8').replaceAll('TO BE JUDGED', 'Judged');
    const stale = { area: 'entry', rule: 'SPT.2', aspect: 'outcome', reason: 'It passes.'.repeat(2) };
    const known = file('judged.json', text.replace(']', `, ${JSON.stringify(stale)}]`));
    const lax = ['--expect', known, '--allow-unexpected-pass', '--findings', 'none'];
    const expected = await run('check', '--impl', blind, '--seed', 'a', '--runs', '1000', ...lax);
    expect(expected.stdout).toMatch(/entry: SPT\.3\/outcome fails as expected: Judged/);
    expect(expected.status).toBe(0);

    const healthy = file(
      'healthy.ts',
      `import { optimized } from '${top}/models/optimized/implementation.ts';
       export const implementation = { ...optimized, name: 'blind', areas: ['entry'] };`,
    );
    const mended = await run('check', '--impl', healthy, '--seed', 'b', '--runs', '1000', '--expect', old);
    expect(mended.stdout).toContain(`${finding} can be deleted`);
    expect(mended.stdout).toMatch(/entry: SPT\.2\/outcome passes unexpectedly/);
    expect(mended.status).toBe(1);
  });

  test('tells what happens as JSON Lines on stdout alone, and the report on stderr', async () => {
    const loud = file(
      'loud.ts',
      `console.log('loading'); process.stdout.write('raw'); import { implementation as blind } from './${blind}';
       export const implementation = { ...blind, run(c) { console.log('asked'); return blind.run(c); } };`,
    );
    const args = ['--seed', 'a', '--runs', '300', '--quiet', '--findings', 'f1', '--jsonl', '-'];
    const ended = await runAlone('check', '--impl', loud, ...args);
    const events = ended.stdout
      .trimEnd()
      .split('\n')
      .map((line) => v.parse(runEventSchema, JSON.parse(line)));
    expect(events[0]).toMatchObject({ event: 'start', seed: 'a', areas: ['entry'] });
    expect(events.map(({ event }) => event)).toContain('finding');
    expect(events.at(-2)).toMatchObject({ event: 'area', result: { cases: 300 } });
    expect(events.at(-1)).toEqual({ event: 'end', status: 1 });
    expect(ended.stderr).toMatch(/│ entry │ +300 │/);
  });

  test('names an area that was asked for and is not claimed, and draws no case for it', async () => {
    const ended = await run('check', '--impl', blind, '--area', 'translation', '--quiet');
    expect(ended.stdout).toMatch(/│ translation │( +│)+ not claimed │/);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
  });

  test('goes through all interleavings of a driver, and says how many', async () => {
    const args = ['--exhaustive', '1', '--runs', '3', '--seed', 'a', '--quiet', '--json', 'i.json'];
    const ended = await run('check', ...args);
    expect(ended.stdout).toMatch(/^domain-replace: 3 programs in .* interleavings through \d+ states, /m);
    expect(ended.status).toBe(0);
    const result = v.parse(resultSchema, JSON.parse(readFileSync(path.join(folder, 'i.json'), 'utf8')));
    expect(result.areas[0]?.interleavings).toMatchObject({ programs: 3, cut: 0 });
    const other = await run('check', '--exhaustive', '1', '--area', 'entry');
    expect(other.stderr).toBe('error: --exhaustive: area entry has no such mode: expected domain-replace\n');
    expect(other.status).toBe(2);
  });
});

describe('check of a process', { concurrent: true }, () => {
  const spec = (behaviour: string) => `process:${stub(behaviour)}`;
  const args = ['--area', 'entry', '--seed', 'a', '--quiet'];

  test('finds, shrinks and replays what it answers wrongly, with several at work too', async () => {
    const impl = spec('wrong-answer');
    const checked = await run('check', '--impl', impl, '--runs', '500', '--workers', '2', ...args);
    expect(checked.status).toBe(1);
    const [, file = ''] =
      /replay +npm run conformance -- replay (findings\/stub\/\S+) /.exec(checked.stdout) ?? [];
    const again = await run('replay', file, '--impl', impl);
    expect(again.stdout).toMatch(/it still fails/);
    expect(again.status).toBe(1);
  });

  test('names the case that kills it, with what it wrote to stderr, and gives 3', async () => {
    const impl = `process:sh '${top}/adapters/process/stub.fixture.sh' /dev/null 0x0`;
    const ended = await run('check', '--impl', impl, '--runs', '20', ...args);
    expect(ended.stdout).toMatch(
      /entry\.answers\/outcome.*crash: the process ended with SIGABRT\n +stderr +assertion failed: walk depth/s,
    );
    expect(ended.status).toBe(3);
  });
});

describe('doctor', { concurrent: true }, () => {
  test('says of a healthy one that it is, of an ill one what was sent, came, was expected, and what to do', async () => {
    const healthy = await run('doctor', blind);
    expect(healthy).toMatchObject({ status: 0, stderr: '' });
    expect(healthy.stdout).toMatch(/^✓ .*\nhealthy: .*\n$/s);
    const ill = await run('doctor', `process:${stub('wrong-field')}`);
    expect(ill).toMatchObject({ status: 3, stderr: '' });
    expect(ill.stdout).toMatch(
      /✗ entry: one by one .*fields\.CTP.*\n +sent +\{"id":2.*\n +came +\{.*4096.*\n +expected .*\n +do +write/s,
    );
    expect(ill.stdout).toMatch(/\nill: 1 of \d+ probes\n$/);
  });
});

test('init writes an adapter that check takes at once and does not call conforming, and never writes it twice', async () => {
  const written = await run('init', 'mine', '--language', 'typescript', '--area', 'used-bits');
  expect(written).toMatchObject({ status: 0, stderr: '' });
  expect(written.stdout).toMatch(/npm run conformance -- check --impl mine\/adapter\.ts\n$/);
  const checked = await run('check', '--impl', 'mine/adapter.ts', '--runs', '100', '--quiet');
  expect(checked.stdout).toMatch(/used-bits: 100 of 100 cases skipped by the implementation:/);
  expect(checked.stdout).toMatch(/│ used-bits │ +100 │.*│ not exercised │/);
  await refused(2, /mine\/adapter\.ts is there already/, 'init', 'mine', '--language', 'typescript');
});

describe('bad input gets one sentence and its exit status', { concurrent: true }, () => {
  const malformed = toJson({ ...sampleFinding, case: { ...sampleFinding.case, words: ['0xzz'] } });
  test.for<[string, number, RegExp, readonly string[]]>([
    ['finding', 2, /f\.json is malformed: case\.words\.0: .*"0xzz"/, ['replay', file('f.json', malformed)]],
    [
      'expectation file',
      2,
      /e\.json: expectedFailures\.0\.rule: unknown rule "SPT\.99"/,
      ['check', '--expect', file('e.json', expectation('SPT.99', 'outcome'))],
    ],
    ['area', 2, /unknown area "walk"/, ['check', '--area', 'walk']],
    ['profile', 2, /optimized has no profile "p"/, ['check', '--profile', 'p']],
    ['word', 2, /word 0 "0x10000000000000000"/, ['explain', 'pasid-directory', '0x10000000000000000']],
    ['dump', 2, /^error: no-dump cannot be read: no such file or folder/, ['lint', 'no-dump']],
    ['what to explain', 2, /^error: no-dump cannot be read: /, ['explain', '@no-dump']],
    ['patient', 2, /unknown implementation "foo"/, ['doctor', 'foo']],
    ['module', 2, /there is no module \.\/mine\.ts/, ['check', '--impl', './mine.ts']],
    ['binary', 3, /\/no\/qemu/, ['check', '--impl', 'qemu:/no/qemu']],
    ['process', 3, /process "\.\/none" did not start: cannot run/, ['check', '--impl', 'process:./none']],
    ['command line', 2, /the command line is malformed/, ['check', '--impl', 'process:"none']],
    ['result file', 2, /no\/r\.json cannot be written/, ['check', '--json', 'no/r.json']],
    [
      'result file named twice',
      2,
      /r\.j cannot be written: it is named for two results/,
      ['check', '--json', 'r.j', '--jsonl', './r.j'],
    ],
    [
      'option beside --failed',
      2,
      /'--failed <file>' cannot be used with option '--runs <n>'/,
      ['check', '--failed', 'r', '--runs', '5'],
    ],
    ['folder of findings', 2, /--findings blind\.ts: it is no folder/, ['check', '--findings', 'blind.ts']],
    [
      'failed file',
      2,
      /result no\.json cannot be read: no such file or folder/,
      ['check', '--failed', 'no.json'],
    ],
    ['option', 2, /unknown option '--bogus'/, ['check', '--bogus']],
  ])('%s', ([, status, message, args]) => refused(status, message, ...args));

  test.for<[string, number, RegExp, readonly string[]]>([
    ['wrong use', 2, /^error: unknown area "walk"/, ['check', '--area', 'walk']],
    ['what does not start', 3, /^error: process "\.\/none" did not/, ['check', '--impl', 'process:./none']],
  ])('of a process that has only this to do too: %s', async ([, status, message, args]) => {
    isRefusal(await runAlone(...args), status, message);
  });

  test('a malformed file stays as it is', () => {
    expect(readFileSync(path.join(folder, 'f.json'), 'utf8')).toBe(malformed);
  });
});

describe('the quick commands', { concurrent: true }, () => {
  test('rules lists the catalogue, as JSON too', async () => {
    const rules: readonly { id: string }[] = JSON.parse(
      (await run('rules', '--json', '--area', 'entry')).stdout,
    );
    expect(rules.map(({ id }) => id)).toContain('SPT.3');
    expect((await run('rules')).stdout).toMatch(/^SPT\.3 {2}must; entry, translation; /m);
  });

  test('rules --frequency tells the rarest rule of an area first, and what is left open', async () => {
    const { status, stdout } = await run('rules', '--frequency', '--area', 'used-bits');
    expect(status).toBe(0);
    expect(stdout).toMatch(/used-bits, 3 x 4000 cases .* per 1,000 .* missed by npm test .* fails below/);
    const counts = [...stdout.matchAll(/^│ used-bits\.\S+ +│ +(\d+) │/gm)].map(([, cases]) => Number(cases));
    expect(counts.length).toBeGreaterThan(5);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  test('lint ends with 0 for clean dumps, with 1 for findings', async () => {
    const dump = (name: string) => `${top}/examples/dumps/${name}/dmar_translation_struct`;
    expect(await run('lint', dump('linux-6.1'))).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/clean\n$/),
      stderr: '',
    });
    expect((await run('lint', dump('faulty'))).status).toBe(1);
    const json = await run('lint', '--json', dump('faulty'));
    expect(JSON.parse(json.stdout).findings[0]).toMatchObject({ line: 5, rule: 'SPT.3', level: 'must' });
  });

  test('explain and plan draw', async () => {
    const words = ['0x85', '0x1', '0', '0', '0', '0', '0', '0'];
    expect((await run('explain', 'pasid-table', ...words)).stdout).toMatch(/PGTT +used .*second stage/);
    const plan = await run('plan', 'vtd-pasid', '--no-color', '--from', ...words, '--to', ...words);
    expect(plan).toMatchObject({ status: 0, stderr: '' });
    expect(plan.stdout).toMatch(/memory holds the target already/);
  });
});
