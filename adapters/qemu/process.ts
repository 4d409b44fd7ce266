/**
 * A QEMU process: started, watched, limited in time, ended with its parent. Whatever way it fails, those
 * who wait for it get an ImplementationFailure that says crash or hang and what it wrote to stderr.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { ImplementationFailure } from '../../spec/implementation.ts';
import { messageOf } from '../open-error.ts';
import { RunningTimeLimit } from '../running-time-limit.ts';
import { starvedMs } from '../starved.ts';
import { forgetAtExit, undoAtExit } from './at-exit.ts';

/** Characters of stderr that are kept: the last ones tell why. */
const STDERR_KEPT = 8192;
/** From a closed socket to the end of the process that closed it. */
const GRACE_MS = 1000;

export class QemuProcess {
  /** Called with every chunk on stdout. */
  onOutput: ((bytes: Uint8Array) => void) | undefined;
  readonly #child: ChildProcess;
  readonly #watcher: ChildProcess | undefined;
  readonly #binary: string;
  readonly #onParentExit = () => this.#child.kill('SIGKILL');
  #stderr = '';
  #failure: ImplementationFailure | undefined;
  #reportFailure: ((failure: ImplementationFailure) => void) | undefined;
  /** Rejects when the process fails. */
  readonly #failed = new Promise<never>((_resolve, reject) => {
    this.#reportFailure = reject;
  });

  constructor(binary: string, args: readonly string[]) {
    this.#binary = binary;
    this.#failed.catch(() => undefined);
    this.#child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    undoAtExit(this.#onParentExit);
    this.#watcher = watcherOf(this.#child.pid);
    this.#child.stdout?.on('data', (bytes: Uint8Array) => this.onOutput?.(bytes));
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.#stderr = (this.#stderr + bytes.toString('utf8')).slice(-STDERR_KEPT);
    });
    this.#child.on('error', (error) => this.#fail('crash', `cannot run ${binary}: ${error.message}`));
    // 'close' comes after the last of stderr, 'exit' may come before it.
    this.#child.on('close', (code, signal) =>
      this.#fail('crash', `${binary} ended with ${signal ?? `exit status ${code}`}`),
    );
    // An idle process does not keep its parent alive; work in progress does, by its time limit.
    unref(this.#child);
  }

  get stderr(): string {
    return this.#stderr;
  }

  get failure(): ImplementationFailure | undefined {
    return this.#failure;
  }

  /** `work`, or a failure when the process dies first or could run for `milliseconds`: then it is killed. */
  async within<T>(milliseconds: number, what: string, work: Promise<T>): Promise<T> {
    const limit = this.#limited(milliseconds, () => {
      this.#fail('hang', `${this.#binary} did not finish ${what} within ${milliseconds} ms`);
    });
    try {
      return await Promise.race([work, this.#failed]);
    } catch (error) {
      // A closed socket is seen before the end of the process: wait for the reason behind it.
      throw this.#failure ?? (await this.#endOf(error));
    } finally {
      limit.stop();
    }
  }

  /** Ends the process. */
  end(): void {
    this.#child.kill('SIGKILL');
    this.#watcher?.kill('SIGKILL');
    forgetAtExit(this.#onParentExit);
  }

  #limited(milliseconds: number, onOver: () => void): RunningTimeLimit {
    return new RunningTimeLimit(milliseconds, () => starvedMs(this.#child.pid), onOver);
  }

  #fail(kind: 'crash' | 'hang', message: string): void {
    if (this.#failure) return;
    const reason = this.#stderr.trim().split('\n').at(-1);
    const full = kind === 'crash' && reason ? `${message}: ${reason}` : message;
    this.#failure = new ImplementationFailure(kind, full, this.#stderr);
    this.end();
    this.#reportFailure?.(this.#failure);
  }

  async #endOf(error: unknown): Promise<Error> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = this.#limited(GRACE_MS, resolve);
    await Promise.race([promise, this.#failed.catch(() => undefined)]);
    limit.stop();
    this.end();
    return this.#failure ?? new ImplementationFailure('protocol', messageOf(error), this.#stderr);
  }
}

/**
 * QEMU would outlive a parent that dies suddenly, for ever: a shell waits for the end of a pipe that only
 * the parent holds, and then kills it.
 */
function watcherOf(pid: number | undefined): ChildProcess | undefined {
  if (pid === undefined) return undefined;
  const script = 'read -r _; kill -9 "$0" 2>/dev/null';
  const watcher = spawn('/bin/sh', ['-c', script, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.on('error', () => undefined);
  unref(watcher);
  return watcher;
}

/** Lets the event loop end while the process and its pipes are open. */
function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
}
