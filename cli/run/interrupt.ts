/**
 * Ctrl-C, or a CI job that is ended: the findings of a run are shrunk while it goes on, and what was found until
 * then is worth as much as if it had ended.
 */
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Exit status of a run that was interrupted: as shells have it, 128 and the number of the signal. */
export type InterruptedStatus = 130 | 143;

/**
 * Calls `last` on the first interruption and ends the process; a second one ends it at once. `stop` does not return
 * after the first: what was told then is not told again.
 */
export function onInterrupt(last: (status: InterruptedStatus) => Promise<void>): { stop(): Promise<void> } {
  let ending: Promise<void> | undefined;
  const { stop } = onFirstSignal((status) => {
    ending = last(status).finally(() => process.exit(status));
  });
  return {
    async stop() {
      stop();
      await ending;
    },
  };
}

export interface Interruption {
  /** Aborted by the first interruption: who works here looks at it between two steps. */
  readonly signal: AbortSignal;
  /** Undefined where nobody interrupted. */
  status(): InterruptedStatus | undefined;
  stop(): void;
}

/** For work in this thread that can end early with what it has: a second interruption ends the process at once. */
export function endEarlyOnInterrupt(): Interruption {
  const controller = new AbortController();
  let interrupted: InterruptedStatus | undefined;
  const { stop } = onFirstSignal((status) => {
    interrupted = status;
    controller.abort();
  });
  return { signal: controller.signal, status: () => interrupted, stop };
}

function onFirstSignal(first: (status: InterruptedStatus) => void): { stop(): void } {
  const handlers = signals.map((signal) => {
    const handler = () => {
      stop();
      first((128 + constants.signals[signal]) as InterruptedStatus);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  const stop = () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
  return { stop };
}
