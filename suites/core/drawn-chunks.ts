/** What a search draws: chunk after chunk, each from a seed of its own, so that any thread can draw any of them. */
import type * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import { drawn } from '../../generators/drawing.ts';
import type { Area, CaseOf } from '../../spec/schema.ts';
import type { Chunk } from './asking.ts';

/** Cases of a chunk. */
export const CHUNK = 256;

/**
 * The seeds of the chunks that a search of `area` draws under `seed`, by number. To ask for them in rising order costs
 * least.
 */
export function chunkSeeds(seed: string, area: Area): (chunk: number) => number {
  let random = seedrandom(`${seed}/${area}`);
  let [drawnSeeds, last] = [0, 0];
  return (chunk) => {
    if (chunk < drawnSeeds - 1) {
      random = seedrandom(`${seed}/${area}`);
      drawnSeeds = 0;
    }
    for (; drawnSeeds <= chunk; drawnSeeds++) last = random.int32();
    return last;
  };
}

/** What tells the cases of an area that are drawn. */
export interface Drawing {
  readonly seed: string;
  /** All chunks but the last have CHUNK cases. */
  readonly runs: number;
  /** Cases of the search that were asked before any was drawn. */
  readonly before: number;
}

/** The chunks of a search by number. */
export function drawnChunks<A extends Area>(
  area: A,
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  { seed, runs, before }: Drawing,
): (chunk: number) => Chunk<A> {
  const seedOf = chunkSeeds(seed, area);
  return (chunk) => {
    const first = chunk * CHUNK;
    const seedOfChunk = seedOf(chunk);
    return {
      cases: drawn(arbitrary, seedOfChunk, Math.min(CHUNK, runs - first)),
      originOf: (_testCase, index) => ({ seed: seedOfChunk, index }),
      before: before + first,
    };
  };
}
