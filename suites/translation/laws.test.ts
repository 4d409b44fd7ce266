/** Laws of drawn cases, of both models: what a case holds or loses changes just what it may change. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import { anyTranslationCase } from '../../generators/translation.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { rulesOf } from '../../models/reference/alternative.ts';
import { reference } from '../../models/reference/implementation.ts';
import { expectations, walkTrace } from '../../models/reference/translation.ts';
import type { MemoryRun, RequestResult, TranslationCase, TranslationObservation } from '../../spec/schema.ts';

const PASS_THROUGH = 'translation.pass-through.';
const models = [reference, optimized];
const anyCase = anyTranslationCase(profilePool);
const anyWord = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

function results(model: (typeof models)[number], testCase: TranslationCase): readonly RequestResult[] {
  return (model.run(testCase) as TranslationObservation).results;
}

function holds(property: fc.IRawProperty<unknown>): void {
  fc.assert(property as fc.IProperty<unknown>, { seed: 1, numRuns: 500 });
}

/** Addresses of all words that the requests of a case read. */
function readAddresses(testCase: TranslationCase): ReadonlySet<bigint> {
  const steps = testCase.requests.flatMap((_, index) => walkTrace(testCase, index));
  return new Set(
    steps.flatMap(({ address, words }) => (words ?? []).map((_, word) => address + BigInt(8 * word))),
  );
}

const withRuns = (testCase: TranslationCase, runs: readonly MemoryRun[]): TranslationCase => ({
  ...testCase,
  memory: [...testCase.memory, ...runs],
});

test('pass-through is the identity, with all rights', () => {
  let seen = 0;
  holds(
    fc.property(anyCase, (testCase) => {
      const answers = models.map((model) => results(model, testCase));
      for (const [index, expected] of expectations(testCase).entries()) {
        const [first] = expected ?? [];
        const isPassThrough = first && rulesOf(first).some((rule) => rule.startsWith(PASS_THROUGH));
        const { address, kind = 'untranslated' } = testCase.requests[index]!;
        if (!isPassThrough || kind !== 'untranslated') continue;
        seen++;
        const right = { outcome: 'translated', address, read: true, write: true };
        for (const answer of answers) expect(answer[index]).toMatchObject(right);
      }
    }),
  );
  expect(seen).toBeGreaterThan(50);
});

test('words that a walk does not read never change its result', () => {
  const places = fc.array(fc.tuple(fc.nat(50), fc.nat(511), anyWord), { minLength: 1, maxLength: 6 });
  holds(
    fc.property(anyCase, places, anyWord, (testCase, drawn, pattern) => {
      const { memory } = testCase;
      const read = readAddresses(testCase);
      const runs = drawn.flatMap(([run, word, value]) => {
        const near = memory[run % Math.max(memory.length, 1)]?.address ?? 0n;
        const address = (near & ~0xfffn) + BigInt(8 * word);
        return read.has(address) ? [] : [{ address, words: [value] }];
      });
      const flipped = memory.map(({ address, words }) => ({
        address,
        words: words.map((word, index) => (read.has(address + BigInt(8 * index)) ? word : word ^ pattern)),
      }));
      const other = withRuns({ ...testCase, memory: flipped }, runs);
      for (const model of models) expect(results(model, other)).toEqual(results(model, testCase));
    }),
  );
});

test('taking a right away never lets a request through or widens an answer', () => {
  holds(
    fc.property(anyCase, fc.nat(1000), fc.constantFrom(1n, 2n, 3n), (testCase, chosen, rights) => {
      const paths = testCase.requests.flatMap((_, index) => walkTrace(testCase, index));
      const entries = paths.filter(({ name }) => name.startsWith('Second-stage'));
      const entry = entries[chosen % Math.max(entries.length, 1)];
      if (entry?.words === undefined) return;
      const words = entry.words.map((word) => word & ~rights);
      for (const model of models) {
        const before = results(model, testCase);
        const after = results(model, withRuns(testCase, [{ address: entry.address, words }]));
        for (const [index, result] of after.entries()) {
          // A completion without an address lets nothing through.
          if (result.outcome !== 'translated' || result.address === undefined) continue;
          expect(before[index]).toMatchObject({ outcome: 'translated', address: result.address });
          for (const right of ['read', 'write'] as const) {
            if (result[right]) expect(before[index]).toMatchObject({ [right]: true });
          }
        }
      }
    }),
  );
});

test('FPD changes what is recorded and nothing else', () => {
  const withoutRecord = (result: RequestResult) => ({ ...result, record: undefined });
  holds(
    fc.property(anyCase, fc.nat(1000), (testCase, chosen) => {
      const steps = testCase.requests.flatMap((_, index) => walkTrace(testCase, index));
      const entries = steps.filter(({ name }) => /[Cc]ontext|PASID/.test(name));
      const entry = entries[chosen % Math.max(entries.length, 1)];
      if (entry?.words === undefined) return;
      const [first = 0n] = entry.words;
      const set = withRuns(testCase, [{ address: entry.address, words: [first | 2n] }]);
      for (const model of models) {
        expect(results(model, set).map(withoutRecord)).toEqual(results(model, testCase).map(withoutRecord));
      }
    }),
  );
});
