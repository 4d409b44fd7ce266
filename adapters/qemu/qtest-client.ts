/**
 * Client of QEMU's qtest socket: lines of text, one reply a command, in order. Commands are pipelined,
 * many in one write, because a round trip costs twenty times a command. Lines about interrupts come at
 * any time and belong to no command.
 */
import type { Socket } from 'node:net';

interface Waiting {
  readonly expected: number;
  readonly replies: string[];
  resolve(replies: readonly string[]): void;
  reject(error: Error): void;
}

export class QtestClient {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #rest = '';
  #failure: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the qtest socket was closed')));
  }

  /** Sends `commands` in one write. Resolves to what follows OK in each reply; rejects on a FAIL. */
  send(commands: readonly string[]): Promise<readonly string[]> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (commands.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ expected: commands.length, replies: [], resolve, reject });
      this.#socket.write(`${commands.join('\n')}\n`);
    });
  }

  /** Refuses everything that waits, and everything to come, with `error`. */
  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure);
  }

  #receive(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (!line.startsWith('IRQ ')) this.#reply(line);
  }

  #reply(line: string): void {
    const waiting = this.#waiting[0];
    const isSuccess = line === 'OK' || line.startsWith('OK ');
    if (!waiting || !isSuccess) {
      this.#fail(new Error(waiting ? `qtest answered "${line}"` : `qtest said "${line}" to no command`));
      return;
    }
    waiting.replies.push(line.slice(3));
    if (waiting.replies.length < waiting.expected) return;
    this.#waiting.shift();
    waiting.resolve(waiting.replies);
  }
}

/** A number as qtest commands take it. */
export function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
