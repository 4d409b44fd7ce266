/**
 * Ends the children of a parent that dies suddenly (SIGINT, SIGKILL, the end of a thread): a shell in a
 * process group of its own holds the list of the living and waits for the end of a pipe that only the
 * parent has. One guard for all children of an implementation.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

const script = `
alive=
while read -r change pid; do
  case $change in
    born) alive="$alive $pid" ;;
    gone) left=; for one in $alive; do [ "$one" = "$pid" ] || left="$left $one"; done; alive=$left ;;
  esac
done
for one in $alive; do kill -s KILL -- "-$one" 2>/dev/null; done`;

export class Guard {
  readonly #shell: ChildProcess;

  constructor() {
    this.#shell = spawn('/bin/sh', ['-c', script], {
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // Without a shell there is no guard; a child that reads to the end of its input ends all the same.
    this.#shell.on('error', () => undefined);
    this.#shell.stdin?.on('error', () => undefined);
    unref(this.#shell);
  }

  born(group: number): void {
    this.#shell.stdin?.write(`born ${group}\n`);
  }

  gone(group: number): void {
    this.#shell.stdin?.write(`gone ${group}\n`);
  }

  close(): void {
    this.#shell.stdin?.end();
  }
}

/** Lets the event loop end while the process and its pipes are open; work in progress has its timer. */
export function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
}
