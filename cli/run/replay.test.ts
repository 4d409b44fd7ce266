import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { plain } from '../../reports/palette.ts';
import { sampleFinding, sampleProfile } from '../../reports/sample.fixture.ts';
import { toJson } from '../../spec/json.ts';
import type { Case } from '../../spec/schema.ts';
import { replay } from './replay.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(name: string, text: string): string {
  const full = path.join(folder, `${files++}${name}`);
  writeFileSync(full, text);
  return full;
}
const optimized = fileURLToPath(new URL('../../models/optimized/implementation.ts', import.meta.url));
/** The optimized model with another `run`. */
const changed = (run: string) =>
  file('.mjs', `import { optimized } from '${optimized}'; export const i = { ...optimized, run: ${run} };`);

const pasidEntry = file('.json', toJson(sampleFinding));
const updates: Case = {
  area: 'used-bits',
  profile: sampleProfile,
  format: 'vtd-pasid',
  entry: [2n, 0n, 0n, 0n, 0n, 0n, 0n, 0n],
};
const usedBits = file(
  '.json',
  toJson({ ...sampleFinding, area: 'used-bits', rule: 'used-bits.valid-bit', case: updates }),
);

test('a finding fails while the rule is broken', async () => {
  const { lines, status } = await replay(pasidEntry, changed('() => ({ fault: null })'), [], plain);
  expect(status).toBe(1);
  expect(lines).toContain('expected  fault 0x5a (SPT.3)');
  expect(lines.at(-1)).toBe('it still fails');
});

test('a finding passes when the implementation conforms', async () => {
  const { lines, status } = await replay(pasidEntry, 'optimized', [], plain);
  expect(status).toBe(0);
  expect(lines.at(-1)).toBe('it passes now');
});

test('an implementation that dies gives 3', async () => {
  const { lines, status } = await replay(pasidEntry, changed('() => { null.x }'), [], plain);
  expect(status).toBe(3);
  expect(lines.join('\n')).toMatch(
    /entry\.answers \(must\), outcome\nexpected {2}an answer\nobserved {2}crash: /,
  );
});

test('what a may rule permits is shown and does not fail', async () => {
  const { lines, status } = await replay(usedBits, 'optimized', [], plain);
  expect(lines).toContain('used-bits.exception.fpd-not-present (may), outcome');
  expect(status).toBe(0);
});

test('a unit other than that of the case is named', async () => {
  const other = `{ name: 'p', cap: '0xd2008c22260206', ecap: '0xf42', haw: 39, specRev: '5.10',
    backed: [{ start: '0x0', end: '0x1000' }], policies: {} }`;
  const source = `export const i = { name: 'mine', profile: ${other}, areas: ['entry'], run: () => ({ fault: 90 }) };`;
  const { lines } = await replay(pasidEntry, file('.mjs', source), [], plain);
  expect(lines).toContain('note: mine is not the unit of the case (profile second-stage-48)');
});

test('a finding about chance is asked many times', async () => {
  const { case: testCase } = sampleFinding;
  const chance = file('.json', toJson({ ...sampleFinding, rule: 'entry.repeatable', case: testCase }));
  const flaky = changed(
    '(c) => (globalThis.asked = (globalThis.asked ?? 0) + 1) === 30 ? { fault: null } : optimized.run(c)',
  );
  const { lines, status } = await replay(chance, flaky, [], plain);
  expect(lines).toContain('entry.repeatable (must), outcome');
  expect(status).toBe(1);
  expect((await replay(chance, 'optimized', [], plain)).status).toBe(0);
});

test('a case that is passed over does not pass', async () => {
  const contract = fileURLToPath(new URL('../../spec/implementation.ts', import.meta.url));
  const skipping = file(
    '.mjs',
    `import { CaseSkipped } from '${contract}';
     export const i = { name: 'picky', profile: 'any', areas: ['entry'], run() { throw new CaseSkipped('no PASIDs'); } };`,
  );
  const { lines, status } = await replay(pasidEntry, skipping, [], plain);
  expect(lines.at(-1)).toBe('skipped by picky, which is no pass: no PASIDs');
  expect(status).toBe(1);
});
