/**
 * When a search stops asking an implementation that dies or hangs again and again. A death costs a start or
 * two, and a hang a whole time limit; hundreds of them tell no more than the first few.
 */
import type { FailureKind } from '../../spec/implementation.ts';

/** Each costs a whole time limit, and so does an expected one. */
const MAX_HANGS = 3;
/** However many cases there are between them. */
const MAX_DEATHS = 100;
/** So many are enough where one case in so many or more ends so. */
const MAX_FREQUENT_DEATHS = 16;
const FREQUENT = 4;

export class Patience {
  readonly #areDeathsExpected: boolean;
  #hangs = 0;
  #deaths = 0;

  /** With `areDeathsExpected` deaths do not count: a person wrote down that they happen. */
  constructor(areDeathsExpected: boolean) {
    this.#areDeathsExpected = areDeathsExpected;
  }

  saw(kind: FailureKind | undefined): void {
    if (kind === 'hang') this.#hangs++;
    if ((kind === 'hang' || kind === 'crash') && !this.#areDeathsExpected) this.#deaths++;
  }

  /** Why no more is asked after `cases` cases, when that is so. */
  spent(cases: number): string | undefined {
    if (this.#hangs >= MAX_HANGS) return `${this.#hangs} of ${cases} cases hang`;
    const isFrequent = this.#deaths >= MAX_FREQUENT_DEATHS && FREQUENT * this.#deaths >= cases;
    return isFrequent || this.#deaths >= MAX_DEATHS
      ? `${this.#deaths} of ${cases} cases ended the implementation`
      : undefined;
  }
}

/** A crash is small after a hundred or so. */
const DEATHS_OF_A_CRASH = 400;
/** While breaches of other rules are shrunk, in all; and what each of them has when that is used up. */
const STRAY_DEATHS = 100;
const FEWEST_STRAY_DEATHS = 4;

/** How many deaths the shrinking of one finding may cost: simple cases may kill what complex ones do not. */
export class ShrinkingToll {
  #strayDeaths = 0;

  /** `isDeath`: the breach itself is that there is no answer. */
  allowance(isDeath: boolean): number {
    return isDeath ? DEATHS_OF_A_CRASH : Math.max(STRAY_DEATHS - this.#strayDeaths, FEWEST_STRAY_DEATHS);
  }

  paid(deaths: number, isDeath: boolean): void {
    if (!isDeath) this.#strayDeaths += deaths;
  }
}
