/** The accounts of all chunks in their order: some are kept by this thread, the others by those that help it. */
import type { Area } from '../../spec/schema.ts';
import type { Account } from './account.ts';
import type { Deal } from './deal.ts';

/** Threads that ask other chunks of the same search. */
export interface Helpers<A extends Area> {
  /** Accounts of a chunk that a helper has asked, given once. */
  accountsOf(chunk: number): readonly Account<A>[] | undefined;
  /** A chunk that a helper had taken when it died. */
  lost(): number | undefined;
  /** Resolves when there is something new of any of them. */
  news(): Promise<void>;
  /** Tells them of each account that the search has come through: it may be worth to have more of them. */
  look(account: Account<A>): void;
  /** Resolves when all of them have ended. */
  end(): Promise<void>;
}

/** `accountsOf` asks a chunk. `isLate`: no new chunk is begun any more. When it ends, the helpers have ended. */
export async function* inTurn<A extends Area>(
  deal: Deal,
  accountsOf: (chunk: number) => AsyncIterable<Account<A>>,
  helpers: Helpers<A>,
  isLate: () => boolean,
): AsyncGenerator<Account<A>, void> {
  const early = new Map<number, readonly Account<A>[]>();
  const ready = () => {
    const accounts = early.get(deal.turn) ?? helpers.accountsOf(deal.turn);
    early.delete(deal.turn);
    return accounts;
  };
  try {
    for (;;) {
      for (let accounts = ready(); accounts !== undefined; accounts = ready()) {
        for (const account of accounts) {
          yield account;
          helpers.look(account);
        }
        deal.advance();
      }
      if (isLate()) deal.endAt(deal.taken);
      const chunk = helpers.lost() ?? deal.take();
      if (chunk === undefined) {
        if (deal.isOver && deal.turn >= deal.taken) return;
        await helpers.news();
      } else if (chunk === deal.turn) {
        for await (const account of accountsOf(chunk)) {
          yield account;
          helpers.look(account);
        }
        deal.advance();
      } else early.set(chunk, await all(accountsOf(chunk)));
    }
  } finally {
    await helpers.end();
  }
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** For a search that nobody helps with. */
export const noHelpers: Helpers<never> = {
  accountsOf: () => undefined,
  lost: () => undefined,
  news: () => Promise.resolve(),
  look: () => undefined,
  end: () => Promise.resolve(),
};
