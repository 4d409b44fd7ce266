/** One request on its way through the tables: memory, what it has met so far, and who watches. */
import type { RequestKind } from '../../spec/faults.ts';
import type { Request } from '../../spec/schema.ts';
import type { GuestMemory } from '../memory.ts';
import type { FaultProcessingDisable } from './alternative.ts';
import type { Flags, MutableFlagBits } from './flags.ts';
import type { Unit } from './unit.ts';

/** A structure that was read. `words` is undefined when memory did not answer. */
export interface Step {
  readonly name: string;
  readonly address: bigint;
  readonly words: readonly bigint[] | undefined;
  /** What was decided here: the conditions that may be raised, or where the walk goes on. */
  readonly verdict: string;
}

/** What a walk leaves behind besides its answer; filled in on the way. */
export interface Traces {
  /** Flags that may be set even though the request faults (3.6.2, 3.7.2). */
  readonly accessed: MutableFlagBits;
  /** Set when a structure was read whose bits an earlier request may have changed: anything may come. */
  unsure: boolean;
}

export interface Walk {
  readonly unit: Unit;
  readonly memory: GuestMemory;
  readonly request: Request;
  /** The column of Table 30. */
  readonly column: RequestKind;
  /** Flags that the requests before this one set. */
  readonly flags: Flags;
  readonly traces: Traces;
  /** Requesters that made requests without PASID before: their translations may be cached. */
  readonly history: ReadonlySet<number>;
  /** Entries with FPD met so far (5.1 of the fault chapter: an OR over the way). */
  readonly fpd: readonly FaultProcessingDisable[];
  /** Called for every structure that is read; a trace hangs here. */
  readonly observe: ((step: Step) => void) | undefined;
}

/** The word at `address` with every flag that is set for sure; undefined when memory does not answer. */
export function readWord({ memory, flags }: Walk, address: bigint): bigint | undefined {
  const word = memory.read(address);
  return word === undefined ? undefined : word | flags.required(address);
}

/** The `count` words at `address`; undefined when one of them does not answer. */
export function readWords(walk: Walk, address: bigint, count: number): readonly bigint[] | undefined {
  const words: bigint[] = [];
  for (let index = 0; index < count; index++) {
    const at = address + BigInt(8 * index);
    const word = readWord(walk, at);
    if (word === undefined) return undefined;
    if (walk.flags.uncertain(at) !== 0n) walk.traces.unsure = true;
    words.push(word);
  }
  return words;
}

/** The request may set `bits` of the word at `address`, whatever becomes of it. */
export function mayAccess({ traces }: Walk, address: bigint, bits: bigint): void {
  traces.accessed.set(address, (traces.accessed.get(address) ?? 0n) | bits);
}
