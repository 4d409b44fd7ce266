/** What came of a run, and its result as JSON text in the form of `resultSchema`: without areas that gave none. */
import { toJson } from '../spec/json.ts';
import type { Area, AreaResult, Result } from '../spec/schema.ts';

export interface RunOutcome {
  readonly implementation: Result['implementation'];
  readonly seed: string;
  readonly areas: readonly AreaOutcome[];
}

/** What came of one area: its result, or why there is none. */
export interface AreaOutcome {
  readonly area: Area;
  readonly result?: AreaResult;
  readonly problem?: string;
}

export function resultJson(outcome: RunOutcome): string {
  return `${toJson(resultOf(outcome), 2)}\n`;
}

export function resultOf({ implementation, seed, areas }: RunOutcome): Result {
  return {
    version: 1,
    implementation,
    seed,
    areas: areas.flatMap((outcome) => (outcome.result ? [outcome.result] : [])),
  };
}

/** The run that `result` was written of. */
export function outcomeOf({ implementation, seed, areas }: Result): RunOutcome {
  return { implementation, seed, areas: areas.map((result) => ({ area: result.area, result })) };
}
