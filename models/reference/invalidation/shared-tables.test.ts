import { describe, expect, test } from 'vitest';
import {
  answers,
  ask,
  at,
  complete,
  io,
  legacyContext,
  NEW,
  OLD,
  store,
  type World,
} from './hand-made.fixture.ts';

/** Devices 0 and 1 in one domain with different tables, against 6.2.2.1. */
const twoTables: World = {
  type: 'legacy',
  words: Object.fromEntries(
    legacyContext({ top: at.otherSecond }).map((word, index) => [
      String(at.context + 16n + 8n * BigInt(index)),
      word,
    ]),
  ),
};
const other = ask({ sourceId: 1 });

describe('requests whose tables are of one domain', () => {
  test('may go through each other’s, since structure caches know no requester (Table 17)', () => {
    expect(answers(twoTables, other, ask())).toEqual([OLD, NEW]);
    expect(answers(twoTables, ask(), other)).toEqual([NEW, OLD]);
  });

  test('may do so after an invalidation as well, which changes nothing in memory', () => {
    expect(answers(twoTables, other, complete(io('global')), ask())).toEqual([OLD, NEW]);
  });

  test('do not in different domains', () => {
    const context = legacyContext({ did: 6, top: at.otherSecond });
    const apart = {
      ...twoTables,
      words: { ...twoTables.words, [String(at.context + 24n)]: context[1] ?? 0n },
    };
    expect(answers(apart, other, ask())).toEqual([OLD]);
  });

  test('may do so by an entry that is held on when memory says otherwise', () => {
    const change = store(at.context + 16n, 0n, 0n);
    expect(answers(twoTables, change, complete(io('global')), ask(), other)).toContain(OLD);
  });
});
