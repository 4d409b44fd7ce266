/**
 * Simpler streams, most drastic first: fewer steps, descriptors and stores, fewer words in tables, plainer
 * requests, then lower pages, requesters, PASIDs and domain ids, at last lower values. What a stream holds
 * never grows and the sum of all values falls with each step, so that no chain goes on for ever.
 */
import type { InvalidationCase } from '../../spec/schema.ts';
import { coarse, fine, type Lower } from '../core/lower-values.ts';
import { isFitForHardware } from './fit-for-hardware.ts';
import { scenes } from './scenes.ts';
import { lowerNames } from './simpler-names.ts';
import { lowerPages } from './simpler-pages.ts';
import { plainerQueues } from './simpler-queue.ts';
import { fewerSteps, shorterSteps, withLowerWords } from './simpler-steps.ts';
import { fewerWords, simplerWords } from './simpler-words.ts';

/** Every simpler stream. Where real pages must answer, those that would reach others are left out. */
export function* simplerStreams(testCase: InvalidationCase): Iterable<InvalidationCase> {
  yield* drasticStreams(testCase);
  yield* fitting(lowerStreams(testCase));
}

/** Those of them that hold less. */
export function* drasticStreams(testCase: InvalidationCase): Iterable<InvalidationCase> {
  yield* fitting(smallerStreams(testCase));
}

function* fitting(candidates: Iterable<InvalidationCase>): Iterable<InvalidationCase> {
  for (const simpler of candidates) if (isFitForHardware(simpler)) yield simpler;
}

function* smallerStreams(testCase: InvalidationCase): Iterable<InvalidationCase> {
  yield* fewerSteps(testCase);
  yield* scenes(testCase);
  yield* fewerWords(testCase);
  yield* shorterSteps(testCase);
}

function* lowerStreams(testCase: InvalidationCase): Iterable<InvalidationCase> {
  yield* lowerValues(testCase, coarse);
  yield* lowerPages(testCase);
  yield* lowerNames(testCase);
  yield* lowerValues(testCase, fine);
  yield* plainerQueues(testCase);
}

function* lowerValues(testCase: InvalidationCase, lower: Lower): Iterable<InvalidationCase> {
  yield* withLowerWords(testCase, lower);
  yield* simplerWords(testCase, lower);
  for (const rtaddr of lower(testCase.rtaddr)) yield { ...testCase, rtaddr };
  if (testCase.iqa !== undefined) for (const iqa of lower(testCase.iqa)) yield { ...testCase, iqa };
}
