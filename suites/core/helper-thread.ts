/** A thread that asks chunks of the search of another one, until none is left (helper-threads.ts). */
import './own-imports.js';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Area } from '../../spec/schema.ts';
import { suiteOf } from '../suite-of.ts';
import type { Account } from './account.ts';
import { accountsOf } from './asking.ts';
import { Deal } from './deal.ts';
import { type Drawing, drawnChunks } from './drawn-chunks.ts';
import { Pace } from './pace.ts';
import { profilesOf } from './profiles-of.ts';
import { openRequested, requestedSuite } from './requested.ts';
import type { RunRequest } from './run-request.ts';

/** What a thread needs to know to help. */
export interface Helping {
  readonly area: Area;
  readonly request: RunRequest;
  readonly drawing: Drawing;
  readonly memory: SharedArrayBuffer;
}

/** A chunk that was begun, or with its accounts one that has been asked; or just a sign of life. */
export type HelperMessage<A extends Area> =
  | 'alive'
  | { readonly chunk: number; readonly accounts?: readonly Account<A>[] };

/** Until a thread that is too far ahead looks again. */
const AHEAD_MS = 20;

await help(workerData);

async function help({ area, request, drawing, memory }: Helping): Promise<void> {
  const suite = requestedSuite(await suiteOf(area), request);
  const implementation = await openRequested(request);
  const deal = new Deal(memory);
  const tell = (message: HelperMessage<Area>) => parentPort?.postMessage(message);
  const asking = { suite, implementation, pace: new Pace(implementation), alive: () => tell('alive') };
  const arbitrary = suite.arbitrary(profilesOf(implementation, request.profile));
  const chunks = drawnChunks(area, arbitrary, drawing);
  try {
    while (!deal.isOver) {
      const chunk = deal.take();
      if (chunk === undefined) {
        await delay(AHEAD_MS);
        continue;
      }
      tell({ chunk });
      const accounts: Account<Area>[] = [];
      for await (const account of accountsOf(asking, chunks(chunk))) {
        accounts.push(account);
        if (deal.end === 0) return;
      }
      tell({ chunk, accounts });
    }
  } finally {
    await implementation.close?.();
  }
}
