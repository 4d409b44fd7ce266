import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { ImplementationFailure } from '../../spec/implementation.ts';
import { isAlive } from '../process/stub-process.fixture.ts';
import { QemuProcess } from './process.ts';

const never = new Promise<never>(() => undefined);
const shell = (script: string) => new QemuProcess('/bin/sh', ['-c', script]);
const failureOf = async (work: Promise<unknown>): Promise<ImplementationFailure> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ImplementationFailure);
  return error as ImplementationFailure;
};

test('a process that dies is a crash, with its exit status and what it wrote to stderr', async () => {
  const qemu = shell('echo "realize: bad option" >&2; exit 7');
  const failure = await failureOf(qemu.within(5000, 'starting', never));
  expect(failure.kind).toBe('crash');
  expect(failure.message).toContain('exit status 7: realize: bad option');
  expect(failure.stderr).toBe('realize: bad option\n');
});

test('a killed process is a crash, with the signal', async () => {
  const qemu = shell('kill -ABRT $$');
  expect((await failureOf(qemu.within(5000, 'starting', never))).message).toContain('SIGABRT');
});

test('a process that does not answer in time is a hang, and is ended', async () => {
  const qemu = shell('exec sleep 60');
  const failure = await failureOf(qemu.within(50, 'a list of operations', never));
  expect(failure.kind).toBe('hang');
  expect(failure.message).toContain('did not finish a list of operations within 50 ms');
  expect(qemu.failure).toBe(failure);
});

test('the reason behind a closed socket is waited for', async () => {
  const qemu = shell('sleep 0.1; exit 3');
  const failure = await failureOf(
    qemu.within(5000, 'starting', Promise.reject(new Error('the qtest socket was closed'))),
  );
  expect(failure.kind).toBe('crash');
  expect(failure.message).toContain('exit status 3');
});

test('a program that is not there is a crash that says so', async () => {
  const qemu = new QemuProcess('/nowhere/qemu', []);
  const failure = await failureOf(qemu.within(5000, 'starting', never));
  expect(failure.message).toContain('cannot run /nowhere/qemu');
});

test('a process does not outlive a parent that is killed', async () => {
  const program = `
    import { QemuProcess } from ${JSON.stringify(new URL('./process.ts', import.meta.url).href)};
    const qemu = new QemuProcess('/bin/sh', ['-c', 'echo $$; exec sleep 60']);
    qemu.onOutput = (bytes) => process.stdout.write(bytes);
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  const pid = Number(
    await new Promise<string>((resolve) => parent.stdout.once('data', (b) => resolve(String(b)))),
  );
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid)).toBe(false);
});
