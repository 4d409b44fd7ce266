/**
 * Runs mutants in threads, a few at a time. A mutant that gets nowhere, or that takes all memory, is killed with its
 * thread; a thread that has grown large is replaced.
 */
import { Worker } from 'node:worker_threads';
import type { Outcome } from './judge-mutant.ts';
import type { Reply, Task } from './worker.ts';

/** Processor time that a thread may spend on one case: a thousand times what the slowest takes. */
const HANG_AFTER_MICROSECONDS = 3_000_000;
const LOOK_EVERY_MS = 200;
const REPLACED_FROM_BYTES = 900e6;
const GREEDY_FROM_BYTES = 2000e6;
/** Far above: a thread that reaches its limit may take the process with it. */
const LIMIT_MIB = 6144;

/** Judges `tasks` on `threads` threads; `onOutcome` hears of each with its number. */
export async function judgeAll(
  tasks: readonly Task[],
  threads: number,
  onOutcome: (index: number, outcome: Outcome) => void,
): Promise<void> {
  let next = 0;
  const work = async () => {
    let thread: Thread | undefined;
    while (next < tasks.length) {
      const index = next++;
      thread ??= new Thread();
      onOutcome(index, await thread.judge(tasks[index] as Task));
      if (thread.isSpent) thread = await thread.end();
    }
    await thread?.end();
  };
  await Promise.all(Array.from({ length: threads }, work));
}

class Thread {
  isSpent = false;
  readonly #pulse = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: this.#pulse.buffer,
    resourceLimits: { maxOldGenerationSizeMb: LIMIT_MIB },
  });

  async judge(task: Task): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const kill = (by: string) => {
      this.isSpent = true;
      resolve({ killed: true, by });
    };
    const onMessage = ({ outcome, heap }: Reply) => {
      this.isSpent = heap > REPLACED_FROM_BYTES;
      resolve(outcome);
    };
    this.#worker.once('error', reject).once('message', onMessage).postMessage(task);
    const watch = this.#watch(kill);
    try {
      return await promise;
    } finally {
      clearInterval(watch);
      this.#worker.off('error', reject).off('message', onMessage);
    }
  }

  async end(): Promise<undefined> {
    await this.#worker.terminate();
    return undefined;
  }

  #watch(kill: (by: string) => void): NodeJS.Timeout {
    let beat = -1;
    let since = 0;
    const look = async () => {
      const { user, system } = await this.#worker.cpuUsage();
      const now = Atomics.load(this.#pulse, 0);
      if (now !== beat) [beat, since] = [now, user + system];
      else if (user + system - since > HANG_AFTER_MICROSECONDS) kill('hung');
      const { used_heap_size } = await this.#worker.getHeapStatistics();
      if (used_heap_size > GREEDY_FROM_BYTES) kill('took all memory');
    };
    // It may have ended while it was looked at: then nothing is to be said of it any more.
    return setInterval(() => look().catch(() => undefined), LOOK_EVERY_MS);
  }
}
