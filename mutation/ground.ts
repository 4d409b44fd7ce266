/** What the mutants of an area are asked: the cases that a search of fixed seed draws, with the healthy model's answers. */
import type * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import { drawCases } from '../generators/drawing.ts';
import { ownProfiles } from '../generators/profiles.ts';
import { optimized } from '../models/optimized/implementation.ts';
import type { Area, Case, Observation } from '../spec/schema.ts';
import type { AreaSuite } from '../suites/core/area-suite.ts';
import { isSampled } from '../suites/core/repeat.ts';
import { suiteOf } from '../suites/suite-of.ts';

const SEED = 'mutation';
/** As in a search. */
const CHUNK = 256;

export interface Asked {
  readonly testCase: Case;
  /** The healthy model's. */
  readonly answer: Observation;
  /** To be asked a second time, as a search does with some. */
  readonly twice: boolean;
}

export class Ground {
  readonly suite: AreaSuite;
  readonly #random: seedrandom.PRNG;
  readonly #arbitrary: fc.Arbitrary<Case>;
  readonly #asked: Asked[] = [];

  constructor(suite: AreaSuite) {
    this.suite = suite;
    this.#random = seedrandom(`${SEED}/${suite.area}`);
    this.#arbitrary = suite.arbitrary(ownProfiles);
  }

  /** The case of that number, drawn when it is asked for first. `beat` is called for each that is drawn. */
  at(number: number, beat: () => void): Asked {
    while (this.#asked.length <= number) {
      const drawn = drawCases(this.#arbitrary, this.#random.int32(), CHUNK);
      for (const [index, testCase] of drawn.entries()) {
        beat();
        const answer = optimized.run(testCase) as Observation;
        this.#asked.push({ testCase, answer, twice: isSampled(index) });
      }
    }
    return this.#asked[number] as Asked;
  }
}

const grounds = new Map<Area, Ground>();

/** The ground of `area`, the same for all mutants. */
export async function groundOf(area: Area): Promise<Ground> {
  const ground = grounds.get(area) ?? new Ground(await suiteOf(area));
  grounds.set(area, ground);
  return ground;
}
