/** QEMU binaries: what is installed, what fetch-qemu.sh unpacked, and what a binary can do. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ImplementationFailure } from '../../spec/implementation.ts';

const run = promisify(execFile);
const PROGRAM = 'qemu-system-x86_64';
/** Long: on a loaded machine a late answer would be taken for another kind of binary. */
const QUESTION_LIMIT_MS = 60_000;

export interface Binary {
  readonly path: string;
  /** Such as "7.2.22". */
  readonly version: string;
  /** Whether time can be stepped (`-accel qtest`); distributions often build without it. */
  readonly qtestAccelerator: boolean;
  /** Names of the options of its `intel-iommu` device. */
  readonly unitOptions: ReadonlySet<string>;
}

/** Asks a binary for its version and for what it can do. Rejects with an ImplementationFailure. */
export async function inspectBinary(path: string): Promise<Binary> {
  const version = await ask(path, '--version');
  const number = /version (\d+(?:\.\d+)+)/.exec(version)?.[1];
  if (!number) throw new ImplementationFailure('protocol', `${path} does not say that it is QEMU`);
  const [qtestAccelerator, unitOptions] = await Promise.all([hasQtestAccelerator(path), unitOptionsOf(path)]);
  return { path, version: number, qtestAccelerator, unitOptions };
}

async function ask(path: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await run(path, args, { timeout: QUESTION_LIMIT_MS })).stdout;
  } catch (error) {
    const { message, killed } = error as Error & { killed?: boolean };
    const reason = message.split('\n').filter(Boolean).at(-1) ?? '';
    if (killed) throw new ImplementationFailure('hang', `${path} ${args.join(' ')} did not end`);
    throw new ImplementationFailure('crash', `cannot run ${path}: ${reason}`);
  }
}

/** `-accel help` does not list qtest, so it is tried: on an empty machine whose monitor is told to quit. */
async function hasQtestAccelerator(path: string): Promise<boolean> {
  const machine = ['-machine', 'none', '-nodefaults', '-display', 'none', '-monitor', 'stdio'];
  const asked = run(path, ['-accel', 'qtest', ...machine], { timeout: QUESTION_LIMIT_MS });
  asked.child.stdin?.on('error', () => undefined);
  asked.child.stdin?.end('quit\n');
  return asked.then(
    () => true,
    () => false,
  );
}

/** What the device's help lists, a line an option; nothing where the question is refused. */
async function unitOptionsOf(path: string): Promise<ReadonlySet<string>> {
  const asked = run(path, ['-device', 'intel-iommu,help'], { timeout: QUESTION_LIMIT_MS });
  const help = await asked.then(
    ({ stdout }) => stdout,
    () => '',
  );
  return new Set([...help.matchAll(/^\s+([\w-]+)=/gm)].map(([, name]) => name as string));
}

/** Every QEMU on PATH and in the checkout's cache folder, oldest first, one of each version. */
export async function findQemuBinaries(
  checkout = join(import.meta.dirname, '..', '..'),
): Promise<readonly Binary[]> {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
    join(checkout, '.cache', 'qemu-10.0'),
  ];
  const paths = [...new Set(folders.map((folder) => join(folder, PROGRAM)))].filter(isExecutable);
  const found = await Promise.allSettled(paths.map(inspectBinary));
  const binaries = found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const byVersion = new Map<string, Binary>();
  for (const binary of binaries) if (!byVersion.has(binary.version)) byVersion.set(binary.version, binary);
  return [...byVersion.values()].sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
