/** Known bugs measured on several threads: which thread measures which does not matter to the figures. */
import { Worker } from 'node:worker_threads';
import type { BugFigures } from './figures.ts';
import type { Measuring } from './measure-thread.ts';

const thread = new URL(`./measure-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** The figures of the bugs called `ids`, in that order. `onBug` is told of each as soon as it is measured. */
export async function measureAll(
  ids: readonly string[],
  measuring: Measuring,
  threads: number,
  onBug: (figures: BugFigures) => void,
): Promise<readonly BugFigures[]> {
  const waiting = [...ids];
  const figures = new Map<string, BugFigures>();
  const work = async () => {
    const worker = new Worker(thread, { workerData: measuring });
    const failure = new Promise<never>((_, reject) => worker.once('error', reject));
    try {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const answer = new Promise<BugFigures>((resolve) => worker.once('message', resolve));
        worker.postMessage(id);
        const measured = await Promise.race([answer, failure]);
        figures.set(id, measured);
        onBug(measured);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, ids.length) }, work));
  return ids.flatMap((id) => figures.get(id) ?? []);
}
