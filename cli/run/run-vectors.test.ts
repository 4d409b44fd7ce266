import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readVectorFolder } from '../../adapters/answers/vector-folder.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { areas } from '../../spec/schema.ts';
import { CommandError } from '../exit.ts';
import { runVectors } from './run-vectors.ts';
import { storedCases } from './stored-cases.ts';

const root = mkdtempSync(path.join(tmpdir(), 'vectors-'));
const folder = path.join(root, 'new');
const said: string[] = [];
const options = { area: ['entry', 'used-bits'] as const, count: 60, seed: 'a "seed"', out: folder };

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation((line) => said.push(String(line)));
  await runVectors(options);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const read = (where: string, name: string) => readFileSync(path.join(where, name), 'utf8');

test('a folder has a file an area, the schemas, and how to read them', () => {
  expect(readdirSync(folder).toSorted()).toEqual([
    'README.md',
    'answer-line.schema.json',
    'entry.json',
    'used-bits.json',
    'vectors.schema.json',
  ]);
  expect(JSON.parse(read(folder, 'vectors.schema.json'))).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    oneOf: expect.any(Array),
  });
  expect(said[0]).toMatch(/^entry: 60 vectors, which decide \d+ of \d+ rules/);
});

test('the same seed gives the same bytes', async () => {
  const again = path.join(root, 'again');
  mkdirSync(again);
  await runVectors({ ...options, out: again });
  for (const name of readdirSync(folder)) expect(read(again, name), name).toBe(read(folder, name));
});

test('what is written can be read again, a vector a line', () => {
  const files = readVectorFolder(folder);
  expect(files.map(({ area, seed, cases }) => [area, seed, cases.size])).toEqual([
    ['entry', 'a "seed"', 60],
    ['used-bits', 'a "seed"', 60],
  ]);
  const lines = read(folder, 'entry.json').split('\n');
  for (const id of files[0]?.cases.keys() ?? []) {
    const line = lines.find((one) => one.startsWith(`{"id":"${id}"`)) ?? '';
    expect(JSON.parse(line.replace(/,$/, ''))).toMatchObject({ id });
  }
});

test('every rule stands in the file with what it demands and how many vectors it decides', () => {
  const { rules, vectors } = JSON.parse(read(folder, 'entry.json'));
  for (const { id, vectors: count, statement, clause } of rules) {
    expect(
      vectors.filter((one: { rules: string[] }) => one.rules.includes(id)),
      id,
    ).toHaveLength(count);
    expect(statement && clause).toBeTruthy();
  }
});

test('nothing is overwritten', async () => {
  const refused = async (out: string) => runVectors({ ...options, out }).catch((error: unknown) => error);
  expect(await refused(folder)).toEqual(
    new CommandError(2, `--out ${folder}: the folder is not empty, it has README.md`),
  );
  const file = path.join(root, 'file');
  writeFileSync(file, 'mine');
  expect(await refused(file)).toEqual(new CommandError(2, `--out ${file}: it is no folder`));
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test('stored cases are those of the areas that are there, and no case is drawn beside them', () => {
  const common = { impl: 'optimized', qemuArg: [], findings: 'findings', vectors: folder };
  const stored = storedCases(common);
  expect(stored?.seed).toBe('a "seed"');
  expect(stored?.request).toMatchObject({ areas: ['entry', 'used-bits'], runs: 0, vectors: folder });
  expect(stored?.request.given).toHaveLength(120);
  expect(storedCases({ ...common, area: ['entry'] })?.request.given).toHaveLength(60);
  expect(() => storedCases({ ...common, area: ['translation'] })).toThrow(
    'no vector file of area translation',
  );
});

test('answers without vectors are refused, drawing is the default', () => {
  const common = { qemuArg: [], findings: 'findings' };
  expect(storedCases({ ...common, impl: 'optimized' })).toBeUndefined();
  for (const quick of [false, true]) {
    expect(() => storedCases({ ...common, quick, impl: 'answers:a.jsonl' })).toThrow('needs --vectors DIR');
  }
});

test('a quick check asks the corpus of the areas that were named, then draws a few cases', () => {
  const common = { impl: 'optimized', qemuArg: [], findings: 'findings', quick: true };
  const { request } = storedCases({ ...common, area: ['used-bits'] }) ?? {};
  expect(request).toMatchObject({ areas: ['used-bits'], runs: 256 });
  expect(new Set(request?.given?.map(({ area }) => area))).toEqual(new Set(['used-bits']));
  const every = storedCases(common)?.request;
  expect(every).not.toHaveProperty('areas');
  expect(new Set(every?.given?.map(({ area }) => area))).toEqual(new Set(areas));
});

test('check judges answers that were given elsewhere, with findings that keep their cases', async () => {
  const { check } = await import('./check.ts');
  const [entries] = readVectorFolder(folder, ['entry']);
  const answers = [...(entries?.cases ?? [])].map(([id, testCase], index) => {
    const observation = optimized.run(testCase);
    return toJson({ id, observation: index === 3 ? { ...observation, fault: 0xff } : observation });
  });
  const file = path.join(root, 'answers.jsonl');
  writeFileSync(file, answers.slice(1).join('\n'));
  const { request, seed } = storedCases({
    impl: '',
    qemuArg: [],
    findings: '',
    vectors: folder,
    area: ['entry'],
  })!;
  const { areas } = await check({
    ...request,
    impl: `answers:${file}`,
    qemuArgs: [],
    seed,
    expectedFailures: [],
    progress: false,
  });
  const result = areas[0]?.result;
  expect(result?.cases).toBe(60);
  expect(result?.skipped).toEqual([{ reason: 'the answer file has no answer to this vector', cases: 1 }]);
  expect(result?.findings).toMatchObject([{ case: [...(entries?.cases.values() ?? [])][3] }]);
});
