/**
 * Keeps one process busy with cases until there are no more or it fails. Many are in flight, because a round
 * trip costs ten times a case; never more than a window of them, so that neither pipe nor memory fills.
 */
import type { ImplementationFailure } from '../../spec/implementation.ts';
import type { Batch } from './batch.ts';
import type { Child } from './child.ts';
import { answerOf } from './messages.ts';

/** How a process ended, and what it had been asked by then; cases are indices into the batch. */
export interface Stop {
  readonly failure: ImplementationFailure;
  /** In the order in which they were sent. */
  readonly unanswered: readonly number[];
  /** The case that was answered last. */
  readonly last: number | undefined;
  /** The case that it answered for a second time. */
  readonly repeated: number | undefined;
}

export interface Window {
  /** The first cases are sent so many at a time; each answer makes room for one more. */
  readonly first: number;
  readonly largest: number;
}

/** Resolves to undefined when every case that `next` gave is answered in `batch`. */
export function drive(
  child: Child,
  batch: Batch,
  next: () => number | undefined,
  { first, largest }: Window,
): Promise<Stop | undefined> {
  const sent: number[] = [];
  let firstId = 0;
  let last: number | undefined;
  let window = first;

  const send = (): void => {
    const room = window - child.waiting.size;
    // A write for each case would cost more than the case.
    if (room < window / 2) return;
    const group: number[] = [];
    for (let index = next(); index !== undefined; index = next()) {
      group.push(index);
      if (group.length >= room) break;
    }
    if (group.length === 0) return;
    const id = child.ask(group.map((index) => batch.cases[index]!));
    if (sent.length === 0) firstId = id;
    sent.push(...group);
  };

  return new Promise((resolve) => {
    const finish = (stop?: Stop) => {
      child.listener = undefined;
      resolve(stop);
    };
    const stopped = (failure: ImplementationFailure, repeatedId?: number) => {
      const unanswered = [...child.waiting].flatMap((id) => sent[id - firstId] ?? []);
      const repeated = repeatedId === undefined ? undefined : sent[repeatedId - firstId];
      finish({ failure, unanswered, last, repeated });
    };
    child.listener = {
      onReply(id, body) {
        const index = sent[id - firstId]!;
        batch.answer(index, answerOf(batch.cases[index]!.area, body));
        last = index;
        window = Math.min(window + 1, largest);
      },
      onPause() {
        send();
        if (child.waiting.size === 0) finish();
      },
      onFailure: stopped,
    };
    if (child.failure) {
      stopped(child.failure);
      return;
    }
    send();
    if (child.waiting.size === 0) finish();
  });
}
