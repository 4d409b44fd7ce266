import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { CaseSkipped, ImplementationFailure } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { rulesOf, vectorFileText } from '../../suites/core/vector-file-text.ts';
import { drawVectors } from '../../suites/core/vectors.ts';
import { entrySuite } from '../../suites/entry/suite.ts';
import { openAnswers } from './open-answers.ts';
import { readVectorFolder } from './vector-folder.ts';

const root = mkdtempSync(path.join(tmpdir(), 'answers-'));
afterAll(() => rmSync(root, { recursive: true }));

const vectors = drawVectors(entrySuite, { seed: 'answers', count: 3, profiles: profilePool });
const text = vectorFileText({
  suite: entrySuite,
  seed: 'answers',
  vectors,
  rules: rulesOf(entrySuite, vectors),
});
const [first, second, third] = vectors as [
  (typeof vectors)[number],
  (typeof vectors)[number],
  (typeof vectors)[number],
];
const answer = ({ id, testCase }: typeof first) => toJson({ id, observation: optimized.run(testCase) });

let made = 0;
function vectorFolder(content: string, name = 'entry.json'): string {
  const folder = path.join(root, `v${made++}`);
  mkdirSync(folder);
  writeFileSync(path.join(folder, name), content);
  return folder;
}
function answerFile(...lines: readonly string[]): string {
  const file = path.join(root, `a${made++}.jsonl`);
  writeFileSync(file, lines.join('\n'));
  return file;
}
const good = vectorFolder(text);
/** What is said instead of opening the answers. */
const refusal = (file: string, folder = good): string => messageOf(() => openAnswers(file, folder));
const folderRefusal = (content: string): string => messageOf(() => readVectorFolder(vectorFolder(content)));

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was refused';
}

test('an answer is found by its case, in any order of lines', () => {
  const answers = openAnswers(answerFile(answer(second), '', answer(first)), good);
  expect(answers.areas).toEqual(['entry']);
  expect(answers.run(first.testCase)).toEqual(optimized.run(first.testCase));
  expect(answers.run(second.testCase)).toEqual(optimized.run(second.testCase));
  expect(() => answers.run(third.testCase)).toThrow(CaseSkipped);
  answers.close?.();
});

test('the first line may say whose answers these are', () => {
  const file = answerFile('{"version":1,"name":"my emulator"}', answer(first));
  expect(openAnswers(file, good).name).toBe('my emulator');
  expect(openAnswers(answerFile(answer(first)), good).name).toMatch(/^a\d+\.jsonl$/);
});

test('what was passed over, refused or badly answered is told as such', () => {
  const answers = openAnswers(
    answerFile(
      toJson({ id: first.id, skip: 'no PASIDs' }),
      toJson({ id: second.id, error: 'not built' }),
      toJson({ id: third.id, observation: { fault: 999 } }),
    ),
    good,
  );
  expect(() => answers.run(first.testCase)).toThrow(new CaseSkipped('no PASIDs'));
  expect(() => answers.run(second.testCase)).toThrow(new ImplementationFailure('refusal', 'not built'));
  expect(() => answers.run(third.testCase)).toThrow(
    'line 3: bad observation: fault: expected <=255, not 999',
  );
});

test('a line that makes no sense is named with its number and what is wrong with it', () => {
  const id = '"id":"entry/0123456789abcdef"';
  const said = (line: string) => refusal(answerFile(answer(first), line)).replace(/^.*\.jsonl, /, '');
  expect(said('{')).toMatch(/^line 2: not JSON: /);
  expect(said('[]')).toBe('line 2: expected an object with an id and an observation');
  expect(said('{"observation":{}}')).toBe('line 2: id: missing');
  expect(said(`{${id}}`)).toBe('line 2: expected one of observation, skip, error, not 0');
  expect(said(`{${id},"skip":"a","error":"b"}`)).toBe(
    'line 2: expected one of observation, skip, error, not 2',
  );
  expect(said(`{${id},"observation":{}}`)).toBe('line 2: id: no vector has the id "entry/0123456789abcdef"');
  expect(said(answer(first))).toBe(`line 2: id: "${first.id}" stands in line 1 already`);
  expect(said('{"version":1,"name":"late"}')).toBe('line 2: id: missing');
  const early = refusal(answerFile('{"version":2,"name":"new"}'));
  expect(early).toMatch(/line 1: version: expected 1, not 2$/);
});

test('a file that is too large, too wide or too deep is refused before it is held', () => {
  const deep = `{"id":"${first.id}","observation":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(refusal(answerFile(deep))).toMatch(/line 1: more than 32 arrays and objects within each other$/);
  const wide = `{"id":"${first.id}","skip":"${'x'.repeat(4 << 20)}"}`;
  expect(refusal(answerFile(answer(first), wide))).toMatch(/line 2: longer than 4 MiB$/);
  const large = answerFile();
  truncateSync(large, 2 ** 31 + 1);
  expect(refusal(large)).toMatch(/has 2147483649 bytes: at most 2048 MiB are read$/);
  const folder = vectorFolder('');
  truncateSync(path.join(folder, 'entry.json'), 2 ** 28 + 1);
  expect(messageOf(() => readVectorFolder(folder))).toMatch(/at most 256 MiB are read$/);
});

test('brackets within strings are no depth', () => {
  const file = answerFile(toJson({ id: first.id, skip: `\\"${'['.repeat(100)}"{\\` }));
  expect(refusal(file)).toBe('nothing was refused');
});

test('what is no plain file is not read', () => {
  expect(refusal(path.join(root, 'none'))).toMatch(/cannot be read: no such file or folder$/);
  expect(refusal(root)).toMatch(/is no plain file$/);
  expect(refusal('/dev/zero')).toMatch(/is no plain file$/);
  const pipe = path.join(root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(refusal(pipe)).toMatch(/is no plain file$/);
});

test('a vector file does not lead out of its folder', () => {
  const folder = path.join(root, 'links');
  mkdirSync(folder);
  symlinkSync(path.join(good, 'entry.json'), path.join(folder, 'entry.json'));
  expect(messageOf(() => readVectorFolder(folder))).toMatch(/entry\.json is a symbolic link$/);
});

test('a folder without vector files, or without one that is wanted, is refused', () => {
  expect(messageOf(() => readVectorFolder(path.join(root, 'none')))).toMatch(/^there is no folder .*none/);
  expect(messageOf(() => readVectorFolder(vectorFolder(text, 'other.json')))).toMatch(/has no vector file: /);
  expect(messageOf(() => readVectorFolder(good, ['entry', 'translation']))).toMatch(
    /has no vector file of area translation$/,
  );
});

test('a vector file that was changed is refused with the place and the value', () => {
  expect(folderRefusal('{"version":1')).toMatch(/entry\.json: not JSON: /);
  expect(folderRefusal(text.replace('"version":1', '"version":2'))).toMatch(/: version: expected 1, not 2$/);
  expect(folderRefusal(text.replace('"area":"entry"', '"area":"walks"'))).toMatch(
    /: area: expected .*not "walks"$/,
  );
  const other = text.replaceAll(first.id, 'entry/0123456789abcdef');
  expect(folderRefusal(other)).toMatch(
    `vectors.0.id: its case has the id "${first.id}", not "entry/0123456789abcdef"`,
  );
  expect(folderRefusal(text.replaceAll('"0x', '"0y'))).toMatch(
    /: vectors\.0\.case\..*expected a 64-bit value/,
  );
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes(first.id));
  expect(folderRefusal(lines.toSpliced(at, 0, lines[at] ?? '').join('\n'))).toMatch(
    `vectors.1.id: "${first.id}" stands there twice`,
  );
});

test('names that mean something to JavaScript are names like others', () => {
  const proto = text.replace('"seed":', '"__proto__":{"polluted":true},"seed":');
  expect(folderRefusal(proto)).toMatch(/: (__proto__: there is no such field|nothing)/);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
