/** Cases in which entries that hold the same hold less, all at once: one that follows another has to stay like it. */
import { extract, insert } from '../../spec/bits.ts';
import type { BindingCase, BindingStep, MemoryRun } from '../../spec/schema.ts';
import { trimmed } from '../core/trimmed-runs.ts';

/** Where in a PASID entry FSPTPTR stands. */
const FIRST_STAGE = 16n;
/** Where the words stand that say of which domain it is, and where its first stage begins. */
const PLACES: readonly bigint[] = [8n, FIRST_STAGE];
/** The lowest table whose pointer has nothing in its lower half. */
const FOUR_GIGABYTES = 1n << 32n;
const ENTRY_BYTES = 64n;
/** IOTLB, PASID-based IOTLB and PASID-cache invalidations: DID in bits 31:16. */
const WITH_DID: readonly bigint[] = [2n, 6n, 7n];
const DID = 0xffffn;

/** Each word that stands in several PASID entries as 0 in all of them, its domain id in descriptors too. */
export function* lowerAlike(testCase: BindingCase): Iterable<BindingCase> {
  const words = testCase.memory.flatMap(({ address, words }) =>
    words.filter((word, at) => word !== 0n && PLACES.includes((address + BigInt(8 * at)) % ENTRY_BYTES)),
  );
  for (const word of new Set(words.filter((one, at) => words.indexOf(one) < at)))
    yield withoutWord(testCase, word);
}

/** A first stage that begins at a power of two begins at 4 GiB: what is about upper halves shows there too. */
export function* lowerFirstStages(testCase: BindingCase): Iterable<BindingCase> {
  const { memory } = testCase;
  for (const [index, { address, words }] of memory.entries()) {
    for (const [at, word] of words.entries()) {
      const isPointer = (address + BigInt(8 * at)) % ENTRY_BYTES === FIRST_STAGE;
      if (!isPointer || word <= FOUR_GIGABYTES || (word & (word - 1n)) !== 0n) continue;
      yield { ...testCase, memory: memory.with(index, { address, words: words.with(at, FOUR_GIGABYTES) }) };
    }
  }
}

function withoutWord(testCase: BindingCase, gone: bigint): BindingCase {
  const cleared = ({ words }: Pick<MemoryRun, 'words'>) => words.map((word) => (word === gone ? 0n : word));
  const steps = testCase.steps.map((step): BindingStep => {
    if (step.step === 'store') return { ...step, words: cleared(step) };
    if (step.step !== 'invalidate') return step;
    const [low = 0n] = step.descriptor;
    if (!WITH_DID.includes(extract(low, 3, 0)) || extract(low, 31, 16) !== (gone & DID)) return step;
    return { ...step, descriptor: step.descriptor.with(0, insert(low, 31, 16, 0n)) };
  });
  return { ...testCase, memory: testCase.memory.flatMap((run) => trimmed(run.address, cleared(run))), steps };
}
