/** The thread that mutants run in: it may be ended at any moment, when one of them does not come back. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Area } from '../spec/schema.ts';
import { judgeMutant, type Outcome } from './judge-mutant.ts';
import type { TargetName } from './target.ts';

/** A mutant to judge: `source` is the text of `file`, which is told from models/optimized on, as that of an edit. */
export interface Task {
  readonly target: TargetName;
  readonly file: string;
  readonly source: string;
  readonly mutated: string;
  readonly areas: readonly Area[];
}

/** `heap` is in bytes: what the modules of many mutants hold is never given back. */
export interface Reply {
  readonly outcome: Outcome;
  readonly heap: number;
}

/** Counts up with each case, for the watchdog. */
const pulse = new Int32Array(workerData as SharedArrayBuffer);

parentPort?.on('message', async ({ target, file, source, mutated, areas }: Task) => {
  const edit = { file, from: source, to: mutated };
  const outcome = await judgeMutant(target, edit, areas, () => Atomics.add(pulse, 0, 1));
  const reply: Reply = { outcome, heap: process.memoryUsage().heapUsed };
  parentPort?.postMessage(reply);
});
