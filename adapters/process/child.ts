/**
 * One process of the implementation: started in a group of its own, spoken to in lines, limited in time and
 * memory, ended with everything that it started. It knows which cases it was asked and which of them it
 * answered; what that means is for the runner to say.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type FailureKind, ImplementationFailure } from '../../spec/implementation.ts';
import type { Case } from '../../spec/schema.ts';
import { RunningTimeLimit } from '../running-time-limit.ts';
import { starvedMs } from '../starved.ts';
import { childEnvironment } from './environment.ts';
import { type Guard, unref } from './guard.ts';
import type { Limits } from './limits.ts';
import { LineReader } from './line-reader.ts';
import { byeLine, type Reply, replyOf, runLine } from './messages.ts';
import { printable, quoted } from './printable.ts';

/** Bytes of stderr that are kept: the last ones tell why. */
const STDERR_KEPT = 8192;

/** Who hears of a child. */
export interface Listener {
  onReply(id: number, body: Reply['body']): void;
  /** Everything that had arrived has been told: time to send more. */
  onPause(): void;
  /** It died, hung or talked nonsense, and is no more. `repeated` is the id that it answered again. */
  onFailure(failure: ImplementationFailure, repeated?: number): void;
}

/** How a process ended: a signal, or `exit status N`. */
type Ending = NodeJS.Signals | `exit status ${number | null}` | 'not started';

export class Child {
  listener: Listener | undefined;
  /** Ids of requests without an answer, in the order in which they were sent. */
  readonly waiting = new Set<number>();
  /** Cases that it was asked since it started. */
  asked = 0;
  readonly #closed: Promise<Ending>;
  readonly #process: ChildProcess;
  readonly #limits: Limits;
  readonly #guard: Guard;
  readonly #lines: LineReader;
  #lastId = 0;
  #stderr = '';
  #failure: ImplementationFailure | undefined;
  #timeLimit: RunningTimeLimit | undefined;
  #isKilledFromOutside = false;
  #isEnding = false;
  #isReaped = false;

  constructor(command: readonly string[], limits: Limits, guard: Guard) {
    const [program = '', ...args] = command;
    this.#limits = limits;
    this.#guard = guard;
    this.#lines = new LineReader(limits.lineBytes);
    // A session of its own: its whole group can be killed, and a Ctrl-C reaches us first.
    this.#process = spawn(program, args, {
      detached: true,
      env: childEnvironment(process.env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    unref(this.#process);
    const { pid, stdin, stdout, stderr } = this.#process;
    if (pid !== undefined) guard.born(pid);
    // What can't be written is not the news; the end of the process is, and it follows.
    stdin?.on('error', () => undefined);
    stdout?.on('data', (bytes: Buffer) => this.#hear(bytes));
    stderr?.on('data', (bytes: Buffer) => {
      this.#stderr = (this.#stderr + bytes.toString('utf8')).slice(-STDERR_KEPT);
    });
    this.#closed = new Promise((resolve) => this.#watchEnd(program, resolve));
  }

  get failure(): ImplementationFailure | undefined {
    return this.#failure;
  }

  /** True when its failure is a SIGKILL that was not ours. */
  get isKilledFromOutside(): boolean {
    return this.#isKilledFromOutside;
  }

  get stderr(): string {
    return printable(this.#stderr);
  }

  /** Sends one request, which `line` writes with the id that it gets; a reply is expected in time. */
  request(line: (id: number) => string, limitMs: number): void {
    this.#arm(limitMs);
    this.waiting.add(++this.#lastId);
    this.#process.stdin?.write(line(this.#lastId));
  }

  /** Asks all of `cases` in one write; returns the id of the first, the others follow. */
  ask(cases: readonly Case[]): number {
    const first = this.#lastId + 1;
    let text = '';
    for (const testCase of cases) {
      this.waiting.add(++this.#lastId);
      text += runLine(this.#lastId, testCase);
    }
    this.asked += cases.length;
    this.#process.stdin?.write(text);
    if (this.#timeLimit === undefined) this.#arm(this.#limits.caseMs);
    return first;
  }

  /**
   * Says bye and waits for the end, which comes by force when it does not come in time. With other `lastWords`,
   * such as none at all, stdin ends after these.
   */
  async bye(lastWords = byeLine): Promise<Ending> {
    if (!this.#failure) {
      this.#isEnding = true;
      this.#process.stdin?.end(lastWords);
    }
    // Its timer also keeps the event loop going until the process has ended.
    const limit: RunningTimeLimit = this.#limited(this.#limits.byeMs, () => {
      this.#kill();
      limit.restart();
    });
    const ending = await this.#closed;
    limit.stop();
    return ending;
  }

  #hear(bytes: Buffer): void {
    if (this.#failure) return;
    const lines = this.#lines.push(bytes);
    if (lines === undefined) {
      this.#fail('protocol', `a line on stdout is longer than ${this.#limits.lineBytes} bytes`);
      return;
    }
    for (const line of lines) {
      this.#take(line);
      if (this.#failure) return;
    }
    if (this.waiting.size === 0) this.#disarm();
    if (lines.length === 0) return;
    this.#timeLimit?.restart();
    this.listener?.onPause();
  }

  #take(line: string): void {
    const reply = replyOf(line);
    if (typeof reply === 'string') {
      this.#fail('protocol', `a line on stdout ${reply}: ${quoted(line)}`);
    } else if (this.waiting.delete(reply.id)) {
      this.listener?.onReply(reply.id, reply.body);
    } else if (reply.id >= 1 && reply.id <= this.#lastId) {
      this.#fail('protocol', 'it was answered twice', reply.id);
    } else {
      this.#fail('protocol', `a reply has an id that was not asked: ${quoted(line)}`);
    }
  }

  #watchEnd(program: string, resolve: (ending: Ending) => void): void {
    const child = this.#process;
    child.on('error', (error) => {
      this.#fail('crash', `cannot run ${quoted(program)}: ${error.message}`);
      if (child.pid === undefined) resolve('not started');
    });
    child.on('exit', () => {
      // What it started goes with it, and can't hold its pipes for ever from another group.
      this.#kill();
      this.#isReaped = true;
      const grace = setTimeout(() => {
        // We may be the ones who slept: what has arrived meanwhile is read first.
        setImmediate(() => {
          for (const stream of child.stdio) stream?.destroy();
        });
      }, this.#limits.byeMs);
      child.once('close', () => clearTimeout(grace));
    });
    // After 'exit' and the last of its output.
    child.on('close', (code, signal) => {
      if (child.pid !== undefined) this.#guard.gone(child.pid);
      this.#isKilledFromOutside = signal === 'SIGKILL' && !this.#failure && !this.#isEnding;
      const { rest } = this.#lines;
      const how = signal ?? (`exit status ${code}` as const);
      const cut = rest === '' ? '' : `, in the middle of the line ${quoted(rest)}`;
      if (!this.#isEnding || (signal !== null && signal !== 'SIGKILL')) {
        this.#fail('crash', `the process ended with ${how}${cut}`);
      }
      this.#disarm();
      resolve(how);
    });
  }

  #fail(kind: FailureKind, message: string, repeated?: number): void {
    if (this.#failure) return;
    this.#failure = new ImplementationFailure(kind, message, this.stderr);
    this.#disarm();
    this.#kill();
    this.listener?.onFailure(this.#failure, repeated);
  }

  #kill(): void {
    const { pid } = this.#process;
    if (pid === undefined || this.#isReaped) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group has ended.
    }
  }

  #arm(milliseconds: number): void {
    this.#disarm();
    this.#timeLimit = this.#limited(milliseconds, () =>
      this.#fail('hang', `no answer in ${milliseconds / 1000} s`),
    );
  }

  #limited(milliseconds: number, onOver: () => void): RunningTimeLimit {
    return new RunningTimeLimit(milliseconds, () => starvedMs(this.#process.pid), onOver);
  }

  #disarm(): void {
    this.#timeLimit?.stop();
    this.#timeLimit = undefined;
  }
}
