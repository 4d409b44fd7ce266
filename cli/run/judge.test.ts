import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { toJson } from '../../spec/json.ts';
import {
  type Finding,
  findingSchema,
  MOST_STEPS,
  type Observation,
  observationSchemas,
} from '../../spec/schema.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import { CommandError } from '../exit.ts';
import { OpenHistory } from './open-history.ts';
import { TraceJudge } from './trace-judge.ts';

const example = fileURLToPath(new URL('../../examples/traces/history.jsonl', import.meta.url));
const lines = readFileSync(example, 'utf8').trimEnd().split('\n');
const [header = '', ...rest] = lines;
const folder = mkdtempSync(path.join(tmpdir(), 'judge-'));
afterAll(() => rmSync(folder, { recursive: true }));

function trace(...given: readonly string[]): string {
  const file = path.join(folder, 't.jsonl');
  writeFileSync(file, given.join('\n'));
  return file;
}
async function findingsOf(file: string): Promise<readonly Finding[]> {
  const { areas } = await new TraceJudge(file, []).judge();
  return areas.flatMap(({ result }) => result?.findings ?? []);
}
/** The sentence that a trace is refused with. */
async function refusal(...given: readonly string[]): Promise<string> {
  try {
    await new TraceJudge(trace(...given), []).judge();
  } catch (error) {
    if (error instanceof CommandError && error.status === 2) return error.message.replace(folder, '');
    throw error;
  }
  throw new Error('it was accepted');
}

test('the updates of the guide are right', async () => {
  const file = fileURLToPath(new URL('../../examples/traces/entry-writer.jsonl', import.meta.url));
  const { areas } = await new TraceJudge(file, []).judge();
  expect(areas.map(({ area, result }) => [area, result?.cases, result?.findings])).toEqual([
    ['entry-sync', 2, []],
  ]);
});

test('cases and histories of one file are judged, and a finding tells the line where it went wrong', async () => {
  const { implementation, areas } = await new TraceJudge(example, []).judge();
  expect(implementation).toMatchObject({
    name: 'my-emulator',
    version: '2.3',
    profile: [{ name: 'legacy-39' }],
  });
  expect(areas.map(({ area, result }) => [area, result?.cases])).toEqual([
    ['entry', 1],
    ['invalidation', 2],
  ]);
  const [finding, ...more] = await findingsOf(example);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    rule: 'invalidation.match.iotlb-page.iotlb-second-stage',
    aspect: 'address',
    implementation: 'my-emulator',
    recorded: { file: example, line: 15 },
    found: { afterCases: 2, executions: 0 },
  });
});

test('a finding keeps the schema and can be asked of another implementation', async () => {
  const [finding] = await findingsOf(example);
  const read = v.parse(findingSchema, JSON.parse(toJson(finding)));
  const suite = await suiteOf(read.area);
  expect(suite.judge(read.case, optimized.run(read.case) as Observation).mismatches).toEqual([]);
  expect(
    suite.judge(read.case, v.parse(observationSchemas[read.area], read.observation)).mismatches,
  ).toMatchObject([{ rule: read.rule, aspect: read.aspect }]);
});

test('a known failure is expected, and what follows the deciding step is cut', async () => {
  const [known] = await findingsOf(example);
  const { area, rule, aspect } = known!;
  const reason = 'It keeps what it should drop.';
  const { areas } = await new TraceJudge(example, [{ area, rule, aspect, reason }]).judge();
  const result = areas.find((one) => one.area === area)?.result;
  expect(result?.findings[0]?.expectedFailure).toBe(reason);
  expect(result?.rules.find(({ id }) => id === rule)?.status).toBe('expected-failure');
  const stale = lines.slice(9, 15);
  const [longer] = await findingsOf(trace(...stale, lines[1]!, lines[2]!));
  expect(longer).toMatchObject({ id: known!.id, recorded: { line: 6 } });
});

test('what a step says nothing of is not judged, and blank lines and the last line end count for nothing', async () => {
  const silent = rest.slice(0, 8).map((line) => line.replace(/,"answer":.*$/, '}'));
  expect(await findingsOf(trace('', header, '', ...silent))).toEqual([]);
});

const [request = '', store = '', , submit = ''] = rest;
const entryCase = lines.at(-1)!;

test.for<[string, readonly string[], RegExp]>([
  ['a step without a header', [request], /line 1: step: a step without the header of a history/],
  ['a step after a whole case', [header, entryCase, request], /line 3: step: a step without/],
  ['no JSON', [header, '{"step":'], /line 2: is not JSON: /],
  ['no object', ['[1]'], /line 1: expected an object$/],
  [
    'a bad value',
    [header, request.replace('"sourceId":0', '"sourceId":70000')],
    /line 2: request\.sourceId: .*70000$/,
  ],
  ['a bad answer', [header, request.replace('"0x40000000"', '"0xzz"')], /line 2: answer\.address: .*"0xzz"$/],
  ['an unknown field', [header, request.replace('{', '{"when":1,')], /line 2: when: there is no such field$/],
  ['an unknown step', [header, '{"step":"wait"}'], /line 2: step: .*"wait"$/],
  [
    'an answer to a store',
    [header, store.replace('}', ',"answer":{"outcome":"queued"}}')],
    /line 2: answer: a store has none$/,
  ],
  [
    'a crooked store',
    [header, store.replace('0x11000', '0x11004')],
    /line 2: step: a store of 8 bytes to 0x11004 is not aligned$/,
  ],
  [
    'a queue now and then',
    [header, submit, store.replace('}', ',"queue":{"faultStatus":0,"head":"0x0"}}')],
    /line 3: queue: expected on every step/,
  ],
  [
    'another implementation',
    [header, header.replace('my-emulator', 'yours')],
    /line 2: implementation: "yours", but "my-emulator" before/,
  ],
  [
    'an illegal profile',
    [header.replace('"cap":"0xd2008c22260206"', '"cap":"0xd2008c22260207"')],
    /line 1: profile legacy-39: /,
  ],
  [
    'a control character',
    [header.replace('my-emulator', 'my\\u001bemulator')],
    /line 1: implementation: expected no control characters/,
  ],
  [
    'a case with too few words',
    [entryCase.replace('"0x14001",', '')],
    /line 1: case: words: context-legacy has 2 words/,
  ],
  [
    'an observation of another area',
    [entryCase.replace(/"observation":.*$/, '"observation":{"used":[]}}')],
    /line 1: observation\.fault: missing$/,
  ],
  ['nothing', [''], /t\.jsonl has no case/],
])('bad input gets one sentence with its line: %s', async ([, given, message]) => {
  expect(await refusal(...given)).toMatch(message);
});

test('a file that is not there, and a line without end, are refused', async () => {
  await expect(new TraceJudge(path.join(folder, 'none.jsonl'), []).judge()).rejects.toThrow(
    /none\.jsonl cannot be read/,
  );
  await expect(new TraceJudge('/dev/zero', []).judge()).rejects.toThrow(
    /trace \/dev\/zero, line 1: longer than 4 MiB/,
  );
});

test('a history has a most number of steps, and says it', () => {
  const { implementation, ...start } = JSON.parse(header);
  const open = new OpenHistory({ implementation, ...start }, 7);
  let refused: string | undefined;
  for (let step = 0; step < MOST_STEPS; step++) {
    refused ??= open.add({ step: { step: 'read', register: 'FSTS' } }, step);
  }
  expect(refused).toBeUndefined();
  expect(open.add({ step: { step: 'read', register: 'FSTS' } }, 1)).toMatch(
    /^more than 200000 steps in the history that begins at line 7/,
  );
});
