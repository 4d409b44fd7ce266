/** While a breach is shrunk, cases that have nothing to do with its rule are not asked before all others fail. */
import { expect, test } from 'vitest';
import type { Case, EntryCase } from '../../spec/schema.ts';
import { search } from './search.ts';
import { implementation, options, stored, toy } from './toy.fixture.ts';

/** A fault is missed of words with bit 6, alone or beside bit 0. */
async function shrunk(start: bigint, { costlyAlone = false, suite = toy } = {}) {
  const asked: bigint[] = [];
  const seen = implementation((word) => {
    asked.push(word);
    return { fault: (word & 0x40n) !== 0n || (word & 0xffn) === 0n ? null : 0x52 };
  });
  const runBatch = async (cases: readonly Case[]) =>
    cases.map((testCase) => ({ observation: seen.run(testCase) as { fault: number | null } }));
  const tested = costlyAlone ? { ...seen, runBatch, costlyAlone } : seen;
  const { findings } = await search(suite, tested, { ...options, given: [stored(start)], runs: 0 });
  const [found] = findings.map((finding) => (finding.case as EntryCase).words[0]);
  return { asked, found };
}

/** Without the rule's own bit: even words, which are of another rule. */
const ofOtherRule = (asked: readonly bigint[]) => asked.filter((word) => word % 2n === 0n);

test('a word of another rule is asked once, when no word of the rule does any more', async () => {
  const { asked, found } = await shrunk(0xff41n);
  expect(found).toBe(0x41n);
  expect(ofOtherRule(asked.slice(0, asked.indexOf(0x41n)))).toEqual([]);
  expect(ofOtherRule(asked).filter((word) => word === 0x40n).length).toBeGreaterThan(0);
});

test('many at a time are chosen alike', async () => {
  const { asked, found } = await shrunk(0xff41n, { costlyAlone: true });
  expect(found).toBe(0x41n);
  expect(ofOtherRule(asked.slice(0, asked.indexOf(0x41n)))).toEqual([]);
});

test('what blames a rule that no right answer exercises is found by such a word', async () => {
  const blaming: typeof toy = {
    ...toy,
    judge(testCase, observation) {
      const { exercised, mismatches } = toy.judge(testCase, observation);
      return { exercised, mismatches: mismatches.map((mismatch) => ({ ...mismatch, rule: 'toy.odd' })) };
    },
  };
  for (const costlyAlone of [false, true]) {
    expect((await shrunk(0xff41n, { costlyAlone, suite: blaming })).found).toBe(0x40n);
  }
});
