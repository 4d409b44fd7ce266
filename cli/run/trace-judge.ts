/** A trace file, judged case by case; what came of it is known at any time. */
import path from 'node:path';
import { toJson } from '../../spec/json.ts';
import { type Area, areas, type ExpectedFailure, type Profile } from '../../spec/schema.ts';
import { RECORDED_SEED, RecordedTally } from '../../suites/core/recorded.ts';
import { suiteOf } from '../../suites/suite-of.ts';
import type { CheckOutcome } from './check.ts';
import { emptyTrace, RecordedCases } from './recorded-cases.ts';

/** More than any implementation offers; a file with more is one of cases under any profile. */
const MOST_PROFILES = 256;

export class TraceJudge {
  readonly #file: string;
  readonly #expectedFailures: readonly ExpectedFailure[];
  readonly #cases: RecordedCases;
  readonly #tallies = new Map<Area, RecordedTally<Area>>();
  readonly #profiles = new Map<string, Profile>();

  constructor(file: string, expectedFailures: readonly ExpectedFailure[]) {
    this.#file = file;
    this.#expectedFailures = expectedFailures;
    this.#cases = new RecordedCases(file);
  }

  /** Judges the whole file; throws a CommandError when it is none, or empty. */
  async judge(): Promise<CheckOutcome> {
    for await (const recorded of this.#cases.read()) {
      const { area, profile } = recorded.testCase;
      const tally = this.#tallies.get(area) ?? new RecordedTally(await suiteOf(area));
      this.#tallies.set(area, tally);
      if (this.#profiles.size <= MOST_PROFILES) this.#profiles.set(toJson(profile), profile);
      tally.add(recorded);
    }
    if (this.#tallies.size === 0) throw emptyTrace(this.#file);
    return this.soFar();
  }

  /** What the cases say that were judged until now. */
  soFar(): CheckOutcome {
    const { name = path.basename(this.#file), version } = this.#cases.named;
    const source = { implementation: name, file: this.#file, expectedFailures: this.#expectedFailures };
    return {
      implementation: {
        name,
        ...(version === undefined ? {} : { version }),
        profile: this.#profiles.size > MOST_PROFILES ? 'any' : [...this.#profiles.values()],
      },
      seed: RECORDED_SEED,
      areas: areas.flatMap((area) => {
        const tally = this.#tallies.get(area);
        return tally === undefined ? [] : [{ area, result: tally.result(source) }];
      }),
      strayErrors: [],
    };
  }
}
