import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { StreamModel } from '../models/reference/invalidation/stream-model.ts';
import { decodeCapabilities } from '../spec/capabilities.ts';
import { caseProblem } from '../spec/case-form.ts';
import { globalFields, lastingCommands } from '../spec/invalidation/registers.ts';
import { namedProfiles } from '../spec/profiles.ts';
import type { InvalidationCase, Profile, StreamStep } from '../spec/schema.ts';
import { invalidationCaseSchema } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { anyInvalidationCase } from './invalidation.ts';
import { anyRawStream } from './invalidation-raw.ts';
import { profilePool } from './profiles.ts';

const sample = (profiles: readonly Profile[], numRuns: number): readonly InvalidationCase[] =>
  drawCases(anyInvalidationCase(profiles), 1, numRuns);
const drawn = sample(profilePool, 2000);
const raw = drawCases(anyRawStream(profilePool), 1, 1000);

/** Memory and devices as an emulator has them: few blocks, one at a multiple of 1 GiB. */
const machines: readonly Profile[] = namedProfiles
  .filter((profile) => decodeCapabilities(profile).NEST === 0)
  .map((profile) => ({
    ...profile,
    backed: [
      { start: 0x10_0000n, end: 0x60_0000n },
      { start: 0x1_4000_0000n, end: 0x1_4020_0000n },
    ],
    sourceIds: [0x10, 0x18, 0x80, 0x88],
    requestKinds: ['untranslated'],
    pasids: false,
    ops: ['read', 'write'],
  }));

type Step<K extends StreamStep['step']> = Extract<StreamStep, { step: K }>;
const stepsOf = <K extends StreamStep['step']>({ steps }: InvalidationCase, kind: K): readonly Step<K>[] =>
  steps.filter((step): step is Step<K> => step.step === kind);

describe('every stream', () => {
  test('is a case that the schema takes, aligned and under a legal profile', () => {
    const cases = [...drawn.slice(0, 1000), ...raw.slice(0, 500)];
    expect(cases.flatMap((one) => caseProblem(one) ?? [])).toEqual([]);
    expect(cases.filter((one) => !v.is(invalidationCaseSchema, one))).toEqual([]);
  });

  test('is the same for the same seed, and shrinks to no step under the simplest profile', () => {
    expect(sample(profilePool, 100)).toEqual(drawn.slice(0, 100));
    const { counterexample } = fc.check(
      fc.property(anyInvalidationCase(profilePool), () => false),
      { seed: 1 },
    );
    const [smallest] = counterexample as [InvalidationCase];
    expect(smallest.profile).toBe(profilePool[0]);
    expect(smallest.steps).toEqual([]);
    expect(smallest.memory.length).toBeLessThan(8);
  });

  test('without sense shrinks to nothing', () => {
    const { counterexample } = fc.check(
      fc.property(anyRawStream(profilePool), () => false),
      { seed: 1 },
    );
    expect(counterexample?.[0]).toMatchObject({ memory: [], steps: [] });
  });
});

test('software changes one field with each write of GCMD (11.4.4)', () => {
  for (const { translationEnabled, iqa, steps } of drawn) {
    let lasting = (translationEnabled ? globalFields.TE : 0n) | (iqa === undefined ? 0n : globalFields.QIE);
    for (const step of steps) {
      if (step.step !== 'write' || step.register !== 'GCMD') continue;
      const changed = ((step.value ^ lasting) & lastingCommands) | (step.value & globalFields.SRTP);
      expect([globalFields.TE, globalFields.QIE, globalFields.SRTP]).toContain(changed);
      lasting = step.value & lastingCommands;
    }
  }
});

const isBacked = ({ profile }: InvalidationCase, address: bigint): boolean =>
  profile.backed.some(({ start, end }) => address >= start && address < end);

test('tables, queues and status words lie in backed memory, but for queues that are to fail', () => {
  const outside = drawn.flatMap((testCase) => {
    const queue = testCase.iqa === undefined ? [] : [testCase.iqa & ~0xfffn];
    const places = [...testCase.memory, ...stepsOf(testCase, 'load')].map(({ address }) => address);
    return [...places, ...queue].filter((address) => !isBacked(testCase, address));
  });
  expect(outside).toEqual([]);
});

test('no request is an interrupt request', () => {
  const requests = drawn.flatMap((testCase) => stepsOf(testCase, 'request')).map(({ request }) => request);
  const plain = requests.filter(
    ({ kind = 'untranslated', pasid }) => kind === 'untranslated' && pasid === undefined,
  );
  expect(plain.filter(({ address }) => address >> 20n === 0xfeen)).toEqual([]);
});

/** The part of all streams of which `holds` is true. */
function share(holds: (testCase: InvalidationCase) => boolean): number {
  return drawn.filter(holds).length / drawn.length;
}
const has = (profile: Profile, name: keyof ReturnType<typeof decodeCapabilities>): boolean =>
  decodeCapabilities(profile)[name] === 1;

test('only requests are made that the profile leaves', () => {
  const claimed = profilePool
    .filter((profile) => decodeCapabilities(profile).DT === 1)
    .map(
      (profile): Profile => ({
        ...profile,
        requestKinds: ['translation'],
        ops: ['zero-length-read'],
        pasids: false,
      }),
    );
  for (const { request } of sample(claimed, 200).flatMap((stream) => stepsOf(stream, 'request'))) {
    const { kind, op, pasid } = request;
    expect({ kind, op, pasid }).toEqual({ kind: 'translation', op: 'zero-length-read', pasid: undefined });
  }
});

test('what caches and queues need is drawn often enough', () => {
  expect(share(({ rtaddr }) => (rtaddr & 0xc00n) === 0x400n)).toBeGreaterThan(0.5);
  expect(share(({ rtaddr }) => (rtaddr & 0xc00n) === 0n)).toBeGreaterThan(0.2);
  expect(share(({ iqa }) => iqa !== undefined)).toBeGreaterThan(0.85);
  for (const [name, least] of [
    ...([
      ['NEST', 0.3],
      ['CM', 0.08],
      ['ESRTPS', 0.4],
      ['HPTS', 0.05],
      ['PRS', 0.15],
    ] as const),
  ]) {
    expect(
      share(({ profile }) => has(profile, name)),
      name,
    ).toBeGreaterThan(least);
  }
  expect(share((testCase) => stepsOf(testCase, 'store').length > 0)).toBeGreaterThan(0.5);
  expect(share((testCase) => stepsOf(testCase, 'request').some(({ during }) => during))).toBeGreaterThan(
    0.04,
  );
  const descriptors = drawn.flatMap((testCase) =>
    stepsOf(testCase, 'submit').flatMap((step) => step.descriptors),
  );
  const types = new Set(descriptors.map(([low = 0n]) => Number(low & 0xfn)));
  expect([...types].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, type) => type));
});

describe('for an emulator', () => {
  const streams = sample(machines, 1000);

  test('only its devices make requests, reads and writes without PASID', () => {
    const requests = streams.flatMap((stream) => stepsOf(stream, 'request').map(({ request }) => request));
    expect(new Set(requests.map(({ sourceId }) => sourceId))).toEqual(new Set(machines[0]?.sourceIds));
    expect(requests.filter(({ pasid, kind }) => pasid !== undefined || kind !== undefined)).toEqual([]);
    expect(new Set(requests.map(({ op }) => op))).toEqual(new Set(['read', 'write']));
  });

  test('a request reaches data whatever the tables say, also with translation off', () => {
    const astray = streams.flatMap((stream) => {
      const tables = new Set(stream.memory.map(({ address }) => address >> 21n));
      return stepsOf(stream, 'request').filter(
        ({ request: { address } }) => !isBacked(stream, address) || tables.has(address >> 21n),
      );
    });
    expect(astray).toEqual([]);
  });

  test('no way through caches and memory leads a request to other memory than data', () => {
    let reached = 0;
    const astray: bigint[] = [];
    for (const stream of streams.slice(0, 300)) {
      const tables = new Set(stream.memory.map(({ address }) => address >> 21n));
      expect(tables.size).toBe(1);
      const model = new StreamModel(stream);
      const outputs = stream.steps.flatMap(() => {
        const expectation = model.next();
        return expectation.kind === 'request' ? expectation.options.map(({ answer }) => answer) : [];
      });
      for (const answer of outputs) {
        if (answer.outcome !== 'translated' || answer.address === undefined) continue;
        const { address } = answer;
        reached++;
        if (!isBacked(stream, address) || tables.has(address >> 21n)) astray.push(address);
      }
    }
    expect(astray).toEqual([]);
    expect(reached).toBeGreaterThan(1000);
  });
});
