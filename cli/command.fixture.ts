/** The command started as a user starts it, in a folder of the test. Each start costs time: few. */
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const top = path.dirname(path.dirname(main));

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test does in `folder`, which is its own. */
export function commandIn(folder: string) {
  /** Runs the command with the folder as current folder, away from any terminal. */
  function run(...args: readonly string[]): Promise<Ended> {
    const { PATH, HOME } = process.env;
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [main, ...args],
        { cwd: folder, env: { PATH, HOME } },
        (error, stdout, stderr) =>
          resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }
  /** Starts the command and leaves it running. */
  function start(...args: readonly string[]) {
    const { PATH, HOME } = process.env;
    return spawn(process.execPath, [main, ...args], { cwd: folder, env: { PATH, HOME } });
  }
  function file(name: string, text: string): string {
    writeFileSync(path.join(folder, name), text);
    return name;
  }
  /** One sentence on stderr, nothing on stdout, no stack trace. */
  async function refused(status: number, message: RegExp, ...args: readonly string[]): Promise<void> {
    const ended = await run(...args);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stderr).toMatch(message);
    expect(ended).toMatchObject({ status, stdout: '' });
  }
  /** A module that is wrong about one thing: it never sees word 3 of a PASID table entry. */
  const blind = file(
    'blind.ts',
    `import { optimized } from '${top}/models/optimized/implementation.ts';
  export const implementation = { ...optimized, name: 'blind', areas: ['entry'], run(c) {
    return optimized.run({ ...c, words: c.words.map((word, index) => (c.words.length === 8 && index === 3 ? 0n : word)) });
  } };`,
  );
  return { folder, top, run, start, file, refused, blind };
}
