/**
 * The command in a folder of the test. A start of Node takes longer than most of what a test asks for: one
 * process does all command lines of a file but those that are about the process itself.
 */
import { type ChildProcess, execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
/** As `npm run conformance` starts it. */
const cached = ['--import', new URL('compile-cache.js', import.meta.url).href];
const server = fileURLToPath(new URL('command-server.fixture.ts', import.meta.url));
const top = path.dirname(path.dirname(main));

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test does in `folder`, which is its own; `end` ends the process that was started for it. */
export function commandIn(folder: string) {
  const { PATH, HOME } = process.env;
  const options = { cwd: folder, env: { PATH, HOME } };
  let warm: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** Runs the command with the folder as current folder, away from any terminal, one after another. */
  function run(...args: readonly string[]): Promise<Ended> {
    const ended = last.then(async () => {
      warm ??= fork(server, { ...options, execArgv: cached, silent: true });
      warm.send(args);
      const over = new AbortController();
      const [answer] = await Promise.race(
        ['message', 'exit'].map((event) => once(warm as ChildProcess, event, over)),
      ).finally(() => over.abort());
      if (typeof answer !== 'object') throw new Error(`the command ended its process: ${args.join(' ')}`);
      return answer;
    });
    last = ended.catch(() => undefined);
    return ended;
  }
  /** The same in a process of its own, as a user starts it. */
  function runAlone(...args: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(process.execPath, [...cached, main, ...args], options, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }
  /** Starts the command in a process of its own and leaves it running. */
  function start(...args: readonly string[]) {
    return spawn(process.execPath, [...cached, main, ...args], options);
  }
  async function end(): Promise<void> {
    if (warm?.kill()) await once(warm, 'exit');
  }
  function file(name: string, text: string): string {
    writeFileSync(path.join(folder, name), text);
    return name;
  }
  /** One sentence on stderr, nothing on stdout, no stack trace. */
  async function refused(status: number, message: RegExp, ...args: readonly string[]): Promise<void> {
    isRefusal(await run(...args), status, message);
  }
  /** A module that is wrong about one thing: it never sees word 3 of a PASID table entry. */
  const blind = file(
    'blind.ts',
    `import { optimized } from '${top}/models/optimized/implementation.ts';
  export const implementation = { ...optimized, name: 'blind', areas: ['entry'], run(c) {
    return optimized.run({ ...c, words: c.words.map((word, index) => (c.words.length === 8 && index === 3 ? 0n : word)) });
  } };`,
  );
  return { folder, top, run, runAlone, start, end, file, refused, blind };
}

export function isRefusal(ended: Ended, status: number, message: RegExp): void {
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(ended.stderr).toMatch(message);
  expect(ended).toMatchObject({ status, stdout: '' });
}
