import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ImplementationFailure } from '../spec/implementation.ts';
import { namedProfile } from '../spec/profiles.ts';
import type { Case } from '../spec/schema.ts';
import { openImplementation } from './open.ts';
import { OpenError } from './open-error.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'module-adapter-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** A module file that holds `source`. */
function moduleOf(source: string): string {
  const file = path.join(folder, `m${files++}.mjs`);
  writeFileSync(file, source);
  return file;
}
const open = (spec: string) => openImplementation(spec, { qemuArgs: [] });
const refusal = async (spec: string): Promise<OpenError> => {
  const thrown: unknown = await open(spec).catch((error: unknown) => error);
  if (!(thrown instanceof OpenError)) throw new Error(`${spec} was not refused`);
  return thrown;
};
const fields = `name: 'mine', profile: 'any', areas: ['entry']`;
const testCase: Case = {
  area: 'entry',
  profile: namedProfile('legacy-39') as Case['profile'],
  format: 'root-legacy',
  words: [0n, 0n],
};

test('the models are opened by name', async () => {
  expect((await open('optimized')).name).toBe('optimized');
  expect((await open('reference')).name).toBe('reference');
});

test('a name that nobody knows is refused with the names that are known', async () => {
  expect((await refusal('optimised')).message).toMatch(
    /unknown implementation "optimised": expected optimized/,
  );
});

test('device options are refused for anything but QEMU', async () => {
  const thrown: unknown = await openImplementation('reference', { qemuArgs: ['x=on'] }).catch(
    (e: unknown) => e,
  );
  expect(thrown).toMatchObject({
    kind: 'usage',
    message: '--qemu-arg is for --impl qemu, not for reference',
  });
});

test('a module is renewed on the object itself', async () => {
  const file = moduleOf(
    `export const implementation = {
       ${fields}, fault: 1, run() { return { fault: this.fault }; }, renew() { this.fault = null; },
     };`,
  );
  const implementation = await open(file);
  await implementation.renew?.();
  expect(await implementation.run(testCase)).toEqual({ fault: null });
  expect((await refusal(moduleOf(`export const a = { ${fields}, run() {}, renew: 1 };`))).message).toMatch(
    /breaks the contract: renew: expected a function, not 1/,
  );
});

test('the export called implementation is taken, hex strings in answers become numbers', async () => {
  const file = moduleOf(
    `export const implementation = { ${fields}, run: () => ({ fault: null, fields: { CTP: '0x1000' } }) };
     export const other = { run() {} };`,
  );
  expect((await open(file)).run(testCase)).toEqual({ fault: null, fields: { CTP: 0x1000n } });
});

test('else the only export that can run is taken, an instance of a class too', async () => {
  const file = moduleOf(
    `class Mine { name = 'mine'; profile = 'any'; areas = ['entry']; #code = 1; run() { return { fault: this.#code }; } }
     export const mine = new Mine();`,
  );
  expect((await open(file)).run(testCase)).toEqual({ fault: 1 });
});

test('one profile alone may be given, and a profile that breaks the lattice is refused by name', async () => {
  const profile = (ecap: string) =>
    `{ name: 'p', cap: '0xd2008c22260206', ecap: '${ecap}', haw: 39, specRev: '5.10',
       backed: [{ start: '0x0', end: '0x1000' }], policies: {} }`;
  const of = (ecap: string) =>
    moduleOf(`export const i = { name: 'mine', profile: ${profile(ecap)}, areas: ['entry'], run() {} };`);
  expect((await open(of('0xf42'))).profile).toMatchObject([{ name: 'p', ecap: 0xf42n }]);
  const refused = await refusal(of('0x80000000f40'));
  expect(refused).toMatchObject({ kind: 'contract' });
  expect(refused.message).toMatch(/breaks the contract: profile p is not legal: SMTS must be 0 when QI is 0/);
});

test('what a virtual SMMU claims has to fit its memory', async () => {
  const of = (outputBits: number) =>
    moduleOf(`export const i = { name: 'mine', areas: ['smmu-nesting'], run() {}, profile: { name: 'p',
      cap: '0xd2008c22260206', ecap: '0xf42', haw: 39, specRev: '5.10', policies: {},
      backed: [{ start: '0x0', end: '0x200000000' }], smmu: { stallModel: 1, outputBits: ${outputBits} } } };`);
  expect((await open(of(40))).profile).toMatchObject([{ smmu: { stallModel: 1, outputBits: 40 } }]);
  const refused = await refusal(of(32));
  expect(refused.message).toMatch(/profile p is not legal: smmu.outputBits = 32 does not reach all/);
});

test.for([
  ['no run function', `export const a = 1;`, /exports 0 objects with a run function/],
  ['two candidates', `export const a = { run() {} }; export const b = { run() {} };`, /exports 2 objects/],
  ['no name', `export const a = { profile: 'any', areas: ['entry'], run() {} };`, /contract: name: missing/],
  [
    'an unknown area',
    `export const a = { name: 'x', profile: 'any', areas: ['entri'], run() {} };`,
    /areas\.0: expected .*"entry".*, not "entri"/,
  ],
  [
    'a malformed profile',
    `export const a = { name: 'x', profile: { name: 'p', cap: 1 }, areas: ['entry'], run() {} };`,
    /contract: profile: cap: expected a 64-bit value such as "0x1f", not 1 \(and 5 more/,
  ],
] as const)('a module with %s breaks the contract', async ([, source, message]) => {
  const refused = await refusal(moduleOf(source));
  expect(refused.message).toMatch(message);
  expect(refused.kind).toBe('contract');
});

test('a module that is not there is wrong use, one that dies while it loads did not start', async () => {
  expect(await refusal(path.join(folder, 'nowhere.ts'))).toMatchObject({ kind: 'usage' });
  const dying = await refusal(moduleOf(`throw new Error('no luck\\nat all');`));
  expect(dying.kind).toBe('start');
  expect(dying.message).toMatch(/could not be loaded: no luck$/);
});

test('an answer that is no observation names the path and the value', async () => {
  const { run } = await open(moduleOf(`export const i = { ${fields}, run: () => ({ fault: 500 }) };`));
  expect(() => run(testCase)).toThrow(
    new ImplementationFailure('protocol', 'bad observation: fault: expected <=255, not 500'),
  );
});

test('an exception is a crash', async () => {
  const { run } = await open(moduleOf(`export const i = { ${fields}, run() { null.x; } };`));
  expect(() => run(testCase)).toThrow(expect.objectContaining({ kind: 'crash' }));
});
