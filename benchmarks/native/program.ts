/** The C side: built with what the machine has, then asked for one path after the other. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { toJson } from '../../spec/json.ts';
import type { NativeInputs } from './inputs.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

export interface NativeRound {
  readonly milliseconds: number;
  readonly checksum: number;
}

/** Builds the program; why not, where that can't be. */
export function buildProgram(): string | undefined {
  try {
    execFileSync('make', ['-s', '-C', folder], { stdio: 'pipe', encoding: 'utf8' });
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    const reason = code === 'ENOENT' ? 'there is no make' : (stderr ?? String(error)).trim().split('\n')[0];
    return `${reason} (it takes gcc, make and cJSON: apt-get install gcc make libcjson-dev)`;
  }
}

export class NativeProgram {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'native-'));
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(inputs: NativeInputs) {
    const file = path.join(this.#folder, 'inputs.json');
    writeFileSync(file, toJson(inputs));
    this.#child = spawn(path.join(folder, 'native-c'), [file]);
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Goes through the inputs of `name` once, and then `passes` times more, which are timed. */
  async round(name: string, passes: number): Promise<NativeRound> {
    this.#child.stdin.write(`${passes} ${name}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`native-c ended at path ${name}`);
    const [nanoseconds = 0, checksum = 0] = String(value).split(' ').map(Number);
    return { milliseconds: nanoseconds / 1e6, checksum };
  }

  close(): void {
    this.#child.stdin.end();
    rmSync(this.#folder, { recursive: true });
  }
}
