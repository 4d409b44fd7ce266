/** Files that a user hands over: each way to be malformed is one sentence with the place and the value. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { plain } from '../../reports/palette.ts';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import { toJson } from '../../spec/json.ts';
import type { Case } from '../../spec/schema.ts';
import { CommandError } from '../exit.ts';
import { readExpectations } from './expectations.ts';
import { runExplain } from './explain.ts';
import { replay } from './replay.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'input-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text: string): string {
  const name = path.join(folder, `${files++}.json`);
  writeFileSync(name, text);
  return name;
}
const finding = (changes: object) => file(toJson({ ...sampleFinding, ...changes }));
const withCase = (changes: object) => finding({ case: { ...sampleFinding.case, ...changes } });
const { profile } = sampleFinding.case;
const translation: Case = {
  area: 'translation',
  profile,
  rtaddr: 0n,
  memory: [],
  requests: [{ sourceId: 0, address: 0n, op: 'read' }],
};

test.for<[string, string, RegExp]>([
  ['is not there', path.join(folder, 'nowhere.json'), /cannot be read: no such file or folder$/],
  ['is not JSON', file('{'), /is not JSON: /],
  ['is of a later version', finding({ version: 2 }), /malformed: version: expected 1, not 2$/],
  ['lacks a field', finding({ rule: undefined }), /malformed: rule: missing$/],
  [
    'has a word of more than 64 bits',
    withCase({ words: [`0x1${'0'.repeat(16)}`] }),
    /case\.words\.0: expected a 64-bit/,
  ],
  [
    'has a word too few',
    withCase({ words: ['0x1'] }),
    /case: words: pasid-table has 8 words of 64 bits, not 1$/,
  ],
  ['has an unknown format', withCase({ format: 'pte' }), /case\.format: expected .*, not "pte"$/],
  [
    'has an illegal profile',
    withCase({ profile: { ...profile, ecap: 4n } }),
    /profile second-stage-48: DT must be 0/,
  ],
  ['is of an unknown rule', finding({ rule: 'SPT.99' }), /rule: unknown rule "SPT\.99"$/],
  ['is of an unknown area', finding({ area: 'walk' }), /area: expected .*, not "walk"$/],
  ['has a case of another area', finding({ case: translation }), /case\.area: translation, not entry$/],
])('a finding that %s is refused', async ([, name, message]) => {
  const thrown: unknown = await replay(name, 'optimized', [], plain).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(CommandError);
  expect(thrown).toMatchObject({ status: 2, message: expect.stringMatching(message) });
});

test('a finding of an area that the implementation does not claim cannot be replayed against it', async () => {
  const example = fileURLToPath(new URL('../../examples/module/implementation.ts', import.meta.url));
  const elsewhere = finding({ area: 'translation', rule: 'translation.answers', case: translation });
  await expect(replay(elsewhere, example, [], plain)).rejects.toMatchObject({
    status: 2,
    message: 'my-legacy-unit does not claim area translation',
  });
});

const entry = { area: 'entry', rule: 'SPT.3', aspect: 'outcome', reason: 'Known since the first version.' };
const expectations = (changes: object) =>
  file(toJson({ version: 1, implementation: 'x', expectedFailures: [{ ...entry, ...changes }] }));

test('an expectation file gives its expected failures', () => {
  expect(readExpectations(expectations({})).expectedFailures).toEqual([entry]);
});

test.for<[string, string, RegExp]>([
  ['has an unknown aspect', expectations({ aspect: 'colour' }), /expectedFailures\.0\.aspect: .*"colour"$/],
  [
    'gives no reason',
    expectations({ reason: 'why' }),
    /expectedFailures\.0\.reason: expected a length >=10, not 3$/,
  ],
  [
    'names an unknown rule',
    expectations({ rule: 'SPT.99' }),
    /expectedFailures\.0\.rule: unknown rule "SPT\.99"$/,
  ],
  [
    'names a rule of another area',
    expectations({ area: 'entry-sync' }),
    /rule SPT\.3 is not of area entry-sync$/,
  ],
  [
    'has an entry that nobody judged',
    expectations({ reason: 'TO BE JUDGED: expected fault 0x5a, observed valid' }),
    /expectedFailures\.0: nobody has judged SPT\.3\/outcome of area entry: put a reason in place of "TO BE JUDGED…"$/,
  ],
  ['is no expectation file', file('[]'), /is malformed: version: missing$/],
])('an expectation file that %s is refused', ([, name, message]) => {
  expect(() => readExpectations(name)).toThrow(
    expect.objectContaining({ status: 2, message: expect.stringMatching(message) }),
  );
});

test.for<readonly [string, Buffer, RegExp]>([
  [
    'too large for it',
    Buffer.alloc((1 << 20) + 1, 'a'),
    /has 1048577 bytes: explain takes up to 1048576, lint/,
  ],
  ['one long line', Buffer.alloc(1 << 17, 'a'), /has a line of more than 65536 characters: no dump has$/],
  ['UTF-16', Buffer.from('GSTS 0xc7000000\n', 'utf16le'), /is UTF-16: save it as UTF-8$/],
  ['binary', Buffer.from([1, 0, 2]), /is binary: give it as a hexdump$/],
])('a file that is %s is refused by explain', async ([, bytes, sentence]) => {
  const name = path.join(folder, `${files++}.txt`);
  writeFileSync(name, bytes);
  await expect(runExplain([`@${name}`], undefined, plain)).rejects.toThrow(sentence);
});

test('lines that end with CR alone are lines to explain', async () => {
  const name = path.join(folder, `${files++}.txt`);
  writeFileSync(name, 'GSTS 0xc7000000\rCAP d2008c40660462\r');
  const lines = await runExplain([`@${name}`], undefined, plain);
  expect(lines.filter((line) => /^(?:GSTS|CAP),/.test(line))).toHaveLength(2);
});
