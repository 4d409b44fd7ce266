/** Streams with lower requester, PASID or domain ids, in tables, requests and descriptors alike. */
import { extract, insert } from '../../spec/bits.ts';
import type { InvalidationCase, TranslationCase } from '../../spec/schema.ts';
import { lowerPasids } from '../translation/simpler-pasids.ts';
import { lowerSourceIds } from '../translation/simpler-places.ts';
import { asTranslation, fromTranslation } from './as-translation.ts';

/** Types of descriptors (6.5.2) that name a requester, a PASID, a domain id. */
const [CONTEXT, IOTLB, PASID_IOTLB, PASID, HOST_PERMISSION] = [0x1n, 0x2n, 0x6n, 0x7n, 0xan];

export function* lowerNames(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const translation = asTranslation(testCase);
  for (const moved of lowerSourceIds(translation)) {
    const [from, to] = renamed(translation, moved, ({ sourceId }) => sourceId);
    yield withField(fromTranslation(testCase, moved), [CONTEXT], [47, 32], from, to);
  }
  for (const moved of lowerPasids(translation)) {
    const [from, to] = renamed(translation, moved, ({ pasid = 0 }) => pasid);
    yield withField(fromTranslation(testCase, moved), [PASID_IOTLB, PASID], [51, 32], from, to);
  }
  yield* lowerDomains(testCase);
  yield* lowerFunctionMasks(testCase);
  yield* lowerPageBits(testCase);
}

type Field = readonly [high: number, low: number];

const OF_PAGE = 0x30n;
const OF_DEVICE = 0x31n;
const FUNCTION_MASK: Field = [49, 48];
/** The one bit of a source id that the lowest mask leaves out, and all that a mask may (6.5.2.1). */
const [LOWEST_LEFT_OUT, LEFT_OUT] = [4n, 7n];

/** Context-cache invalidations of functions that differ from a requester in one bit, where they did in others. */
function* lowerFunctionMasks(testCase: InvalidationCase): Iterable<InvalidationCase> {
  yield* withDescriptors(testCase, function* ([first = 0n, ...others]) {
    if ((first & 0x3fn) !== OF_DEVICE || extract(first, ...FUNCTION_MASK) < 2n) return;
    const sourceId = (extract(first, 47, 32) & ~LEFT_OUT) | LOWEST_LEFT_OUT;
    yield [insert(insert(first, ...FUNCTION_MASK, 1n), 47, 32, sourceId), ...others];
  });
}

/** Places in the second word: AM, and ADDR, whose bits fall no further than to the first. */
const placesOfPage = [[0n, 5n] as const, [12n, 63n] as const];

/** Invalidations of a page with a bit of its address, or of its mask, one place lower. */
function* lowerPageBits(testCase: InvalidationCase): Iterable<InvalidationCase> {
  yield* withDescriptors(testCase, function* ([first = 0n, second = 0n, ...others]) {
    if (![IOTLB, PASID_IOTLB].includes(extract(first, 3, 0)) || (first & OF_PAGE) !== OF_PAGE) return;
    for (const [lowest, highest] of placesOfPage) {
      for (let to = lowest; to < highest; to++) {
        if (((second >> to) & 3n) === 2n) yield [first, second - (1n << to), ...others];
      }
    }
  });
}

/** With one descriptor as `lower` gives it. */
function* withDescriptors(
  testCase: InvalidationCase,
  lower: (words: readonly bigint[]) => Iterable<bigint[]>,
): Iterable<InvalidationCase> {
  const { steps } = testCase;
  for (const [index, step] of steps.entries()) {
    if (step.step !== 'submit') continue;
    for (const [at, words] of step.descriptors.entries()) {
      for (const less of lower(words)) {
        const descriptors = step.descriptors.with(at, less);
        yield { ...testCase, steps: steps.with(index, { ...step, descriptors }) };
      }
    }
  }
}

/** The name that one of the requests had, and the one that it has now. */
function renamed(
  before: TranslationCase,
  after: TranslationCase,
  name: (request: TranslationCase['requests'][number]) => number,
): readonly [from: bigint, to: bigint] {
  for (const [index, request] of before.requests.entries()) {
    const [from, to] = [name(request), name(after.requests[index] ?? request)];
    if (from !== to) return [BigInt(from), BigInt(to)];
  }
  return [0n, 0n];
}

/** The stream with `to` for `from` in the first word of all descriptors of these types. */
function withField(
  testCase: InvalidationCase,
  types: readonly bigint[],
  [high, low]: Field,
  from: bigint,
  to: bigint,
): InvalidationCase {
  const change = ([first = 0n, ...others]: readonly bigint[]): bigint[] =>
    types.includes(extract(first, 3, 0)) && extract(first, high, low) === from
      ? [insert(first, high, low, to), ...others]
      : [first, ...others];
  const steps = testCase.steps.map((step) =>
    step.step === 'submit' ? { ...step, descriptors: step.descriptors.map(change) } : step,
  );
  return { ...testCase, steps };
}

const DID: Field = [31, 16];
const withDomain = [CONTEXT, IOTLB, PASID_IOTLB, PASID, HOST_PERMISSION];
/** Where an entry has its domain id, in its second word: legacy context entry, PASID table entry (9.3, 9.6). */
const inEntries: readonly Field[] = [
  [23, 8],
  [15, 0],
];

function* lowerDomains(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const used = new Set(
    testCase.steps
      .flatMap((step) => (step.step === 'submit' ? step.descriptors : []))
      .filter(([first = 0n]) => withDomain.includes(extract(first, 3, 0)))
      .map(([first = 0n]) => extract(first, ...DID)),
  );
  for (const from of used) {
    for (const to of [0n, 1n, 2n]) {
      if (to >= from || used.has(to)) continue;
      const named = withField(testCase, withDomain, DID, from, to);
      for (const field of inEntries) yield fromTranslation(named, withEntries(named, field, from, to));
    }
  }
}

function withEntries(
  testCase: InvalidationCase,
  [high, low]: Field,
  from: bigint,
  to: bigint,
): TranslationCase {
  const translation = asTranslation(testCase);
  const memory = translation.memory.map(({ address, words }) => ({
    address,
    words: words.map((word, index) =>
      (address + BigInt(8 * index)) % 16n === 8n && extract(word, high, low) === from
        ? insert(word, high, low, to)
        : word,
    ),
  }));
  return { ...translation, memory };
}
