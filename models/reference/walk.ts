/** One request on its way through the tables: memory, what it has met so far, and who watches. */
import type { RequestKind } from '../../spec/faults.ts';
import type { Request } from '../../spec/schema.ts';
import type { GuestMemory } from '../memory.ts';
import type { FaultProcessingDisable } from './alternative.ts';
import type { KnownChecks } from './entry.ts';
import { type Flags, type MutableFlagBits, setFlags } from './flags.ts';
import type { Lookups } from './lookups.ts';
import type { TableTags } from './table-tags.ts';
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
  /** What requests before this one looked up: their translations may be cached. */
  readonly history: Lookups;
  /** What tables the requests used under which tags; undefined where caches are modelled. */
  readonly tags: TableTags | undefined;
  /** Entries with FPD met so far (5.1 of the fault chapter: an OR over the way). */
  readonly fpd: readonly FaultProcessingDisable[];
  /** Called for every structure that is read; a trace hangs here. */
  readonly observe: ((step: Step) => void) | undefined;
  /** Where structures are read from; undefined: from memory, and from nowhere else. */
  readonly reader: SlotReader | undefined;
}

/** A structure by its part in the translation, wherever it lies in memory. */
export type SlotKind =
  | 'root'
  | 'context'
  | 'pasid-directory'
  | 'pasid-table'
  | 'first-stage'
  | 'second-stage'
  | 'host-permission';

/** Stands between a walk and memory where caches do (6.2). */
export interface SlotReader {
  /** Of the words that it gave: equal words are one object. */
  readonly checks: KnownChecks;
  /**
   * The `count` words of the structure of `kind` and `level` (0 outside of paging structures) at `address`, which
   * serves the input address, PASID or source id `input`; undefined when memory does not answer.
   */
  read(
    walk: Walk,
    kind: SlotKind,
    level: number,
    input: bigint,
    address: bigint,
    count: number,
  ): readonly bigint[] | undefined;
  /** What was read last is, or may be, valid for such a request; of root, context and PASID entries only. */
  checked(mayBeValid: boolean): void;
}

/** The word at `address` with every flag that is set for sure; undefined when memory does not answer. */
export function readWord({ memory, flags }: Walk, address: bigint): bigint | undefined {
  const word = memory.read(address);
  const set = flags.required(address);
  return word === undefined || set === 0n ? word : word | set;
}

/** The `count` words at `address`; undefined when one of them does not answer. */
export function readWords(walk: Walk, address: bigint, count: number): readonly bigint[] | undefined {
  if (walk.flags.isEmpty) return walk.memory.readWords(address, count);
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

/** The words of a structure, from a cache or from memory. */
export function readSlot(
  walk: Walk,
  kind: SlotKind,
  level: number,
  input: bigint,
  address: bigint,
  count: number,
): readonly bigint[] | undefined {
  if (walk.reader === undefined) return readWords(walk, address, count);
  return walk.reader.read(walk, kind, level, input, address, count);
}

/** The entry of a paging structure, from a cache or from memory. */
export function readPagingEntry(
  walk: Walk,
  kind: SlotKind,
  level: number,
  input: bigint,
  address: bigint,
): bigint | undefined {
  if (walk.reader === undefined) return readWord(walk, address);
  return walk.reader.read(walk, kind, level, input, address, 1)?.[0];
}

/** The request may set `bits` of the word at `address`, whatever becomes of it. */
export function mayAccess({ traces }: Walk, address: bigint, bits: bigint): void {
  setFlags(traces.accessed, address, bits);
}
