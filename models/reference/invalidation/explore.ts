/** Every way in which a request may go through the caches and memory, the one through memory alone first. */
import type { Request } from '../../../spec/schema.ts';
import type { GuestMemory } from '../../memory.ts';
import type { Lookups } from '../lookups.ts';
import { columnOf } from '../request.ts';
import { type Expectation, requiredFlags } from '../translation.ts';
import type { Unit } from '../unit.ts';
import type { Traces, Walk } from '../walk.ts';
import { Choices } from './choices.ts';
import { abandoned, Course, type EntrySource } from './course.ts';
import { Crossings } from './crossings.ts';
import { FlagLog } from './flag-log.ts';
import type { Passage } from './made-entries.ts';
import type { MemoryReader } from './memory-reader.ts';
import type { UnknownFlags } from './unknown-flags.ts';
import type { WalkMemo } from './walk-memo.ts';

/** What stays the same over a stream. */
export interface Surroundings {
  readonly unit: Unit;
  readonly memory: GuestMemory;
  readonly flags: UnknownFlags;
  /** What the requests of the stream look up. */
  readonly history: Lookups;
}

const TTM_SHIFT = 10n;

/** Undefined when there are more than `most` ways. */
export function explore(...asked: Parameters<typeof waysOf>): readonly Passage[] | undefined {
  const passages: Passage[] = [];
  for (const passage of waysOf(...asked)) {
    if (passage === undefined) return undefined;
    passages.push(passage);
  }
  return passages;
}

/** Each way, worked out when it comes up; after `most` of them undefined stands for the rest. */
export function* waysOf(
  { unit, memory, flags, history }: Surroundings,
  rtaddr: bigint,
  request: Request,
  sources: readonly EntrySource[],
  reader: MemoryReader,
  memo: WalkMemo,
  most: number,
): Iterable<Passage | undefined> {
  const legacy = ((rtaddr >> TTM_SHIFT) & 3n) === 0n;
  const choices = new Choices();
  const crossings = new Crossings();
  const column = columnOf(request);
  const read = (address: bigint) => reader.word(address);
  let count = 0;
  do {
    if (count === most) return yield undefined;
    reader.restart();
    const course = new Course(request, legacy, sources, choices, reader, crossings);
    const accessed = new FlagLog();
    const traces: Traces = { accessed, unsure: false };
    const walk: Walk = {
      unit,
      memory,
      request,
      column,
      flags,
      traces,
      history,
      tags: undefined,
      fpd: [],
      observe: undefined,
      reader: course,
    };
    const alternatives = attempt(walk, accessed, rtaddr, course, memo);
    if (course.failed) continue;
    flags.note(accessed, read);
    for (const answer of alternatives ?? []) flags.note(requiredFlags(answer), read);
    const { slots, valid, used } = course;
    const answers = traces.unsure ? undefined : alternatives;
    count++;
    yield { request, legacy, slots, valid, answers, used, isUnsure: traces.unsure };
  } while (choices.advance());
}

/** What may come of the request; nothing when an earlier course found the same. */
function attempt(walk: Walk, accessed: FlagLog, rtaddr: bigint, course: Course, memo: WalkMemo): Expectation {
  try {
    return memo.translate(walk, accessed, rtaddr, course);
  } catch (error) {
    if (error === abandoned) return [];
    throw error;
  }
}
