import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { examine } from '../../adapters/doctor/examine.ts';
import type { Probe } from '../../adapters/doctor/probe.ts';
import { areas } from '../../spec/names.ts';
import type { Area } from '../../spec/schema.ts';
import { type Language, languages } from '../commands/init.ts';
import { CommandError } from '../exit.ts';
import { packageRoot } from '../package-root.ts';
import { init } from './init.ts';
import { areasOf } from './skeleton.ts';

const top = mkdtempSync(path.join(tmpdir(), 'init test-'));
afterAll(() => rmSync(top, { recursive: true }));

const all: readonly Area[] = areas;
let folders = 0;
const freshFolder = () => path.join(top, `my adapter ${folders++}`);

/** What --impl has to be, out of the command line that was printed. */
function specIn(lines: readonly string[]): string {
  const [, spec = ''] = /--impl '(.*)'$/.exec(lines.at(-1) ?? '') ?? [];
  return spec.replaceAll(`'\\''`, "'");
}
function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const hasC = has('make') && has('cc') && existsSync('/usr/include/cjson/cJSON.h');
const startable: Readonly<Record<Language, boolean>> = { c: hasC, python: has('python3'), typescript: true };

async function probesOf(
  folder: string,
  language: Language,
  wanted: readonly Area[],
): Promise<readonly Probe[]> {
  const lines = init(folder, language, wanted);
  if (language === 'c') execFileSync('make', ['-C', folder], { stdio: 'ignore' });
  const probes: Probe[] = [];
  await examine(specIn(lines), { qemuArgs: [] }, (probe) => probes.push(probe));
  return probes;
}

for (const language of languages) {
  const test_ = test.runIf(startable[language]);
  // Areas are left out in the same way whatever the language; each adapter starts half a dozen times.
  const choices: readonly (readonly [string, readonly Area[]])[] =
    language === 'typescript'
      ? [
          ['one area', ['used-bits']],
          ['every area', all],
        ]
      : [['every area', all]];
  test_.for(choices)(
    `a skeleton in ${language} for %s is healthy at once, claims these, and skips every case`,
    async ([, wanted]) => {
      const probes = await probesOf(freshFolder(), language, wanted);
      expect(probes.filter(({ condition }) => condition === 'ill')).toEqual([]);
      const claims = probes.find(({ subject }) => subject === 'claims');
      expect(claims?.found).toBe(`my-implementation 0.1, areas ${wanted.join(', ')}`);
      const remarks = probes.filter(({ condition }) => condition === 'remark');
      expect(remarks.map(({ subject }) => subject)).toEqual(wanted.map((area) => `${area}: one by one`));
      for (const { found } of remarks) expect(found).toMatch(/^all 32 cases skipped.*not implemented/);
    },
  );

  test(`in ${language} nothing is left of areas that were not wanted, nor of the marks`, () => {
    const folder = freshFolder();
    init(folder, language, ['used-bits']);
    const text = readdirSync(folder)
      .map((name) => readFileSync(path.join(folder, name), 'utf8'))
      .join('\n');
    expect(text).toMatch(/used.bits/);
    expect(text).not.toMatch(/entry.sync|page.walk|invalidation|^\s*(#|\/\/|\/\*) [[\]]|index\.ts/m);
  });
}

test('a file that is there is never overwritten, and nothing is written beside it', () => {
  const folder = freshFolder();
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'answers.py'), 'mine');
  const refused = () => init(folder, 'python', ['entry']);
  expect(refused).toThrow(CommandError);
  expect(refused).toThrow(/answers\.py is there already: nothing was written$/);
  expect(readdirSync(folder)).toEqual(['answers.py']);
  expect(readFileSync(path.join(folder, 'answers.py'), 'utf8')).toBe('mine');
});

test('a folder that is a file, or can be none, is refused', () => {
  const file = path.join(top, 'file');
  writeFileSync(file, '');
  expect(() => init(file, 'c', ['entry'])).toThrow(/file: it is no folder$/);
  expect(() => init(path.join(file, 'below'), 'c', ['entry'])).toThrow(/below: .*file is no folder$/);
});

test('every skeleton has the areas that the others have', () => {
  for (const file of ['c/answers.c', 'python/answers.py', 'typescript/adapter.ts']) {
    const source = readFileSync(path.join(packageRoot, 'examples/skeletons', file), 'utf8');
    expect([...areasOf(source)].sort()).toEqual([...all].sort());
  }
});

test('an area without a skeleton is refused by name', () => {
  const folder = freshFolder();
  expect(() => init(folder, 'python', ['walks' as Area])).toThrow(
    /^there is no skeleton for area walks: expected entry, used-bits, /,
  );
  expect(existsSync(folder)).toBe(false);
});
