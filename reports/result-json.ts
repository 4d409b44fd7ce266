/** The result of a run as JSON text, in the form of `resultSchema`. Areas without a result are left out. */
import { toJson } from '../spec/json.ts';
import type { AreaResult, Result } from '../spec/schema.ts';

export interface RunOutcome {
  readonly implementation: Result['implementation'];
  readonly seed: string;
  readonly areas: readonly { readonly result?: AreaResult }[];
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
