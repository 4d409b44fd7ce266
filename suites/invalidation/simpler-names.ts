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

type Field = readonly [high: number, low: number];

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
