/**
 * The required sequences as laws (VT-d 6.5.3.3, 6.5.3.4). The reference says every answer that a permitted unit
 * may give, under all fills, evictions and interleavings: after a sequence and its wait none is stale, and without
 * a step of it one is.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encode,
  encodeWait,
  iotlbDomain,
  pasidDomain,
  type Selector,
} from '../../generators/invalidation-descriptors.ts';
import { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { needlessSteps } from '../../spec/invalidation/needless-steps.ts';
import { sequenceRows } from '../../spec/invalidation/sequences.ts';
import type { InvalidationCase, Profile, Request, StreamStep } from '../../spec/schema.ts';
import { pages } from './required-sequences.fixture.ts';
import { appearance, scenarioOf } from './required-sequences-changes.fixture.ts';
import type { Scenario } from './required-sequences-ground.fixture.ts';
import { counterexample } from './required-sequences-structures.fixture.ts';
import { weakened } from './weakened-sequences.fixture.ts';

const QUEUE = 0x8000n;
const WIDE = 0x800n;
const fence = encodeWait({ fence: true });

const CACHING_MODE = 1n << 7n;
const withCachingMode = (profile: Profile): Profile => ({ ...profile, cap: profile.cap | CACHING_MODE });

const ask = (request: Request): StreamStep => ({ step: 'request', request });

/** Change, sequence and wait, then every request. `between`: requests also between any two steps. */
function streamOf(scenario: Scenario, sequence: readonly Selector[], between = false): InvalidationCase {
  const { profile, rtaddr, memory, stores, requests } = scenario;
  const asked = (index: number): StreamStep[] => {
    const request = requests[(5 * index) % requests.length];
    return between && request !== undefined ? [ask(request)] : [];
  };
  const descriptors = sequence.map(encode);
  const submits: StreamStep[] = between
    ? [...descriptors.map((words) => [words]), [fence]].flatMap((words, index) => [
        { step: 'submit', descriptors: words } as const,
        ...asked(index),
      ])
    : [{ step: 'submit', descriptors: [...descriptors, fence] }];
  const steps: StreamStep[] = [
    ...stores.flatMap((store, index) => [{ step: 'store', ...store } as const, ...asked(index)]),
    ...submits,
    ...requests.map(ask),
  ];
  const iqa = QUEUE | ((rtaddr & 0xc00n) === 0n ? 0n : WIDE);
  return { area: 'invalidation', profile, rtaddr, translationEnabled: true, iqa, memory, steps };
}

/** A request after the wait that may be answered from an old entry; undefined when none may. */
function staleRequest(testCase: InvalidationCase, last: number): Request | undefined {
  const model = new StreamModel(testCase);
  for (const [index, step] of testCase.steps.entries()) {
    const expectation = model.next();
    if (expectation.kind === 'undefined' || expectation.kind === 'open')
      throw new RangeError(`step ${index} is ${expectation.kind}`);
    if (step.step !== 'request' || expectation.kind !== 'request') continue;
    const isAfter = index >= testCase.steps.length - last;
    if (isAfter && expectation.options.some(({ witness }) => witness !== undefined)) return step.request;
  }
  return undefined;
}

const isStale = (scenario: Scenario, sequence: readonly Selector[]): boolean =>
  staleRequest(streamOf(scenario, sequence), scenario.requests.length) !== undefined;

describe.each(sequenceRows.map(({ row }) => row))('row %s', (row) => {
  test('after the sequence and its wait every answer is the new one', () => {
    const result = fc.check(
      fc.property(fc.nat(), fc.boolean(), (seed, between) => {
        const scenario = scenarioOf(row, seed);
        const testCase = streamOf(scenario, scenario.sequence, between);
        expect(staleRequest(testCase, scenario.requests.length)).toBeUndefined();
      }),
      { numRuns: 10, seed: 6533 },
    );
    expect(result.errorInstance).toBeNull();
  });

  test('without a step of it, or with a narrower one, some unit still answers as before', () => {
    const listed = needlessSteps.filter((step) => step.row === row).flatMap((step) => step.weakened);
    const { witnessed, tried } = search(row, listed);
    expect([...tried].filter((name) => !witnessed.has(name)).sort()).toEqual([...listed].sort());
  });
});

/** Goes through drawn changes until every way to do less has a witness, but for `listed`, which get six tries. */
function search(row: string, listed: readonly string[]) {
  const witnessed = new Set<string>();
  const tried = new Set<string>();
  const seeds = fc.sample(fc.nat(), { numRuns: 40, seed: 28 });
  for (const [count, seed] of seeds.entries()) {
    const open = [...tried].filter((name) => !witnessed.has(name) && !listed.includes(name));
    if (count >= 6 && open.length === 0) break;
    const scenario = scenarioOf(row, seed);
    for (const { name, sequence } of weakened(scenario.sequence, narrowedIn(scenario))) {
      tried.add(name);
      if (!witnessed.has(name) && isStale(scenario, sequence)) witnessed.add(name);
    }
  }
  return { witnessed, tried };
}

function narrowedIn({ sequence, requests }: Scenario) {
  const did = sequence.find((selector) => selector.did > 0)?.did ?? 1;
  const pasid = sequence.find(({ kind }) => kind === 'pasid' || kind === 'pasid-iotlb')?.pasid ?? 0;
  return { did, pasid, sourceId: requests[0]?.sourceId ?? 0, frame: Number(pages.small >> 12n) };
}

describe('an entry that appears (6.1, 6.5.3.5)', () => {
  const drawn = (row: string) =>
    fc.sample(fc.nat(), { numRuns: 12, seed: 6535 }).flatMap((seed) => appearance(row, seed) ?? []);

  test.each(['1', '2', '3', '4a', '6', '7', '8', '9'])('row %s: needs no invalidation without CM', (row) => {
    const scenarios = drawn(row);
    expect(scenarios.length).toBeGreaterThan(0);
    for (const scenario of scenarios) expect(isStale(scenario, [])).toBe(false);
  });

  const caching = (row: string) =>
    drawn(row).map((scenario) => ({ ...scenario, profile: withCachingMode(scenario.profile) }));

  test.each(['7', '8', '9'])('row %s: may be missed with CM, as long as nothing is invalidated', (row) => {
    expect(caching(row).some((scenario) => isStale(scenario, []))).toBe(true);
  });

  test('row 6: needs none with CM either, which does not apply to first stage', () => {
    for (const scenario of caching('6')) expect(isStale(scenario, [])).toBe(false);
  });
});

test('row 4b is not enough where a domain id gets other second-stage tables (D16); row 5 is', () => {
  for (const seed of fc.sample(fc.nat(), { numRuns: 5, seed: 16 })) {
    const scenario = counterexample(seed);
    const { did } = scenario.sequence[0] as Selector;
    expect(isStale(scenario, scenario.sequence)).toBe(true);
    expect(isStale(scenario, [pasidDomain(did), iotlbDomain(did)])).toBe(false);
  }
});

test('the rows of the data are the rules of the catalogue, and every exception is one of a row', () => {
  const names = sequenceRows.map(({ row }) => row);
  for (const { row, rule } of sequenceRows) expect(ruleOf(rule)?.id).toBe(`invalidation.sequence.${row}`);
  for (const { row } of needlessSteps) expect(names).toContain(row);
});

test('the sequences of the changes are those of the data', () => {
  for (const { row, steps, mode } of sequenceRows) {
    for (const seed of fc.sample(fc.nat(), { numRuns: 12, seed: 3 })) {
      const { sequence, rtaddr } = scenarioOf(row, seed);
      const kinds = [...new Set(sequence.map(({ kind }) => kind))];
      const known = steps.map(({ kind }) => kind);
      expect(kinds.filter((kind) => !known.includes(kind))).toEqual([]);
      expect(kinds).toEqual(known.filter((kind) => kinds.includes(kind)));
      if (mode !== 'both') expect((rtaddr & 0xc00n) === 0n).toBe(mode === 'legacy');
    }
  }
});
