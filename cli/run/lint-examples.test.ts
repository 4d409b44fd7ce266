import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fileSource } from '../../adapters/dumps/read-dump.ts';
import { lintJson } from '../../reports/lint-json.ts';
import { lintLines } from '../../reports/lint-lines.ts';
import { plain } from '../../reports/palette.ts';
import { packageRoot } from '../package-root.ts';
import { type Linted, lint } from './lint.ts';

const dumps = path.join(packageRoot, 'examples/dumps');
const linted = (folder: string): Linted =>
  lint(readdirSync(path.join(dumps, folder)).map((file) => fileSource(path.join(dumps, folder, file))));

test.for(['linux-5.0', 'linux-6.1', 'linux-6.12'])('the dumps of %s are clean', (folder) => {
  const { linted: files, problems } = linted(folder);
  expect(problems).toEqual([]);
  expect(files.flatMap(({ findings }) => findings)).toEqual([]);
  expect(files.some(({ entries }) => entries > 1)).toBe(true);
});

test('each defect of the faulty dumps is named with its line, and nothing else', () => {
  const { linted: files } = linted('faulty');
  const told = files.flatMap(({ findings }) =>
    findings.map(({ place: { file, line }, rule }) => `${path.basename(file)}:${line} ${rule}`),
  );
  expect(told).toEqual([
    'dmar_translation_struct:5 SPT.3',
    'dmar_translation_struct:9 R1',
    'dmar_translation_struct:10 SPT.4.2',
    'domain_translation_struct:5 SSS.3',
    'invalidation_queue:2 invalidation.queue.tail-beyond',
    'invalidation_queue:10 invalidation.descriptor.interrupt-entry.reserved',
  ]);
});

test('a finding is shown with place, rule, clause, what is wrong and the words', () => {
  const { linted: files } = linted('faulty');
  const lines = lintLines(files, plain);
  expect(lines[0]).toMatch(
    /dmar_translation_struct:5 {2}SPT\.3, must {2}dmar0, 00:1f\.4, PASID 0, PASID table entry$/,
  );
  expect(lines[1]).toMatch(/^ {4}A present .* reserved bit set\. \(9\.6, Table 30\)$/);
  expect(lines.slice(2, 4).map((line) => line.trim())).toEqual([
    'reserved bit 10 of word 0',
    '0x000000000000050d 0x0000000001800001 0x0000000000000000',
  ]);
  expect(lines.at(-1)).toBe('6 findings');
});

test('as JSON a finding has the same parts', () => {
  const { linted: files } = linted('faulty');
  const { units, findings } = JSON.parse(lintJson(files, []));
  expect(units).toMatchObject([{ name: 'dmar0', haw: 52, knowsHostWidth: false, mode: 'scalable' }]);
  expect(findings[1]).toMatchObject({
    line: 9,
    rule: 'R1',
    level: 'must',
    other: { line: 6 },
    clause: '6.2.2.1, 6.2.3.1',
  });
});
