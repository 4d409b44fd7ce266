import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type InvalidationCase,
  readableRegisters,
  type StreamStep,
  writableRegisters,
} from '../../../spec/schema.ts';
import { cachingUnit } from './caching-unit.ts';
import { type CachingConfiguration, defaultConfiguration } from './configuration.ts';
import {
  contextInvalidation,
  iotlbInvalidation,
  PASID_TABLE,
  pasidInvalidation,
  permissionInvalidation,
  profileOf,
  QUEUE,
  ROOT,
  SCALABLE,
  Stream,
  wait,
} from './stream.fixture.ts';

const word = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const near = fc.oneof(
  word,
  fc.integer({ min: 0, max: 0x4_0000 }).map((value) => BigInt(value * 8)),
);
const words = fc.oneof(
  fc.array(word, { minLength: 2, maxLength: 2 }),
  fc.array(word, { minLength: 4, maxLength: 4 }),
);
const store = fc.record({ address: near, words: fc.array(near, { minLength: 1, maxLength: 2 }) });
const request = fc.record({
  sourceId: fc.integer({ min: 0, max: 3 }),
  address: near,
  op: fc.constantFrom('read', 'write', 'atomic', 'zero-length-read'),
  kind: fc.constantFrom('untranslated', 'translation', 'translated', 'page-request'),
});
const step: fc.Arbitrary<StreamStep> = fc.oneof(
  store.map((fields): StreamStep => ({ step: 'store', ...fields })),
  fc
    .record({ register: fc.constantFrom(...writableRegisters), value: near })
    .map((fields): StreamStep => ({ step: 'write', ...fields })),
  fc
    .record({
      descriptors: fc.array(words, { minLength: 1, maxLength: 8 }),
      times: fc.integer({ min: 1, max: 64 }),
    })
    .map((fields): StreamStep => ({ step: 'submit', ...fields })),
  fc
    .record({ request, during: fc.array(store, { minLength: 1, maxLength: 4 }) })
    .map((fields): StreamStep => ({ step: 'request', ...fields })),
  fc.constantFrom(...readableRegisters).map((register): StreamStep => ({ step: 'read', register })),
  near.map((address): StreamStep => ({ step: 'load', address })),
);

const shapes: readonly CachingConfiguration[] = (['at-once', 'at-wait', 'one-by-one'] as const).flatMap(
  (execution) =>
    (['drop', 'synchronize'] as const).flatMap((pasidInvalidation) =>
      (['page', 'domain', 'global'] as const).map((granularity) => ({
        ...defaultConfiguration,
        execution,
        pasidInvalidation,
        granularity,
        largePages: granularity === 'page' ? 'fractured' : 'whole',
      })),
    ),
);

describe('a caching unit of any shape', () => {
  it('answers each step that asks for something, whatever bits it is given', () => {
    const units = shapes.map(cachingUnit);
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 24 }),
        fc.oneof(near, word),
        fc.constantFrom(ROOT, ROOT | SCALABLE, ROOT | 0x800n, ROOT | 0xc00n),
        fc.nat(shapes.length - 1),
        (steps, iqa, rtaddr, shape) => {
          const testCase: InvalidationCase = {
            area: 'invalidation',
            profile: profileOf('everything'),
            rtaddr,
            translationEnabled: true,
            iqa,
            memory: [{ address: ROOT, words: [0x2001n, 0x3001n] }],
            steps,
          };
          const asking = steps.filter((each) => ['request', 'read', 'load'].includes(each.step));
          expect(units[shape]?.run(testCase).answers.length).toBe(asking.length);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('answers by the tables alone once everything is invalidated and a wait has completed', () => {
    const values = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, fc.nat(shapes.length - 1), (changes, shape) => {
        const stream = new Stream(profileOf('everything')).scalable(0x8n, 0x6089n, 5n);
        const places = stream.map(0x6000n, 0n, 0x50_0303n, 0x103n);
        for (const [index, change] of changes.entries()) {
          const level = 1 + (change & 3);
          const word = change & 8 ? 0n : level === 1 ? BigInt(index) * 0x1000n + 0x60_0303n : 0x6103n;
          stream.request({ op: change & 4 ? 'write' : 'read' });
          stream.store(change === 15 ? PASID_TABLE : (places.get(level) ?? 0n), word);
        }
        const all = [
          contextInvalidation(1n),
          pasidInvalidation(3n),
          iotlbInvalidation(1n),
          permissionInvalidation(1n),
        ];
        stream
          .request()
          .submit(...all, wait(1n))
          .request();
        const cached = stream.shown(shapes[shape]);
        const uncached = stream.shown({ caches: {} });
        expect(cached.at(-1)).toBe(uncached.at(-1));
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('ends when the queue never does', () => {
    const stream = new Stream(profileOf('everything')).queue(QUEUE | 0x807n);
    const descriptors = Array.from({ length: 64 }, () => [...wait(1n), 0n, 0n]);
    stream.step({ step: 'submit', descriptors, times: 512 }).read('IQH').read('FSTS');
    expect(stream.shown()).toEqual([0n, 0n]);
  });
});
