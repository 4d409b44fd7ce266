/** All interleavings of short programs, beside what the judge says of them. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Choices } from '../../generators/choices.ts';
import { anyDomainReplaceCase } from '../../generators/domain-replace.ts';
import { seed } from '../../generators/drawing.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { runDomainReplace as optimized } from '../../models/optimized/domain-replace.ts';
import { runDomainReplace as reference } from '../../models/reference/domain-replace/run.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import type { DomainReplaceCase, DomainReplaceObservation, DriverAction } from '../../spec/schema.ts';
import { exhaustiveDomainReplace } from './exhaustive.ts';
import {
  attach,
  detach,
  FIRST,
  NESTED,
  OTHER_NESTED,
  OTHER_SECOND,
  PASS,
  replaceCase,
  SECOND,
  Sequence,
  unit,
} from './hand-made.fixture.ts';
import { interleavings } from './interleavings.ts';
import { judgeDomainReplace } from './judge.ts';
import { shortProgram } from './short-program.ts';

/** Rules about what requests reach: the others are not seen in what hardware does. */
const reached = [
  ...['entry.torn', 'entry.domain', 'entry.blocked', 'did.clean', 'flush-line', 'pasid-cache', 'iotlb'],
  ...['device-tlb', 'order.pasid-cache', 'order.iotlb', 'wait'],
].map((rule) => `domain-replace.${rule}`);

/** The number of the request that the judge blames; `open` when for another reason than what is reached. */
function blamedRequest(testCase: DomainReplaceCase, observation: DomainReplaceObservation) {
  const { mismatches } = judgeDomainReplace(testCase, observation);
  const breach = mismatches.find(({ rule }) => ruleOf(rule)?.level !== 'may');
  if (breach === undefined) return 'none';
  // Cached faults are none of the machine's.
  if (!reached.includes(breach.rule) || breach.observed.startsWith('not present')) return 'open';
  return Number(/\(request (\d+)/.exec(breach.observed)?.[1]);
}

/** One or two actions lost, exchanged, or about another domain id. */
function damaged({ requests }: DomainReplaceObservation, choices: Choices): DomainReplaceObservation {
  const edited = requests.map((report) => ({ ...report, actions: [...report.actions] }));
  for (let edits = choices.pick(3); edits > 0; edits--) {
    const actions = choices.one(edited).actions;
    if (actions.length > 0) damage(actions, choices.pick(actions.length), choices);
  }
  return { requests: edited };
}

function damage(actions: DriverAction[], at: number, choices: Choices): void {
  const action = actions[at]!;
  const [low = 0n, high = 0n] =
    action.do === 'store' ? action.value : action.do === 'invalidate' ? action.descriptor : [];
  const did = BigInt(1 + choices.pick(3));
  if (action.do === 'store' && action.quantum === 0 && choices.oneIn(3)) {
    actions[at] = { ...action, value: [low, high ^ did] };
  } else if (action.do === 'invalidate' && [2n, 6n, 7n].includes(low & 15n) && choices.oneIn(3)) {
    actions[at] = { ...action, descriptor: [low ^ (did << 16n), high] };
  } else if (choices.oneIn(3)) {
    actions.splice(at, 2, ...actions.slice(at, at + 2).toReversed());
  } else {
    actions.splice(at, 1);
  }
}

test('some interleaving reaches what it must not exactly where the judge says so', { timeout: 0 }, () => {
  const programs = fc.tuple(anyDomainReplaceCase(ownProfiles), seed.arbitrary);
  let blames = 0;
  for (const [drawn, one] of fc.sample(programs, { seed: 6, numRuns: 24 })) {
    const testCase = shortProgram(drawn, 1);
    const choices = new Choices(one);
    const observation = damaged((choices.oneIn(2) ? optimized : reference)(testCase), choices);
    const blamed = blamedRequest(testCase, observation);
    if (blamed === 'open') continue;
    const { breach } = interleavings(testCase, observation, 4);
    expect([breach?.request ?? 'none', testCase, observation]).toEqual([blamed, testCase, observation]);
    if (breach !== undefined) blames++;
  }
  expect(blames).toBeGreaterThan(4);
});

describe('no interleaving of either driver reaches an old table', { timeout: 0 }, () => {
  test.for([
    ['reference', reference],
    ['optimized', optimized],
  ] as const)('%s', ([, run]) => {
    for (const requests of [
      [attach(SECOND), attach(OTHER_SECOND), detach()],
      [attach(NESTED), attach(OTHER_NESTED)],
      [attach(FIRST, 0, 5), attach(NESTED, 0, 5)],
    ]) {
      const testCase = replaceCase(requests);
      const { count, breach } = interleavings(testCase, run(testCase), 3);
      expect(breach).toBeUndefined();
      expect(count).toBeGreaterThan(1_000_000n);
    }
  });
});

test('an invalidation of every page of a PASID leaves what passes through, and no first stage (Table 24)', () => {
  const reached = (domain: typeof PASS) => {
    const up = new Sequence(unit()).setUp({ domain, did: 1 });
    const down = new Sequence(unit()).write(0, [0n, 0n]).pasidCache(1).everyPage(1).deviceTlb().wait();
    const requests = [up, down].map(({ actions }) => ({ actions }));
    return interleavings(replaceCase([attach(domain), detach()]), { requests }, 3).breach?.request;
  };
  expect(reached(PASS)).toBe(1);
  expect(reached(FIRST)).toBeUndefined();
});

test('a program of more states than are gone through is broken off, and says so', () => {
  const testCase = replaceCase([attach(NESTED), attach(NESTED, 2), attach(OTHER_NESTED), detach(2)]);
  const observation = optimized(testCase);
  expect(interleavings(testCase, observation, 2, 100).isCut).toBe(true);
  expect(interleavings(replaceCase([attach(SECOND)]), observation, 2, 100).isCut).toBe(false);
});

test('the exhaustive mode names what the judge names, and counts', () => {
  const { judge, rules } = exhaustiveDomainReplace(2);
  const testCase = replaceCase([attach(SECOND), attach(OTHER_SECOND)]);
  const right = judge(testCase, optimized(testCase));
  expect(right.mismatches).toEqual([]);
  expect(right.interleavings?.count).toBeGreaterThan(1_000n);
  expect(right.exercised.every((rule) => rules.some(({ id }) => id === rule))).toBe(true);
  const [first, second] = optimized(testCase).requests;
  const stores = second!.actions.filter(({ do: kind }) => kind === 'store');
  const wrong = judge(testCase, { requests: [first!, { actions: stores }] });
  expect(wrong.mismatches.map(({ rule }) => rule)).toEqual(['domain-replace.pasid-cache']);
  const never = judge(testCase, { requests: [first!, { ...second!, actions: [] }] });
  expect(never.mismatches.map(({ rule }) => rule)).toEqual(['domain-replace.entry.domain']);
});

test('interleavings are counted, each once', () => {
  const testCase = replaceCase([attach(SECOND, 1)]);
  const observation = optimized(testCase);
  // One store: without hardware there is one history.
  expect(interleavings(testCase, observation, 0).count).toBe(1n);
  // Behind the store one quantum is read or none, and once more before the end: 3 ways, then 3 + 2 + 2.
  expect(interleavings(testCase, observation, 1)).toMatchObject({ count: 7n });
});
