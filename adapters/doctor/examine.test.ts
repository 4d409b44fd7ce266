import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { examine } from './examine.ts';
import type { Probe } from './probe.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function moduleOf(source: string): string {
  const file = path.join(folder, `m${files++}.mjs`);
  writeFileSync(file, source);
  return file;
}
async function probesOf(spec: string): Promise<readonly Probe[]> {
  const probes: Probe[] = [];
  await examine(spec, { qemuArgs: [] }, (probe) => probes.push(probe));
  return probes;
}
const claims = `name: 'mine', profile: 'any', areas: ['used-bits']`;

test.for(['optimized', fileURLToPath(new URL('../../examples/module/implementation.ts', import.meta.url))])(
  '%s is healthy',
  async (spec) => {
    expect((await probesOf(spec)).filter(({ condition }) => condition !== 'well')).toEqual([]);
  },
);

test.for<[string, string, string, RegExp, RegExp | undefined]>([
  [
    'exports nothing',
    'export const x = 5;',
    'start',
    /exports 0 objects with a run function/,
    /examples\/module/,
  ],
  ['does not load', 'throw new Error("no licence")', 'start', /no licence$/, /examples\/module/],
  [
    'claims nonsense',
    `export const implementation = { name: '', profile: 5, areas: ['walk'], run() {} }`,
    'start',
    /breaks the contract: name: .*and \d more/,
    /examples\/module/,
  ],
  [
    'throws',
    `export const implementation = { ${claims}, run() { null.x } }`,
    'used-bits: one by one',
    /^crash: Cannot read properties of null/,
    /debugger/,
  ],
  [
    'answers too little',
    `export const implementation = { ${claims}, run: () => ({ used: [1n] }) }`,
    'used-bits: one by one',
    /^bad observation: used: expected a length >=8, not 1$/,
    /contract\.md/,
  ],
  [
    'counts',
    `let n = 0n;
     export const implementation = { ${claims}, run: () => ({ used: Array(8).fill(0n).with(7, n++) }) }`,
    'used-bits: together',
    /answered otherwise the second time, as right or wrong as the first$/,
    undefined,
  ],
])('a module that %s: it is said, and what to do', async ([, source, subject, found, advice]) => {
  const faults = (await probesOf(moduleOf(source))).filter(({ condition }) => condition !== 'well');
  expect(faults).toMatchObject([
    {
      subject,
      found: expect.stringMatching(found),
      ...(advice ? { advice: expect.stringMatching(advice) } : {}),
    },
  ]);
});

test('a QEMU that is none is ill', async () => {
  expect(await probesOf(`qemu:${process.execPath}`)).toMatchObject([
    { condition: 'ill', subject: 'binary', found: expect.stringMatching(/does not say that it is QEMU$/) },
  ]);
});

test.for(['optimised', './nowhere.ts', 'answers:a.jsonl'])(
  '%s is no implementation, and refused',
  async (spec) => {
    await expect(probesOf(spec)).rejects.toMatchObject({ kind: 'usage' });
  },
);
