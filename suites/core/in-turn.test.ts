/** A search of which several threads ask parts: what it comes to does not depend on how many they are. */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { Area, AreaResult, EntryCase } from '../../spec/schema.ts';
import type { Account } from './account.ts';
import type { AreaSuite } from './area-suite.ts';
import { accountsOf } from './asking.ts';
import { drawnChunks } from './drawn-chunks.ts';
import type { Helpers } from './in-turn.ts';
import { Pace } from './pace.ts';
import { type SearchOptions, search } from './search.ts';
import { blindToBit5, healthy, implementation, known, options, stored, toy } from './toy.fixture.ts';

/** `count` that take chunks as threads do, and end after `patience` of them without a word. */
function helping(
  suite: AreaSuite<'entry'>,
  tested: Implementation,
  count: number,
  patience = Number.POSITIVE_INFINITY,
): NonNullable<SearchOptions['helpers']> {
  return <A extends Area>(...[deal, drawing]: Parameters<NonNullable<SearchOptions['helpers']>>) => {
    const chunks = drawnChunks('entry', suite.arbitrary(namedProfiles), drawing);
    const done = new Map<number, readonly Account<A>[]>();
    const lost: number[] = [];
    const help = async () => {
      let left = patience;
      for (let chunk = deal.take(); chunk !== undefined; chunk = deal.take()) {
        const asking = { suite, implementation: tested, pace: new Pace(tested), alive: () => undefined };
        const accounts: Account<'entry'>[] = [];
        for await (const account of accountsOf(asking, chunks(chunk))) accounts.push(account);
        if (left-- === 0) return lost.push(chunk);
        // Another thread would get a copy.
        done.set(chunk, structuredClone(accounts) as unknown as readonly Account<A>[]);
      }
      return undefined;
    };
    const helpers = Array.from({ length: count }, help);
    const all: Helpers<A> = {
      accountsOf(chunk) {
        const accounts = done.get(chunk);
        done.delete(chunk);
        return accounts;
      },
      lost: () => lost.shift(),
      news: () => eventLoopTurn(),
      look: () => undefined,
      async end() {
        deal.endAt(0);
        await Promise.all(helpers);
      },
    };
    return all;
  };
}

const withoutTimes = ({ durationMs: _durationMs, spentMs: _spentMs, ...result }: AreaResult) => result;

/** Wrong in several ways, some of them seldom. */
const wrong = implementation((word) => {
  if (word % 7n === 0n) throw new Error('refused');
  if (word > 0xff00n) return { fault: null };
  return { fault: (word & 0xdfn) === 0n ? null : 0x52 };
});
const dying = implementation((word) => {
  if (word % 61n === 0n) throw new ImplementationFailure('crash', 'it died', 'last words');
  return { fault: (word & 0xffn) === 0n ? null : 0x52 };
});
/** It has more reasons than are told apart. */
const picky: Implementation = {
  ...healthy,
  runBatch: async (cases) =>
    cases.map((one) => ({ skip: `no word ends in ${(one as EntryCase).words[0]! % 12n}` })),
};
const factual: AreaSuite<'entry'> = {
  ...toy,
  judge: (testCase, observation) => ({
    ...toy.judge(testCase, observation),
    facts: [{ fact: 'odd', seen: testCase.words[0]! % 2n === 1n }],
    interleavings: { count: testCase.words[0]!, states: 3, isCut: false },
  }),
};

test('a finding tells after how many cases it was found, wherever an account ends', async () => {
  let asked = 0;
  const tiring: Implementation = {
    ...healthy,
    run: (testCase) => (++asked > 300 ? { fault: 0x51 } : healthy.run(testCase)),
  };
  const [finding] = (await search(toy, tiring, options)).findings;
  // Five of them were asked twice.
  expect(finding?.found.afterCases).toBe(301 - 5);
});

describe('with helpers a search comes to the same, byte for byte,', () => {
  const expectedFailures = [{ ...known, rule: 'entry.answers' }];
  test.for<[string, Implementation, Partial<SearchOptions>]>([
    ['where all is right', healthy, {}],
    ['where a rule is broken', blindToBit5, {}],
    ['after given cases', blindToBit5, { given: [stored(0x21n), stored(0x1n)] }],
    ['where much goes wrong', wrong, {}],
    ['where it is given up', dying, { runs: 20_000 }],
    ['where deaths are expected', dying, { expectedFailures }],
    ['where all is passed over', picky, {}],
  ])('%s', async ([, tested, more]) => {
    const searched = async (helpers?: SearchOptions['helpers']) => {
      const told: string[] = [];
      const onFinding: SearchOptions['onFinding'] = ({ id }) => told.push(id);
      const all = { ...options, ...more, onFinding, ...(helpers ? { helpers } : {}) };
      return { result: withoutTimes(await search(factual, tested, all)), told };
    };
    const alone = await searched();
    expect(await searched(helping(factual, tested, 1))).toEqual(alone);
    expect(await searched(helping(factual, tested, 7))).toEqual(alone);
    expect(await searched(helping(factual, tested, 2, 1))).toEqual(alone);
  });
});
