/** Streams in which a page of tables, of the queue or of status words lies lower. */
import { bits } from '../../spec/bits.ts';
import type { InvalidationCase, StreamStep } from '../../spec/schema.ts';
import { firstPage, pageOf } from '../translation/simpler-places.ts';
import { storesOf } from './as-translation.ts';

const PAGE = 0x1000n;

/** All pages as low as they get, then cases in which one page lies lower, everything that points to it changed along. */
export function* lowerPages(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const lowest = withLowestPages(testCase);
  if (lowest !== testCase) yield lowest;
  yield* withOneLower(testCase);
}

/** One after the other, so that each finds the room that those before it have left. */
function withLowestPages(testCase: InvalidationCase): InvalidationCase {
  let lowest = testCase;
  for (;;) {
    const [lower] = withOneLower(lowest);
    if (lower === undefined) return lowest;
    lowest = lower;
  }
}

function* withOneLower(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const used = pagesOf(testCase);
  for (const page of [...used].sort((a, b) => (a < b ? -1 : 1))) {
    let free = firstPage(testCase, page);
    while (used.has(free)) free += PAGE;
    if (free < page) yield withPage(testCase, page, free);
  }
}

/** Every page that the stream names, but for those that requests reach. */
export function pagesOf({ rtaddr, iqa, memory, steps }: InvalidationCase): ReadonlySet<bigint> {
  return new Set(
    [
      rtaddr,
      ...(iqa === undefined ? [] : [iqa]),
      ...memory.map(({ address }) => address),
      ...steps.flatMap(placesOf),
    ].map(pageOf),
  );
}

function placesOf(step: StreamStep): readonly bigint[] {
  if (step.step === 'load') return [step.address];
  if (step.step === 'submit') return step.descriptors.flatMap(statusAddress);
  return storesOf(step).map(({ address }) => address);
}

/** Of a wait that writes its status (6.5.2.9). */
function statusAddress([low = 0n, high = 0n]: readonly bigint[]): readonly bigint[] {
  return (low & 0xe0fn) === 5n && (low & 0x20n) !== 0n ? [high] : [];
}

/** What lies in page `from`, and all that points to it, in page `to`. */
export function withPage(testCase: InvalidationCase, from: bigint, to: bigint): InvalidationCase {
  const mask = bits(testCase.profile.haw - 1, 12);
  const word = (value: bigint): bigint => ((value & mask) === from ? (value & ~mask) | to : value);
  const place = (address: bigint): bigint =>
    pageOf(address) === from ? to | (address & (PAGE - 1n)) : address;
  const written = <T extends { address: bigint; words: bigint[] }>(run: T): T => ({
    ...run,
    address: place(run.address),
    words: run.words.map(word),
  });
  const moved = (step: StreamStep): StreamStep => {
    switch (step.step) {
      case 'store':
        return written(step);
      case 'request':
        return step.during === undefined ? step : { ...step, during: step.during.map(written) };
      case 'load':
        return { ...step, address: place(step.address) };
      case 'write':
        return step.register === 'IQA' || step.register === 'RTADDR'
          ? { ...step, value: word(step.value) }
          : step;
      case 'submit':
        return {
          ...step,
          descriptors: step.descriptors.map((words) =>
            statusAddress(words).length > 0 ? words.with(1, place(words[1] ?? 0n)) : words,
          ),
        };
      case 'read':
        return step;
    }
  };
  return {
    ...testCase,
    rtaddr: word(testCase.rtaddr),
    ...(testCase.iqa === undefined ? {} : { iqa: word(testCase.iqa) }),
    memory: testCase.memory.map(written),
    steps: testCase.steps.map(moved),
  };
}
