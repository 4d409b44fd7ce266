import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OpenError } from '../open-error.ts';
import { openQemu, openTranslators } from './open-qemu.ts';
import { stillMachine } from './still-machine.fixture.ts';
import { Translator } from './translator.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-qemu-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A script that answers the adapter's questions like QEMU and then does `rest`. */
function stub(name: string, rest: string): string {
  const path = join(folder, name);
  const questions = `case "$1" in --version) echo "QEMU emulator version 7.2.99"; exit;; esac
case "$2" in qtest|intel-iommu,help) exit 1;; esac`;
  // Written by another process: what any thread of this one starts meanwhile would hold it open for writing, and a
  // file that is written to can't be run (ETXTBSY).
  execFileSync('/bin/sh', ['-c', 'cat >"$0"; chmod 755 "$0"', path], {
    input: `#!/bin/sh\n${questions}\n${rest}\n`,
  });
  return path;
}

const reasonOf = async (binary: string): Promise<string> => {
  const error = await openQemu({ binary }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OpenError);
  return (error as OpenError).message;
};

test('a binary that is not there is named', async () => {
  expect(await reasonOf(join(folder, 'none'))).toContain(`cannot run ${join(folder, 'none')}`);
});

test('a program that is not QEMU is refused', async () => {
  expect(await reasonOf('/bin/true')).toBe('/bin/true does not say that it is QEMU');
});

test('a QEMU that dies at the start is refused with the last line that it wrote', async () => {
  const binary = stub('dies', 'echo "unsupported machine type" >&2; exit 1');
  expect(await reasonOf(binary)).toBe(`${binary} ended with exit status 1: unsupported machine type`);
});

test('a QEMU that speaks no qtest is refused', async () => {
  const binary = stub(
    'rude',
    `for word in "$@"; do case "$word" in unix:*) socket=\${word#unix:};; esac; done
exec ${process.execPath} --eval "const s = require('net').connect('$socket'); s.on('data', () => s.write('what?\\\\n'))"`,
  );
  expect(await reasonOf(binary)).toContain('qtest answered "what?"');
});

test('a unit that is not legal is refused as a profile of that kind is anywhere', async () => {
  let closed = 0;
  const machine = stillMachine({ capabilities: { cap: 0n, ecap: 0n }, close: () => void closed++ });
  const translator = new Translator(async () => machine);
  await expect(openTranslators({ name: 'machine' }, new Map([['bare', translator]]))).rejects.toEqual(
    new OpenError(
      'start',
      'profile bare is not legal: MGAW must not be 0; profile bare is not legal: SAGAW must not be 0 when SMTS is 0: no mode of such a unit translates',
    ),
  );
  expect(closed).toBe(1);
});
