/**
 * Threads that help with one area: those that other areas leave over. Each opens the implementation for itself and asks
 * chunks of the same search; what it finds is looked into by the thread that it helps.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Area } from '../../spec/schema.ts';
import type { Account } from './account.ts';
import type { Deal } from './deal.ts';
import { CHUNK } from './drawn-chunks.ts';
import type { HelperMessage, Helping } from './helper-thread.ts';
import type { Helpers } from './in-turn.ts';

const file = new URL(`./helper-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
/** Of work that is left for each: a thread takes some of it until it is as fast as one that has been at work. */
const WORTH_MS = 1000;
/** What is asked at first says nothing of what is left: hardly anything that runs then has been compiled. */
const COLD_MS = 200;

export class HelperThreads<A extends Area> implements Helpers<A> {
  readonly #deal: Deal;
  readonly #helping: Helping;
  readonly #alive: () => void;
  /** Milliseconds, no longer counted when it is warm. */
  #cold = 0;
  /** Of what was asked since. */
  readonly #pace = { cases: 0, ms: 0 };
  readonly #threads = new Set<Worker>();
  readonly #accounts = new Map<number, readonly Account<A>[]>();
  readonly #lost: number[] = [];
  readonly #most: () => number;
  /** One of them ended on its own account: another one would too. */
  #isBroken = false;
  #tell = Promise.withResolvers<void>();

  /** `most`: how many may help at the moment. `alive` is called when one gives a sign of life. */
  constructor(deal: Deal, helping: Omit<Helping, 'memory'>, most: () => number, alive: () => void) {
    this.#deal = deal;
    this.#most = most;
    this.#helping = { ...helping, memory: deal.memory };
    this.#alive = alive;
  }

  /** Helpers at work. */
  get size(): number {
    return this.#threads.size;
  }

  accountsOf(chunk: number): readonly Account<A>[] | undefined {
    const accounts = this.#accounts.get(chunk);
    this.#accounts.delete(chunk);
    return accounts;
  }

  lost(): number | undefined {
    return this.#lost.shift();
  }

  news(): Promise<void> {
    return this.#tell.promise;
  }

  look({ cases, spentMs: { draw, implementation, judge } }: Account<A>): void {
    const ms = draw + implementation + judge;
    if (this.#cold < COLD_MS) {
      this.#cold += ms;
      return;
    }
    this.#pace.cases += cases;
    this.#pace.ms += ms;
    const { end, taken } = this.#deal;
    const left = end - taken;
    const leftMs = (this.#pace.ms / this.#pace.cases) * CHUNK * left;
    const most = this.#isBroken ? 0 : Math.min(this.#most(), left, Math.floor(leftMs / WORTH_MS));
    while (this.#threads.size < most) this.#start();
  }

  async end(): Promise<void> {
    this.#deal.endAt(0);
    await Promise.all([...this.#threads].map((thread) => once(thread, 'exit')));
  }

  #start(): void {
    // What a user's module prints belongs to its owner, beside the report.
    const thread = new Worker(file, { workerData: this.#helping, stdout: true });
    thread.stdout.pipe(process.stderr, { end: false });
    this.#threads.add(thread);
    let asked: number | undefined;
    thread.on('message', (message: HelperMessage<A>) => {
      this.#alive();
      if (message === 'alive') return;
      asked = message.accounts === undefined ? message.chunk : undefined;
      if (message.accounts !== undefined) this.#accounts.set(message.chunk, message.accounts);
      this.#wake();
    });
    // Whatever ended it may come again, and is seen, where its chunk is asked once more.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#threads.delete(thread);
      this.#isBroken ||= !this.#deal.isOver;
      if (asked !== undefined) this.#lost.push(asked);
      this.#wake();
    });
  }

  #wake(): void {
    this.#tell.resolve();
    this.#tell = Promise.withResolvers();
  }
}
