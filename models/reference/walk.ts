/** One request on its way through the tables: memory, what it has met so far, and who watches. */
import type { Request } from '../../spec/schema.ts';
import type { GuestMemory } from '../memory.ts';
import { type Alternative, blocked, type FaultProcessingDisable } from './alternative.ts';
import type { Unit } from './unit.ts';

/** A structure that was read. `words` is undefined when memory did not answer. */
export interface Step {
  readonly name: string;
  readonly address: bigint;
  readonly words: readonly bigint[] | undefined;
  /** What was decided here: the conditions that may be raised, or where the walk goes on. */
  readonly verdict: string;
}

export interface Walk {
  readonly unit: Unit;
  readonly memory: GuestMemory;
  readonly request: Request;
  /** Entries with FPD met so far (5.1 of the fault chapter: an OR over the way). */
  readonly fpd: readonly FaultProcessingDisable[];
  /** Called for every structure that is read; a trace hangs here. */
  readonly observe: ((step: Step) => void) | undefined;
}

/** The `count` words at `address`; undefined when one of them does not answer. */
export function readWords({ memory }: Walk, address: bigint, count: number): readonly bigint[] | undefined {
  const words: bigint[] = [];
  for (let index = 0; index < count; index++) {
    const word = memory.read(address + BigInt(8 * index));
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}

/** Alternatives that block the request, one for each of `conditions`. */
export function faults({ fpd }: Walk, conditions: readonly string[]): readonly Alternative[] {
  return conditions.map((condition) => blocked(condition, fpd));
}
