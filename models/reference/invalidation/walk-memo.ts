/**
 * What one request comes to, by the words that its walk reads: a walk is the same wherever the words come from,
 * and a stream asks for it again and again. Only walks that read something new are done.
 */
import type { KnownChecks } from '../entry.ts';
import { type Expectation, translate } from '../translation.ts';
import type { SlotKind, SlotReader, Walk } from '../walk.ts';
import type { Course } from './course.ts';
import type { FlagLog } from './flag-log.ts';

type Words = readonly bigint[] | undefined;

/** What a walk has left in its course and traces when it asks for a structure, or ends. */
interface Left {
  readonly valid: number;
  /** The flags that it may set, at this moment. */
  readonly accessed: FlagLog;
  readonly moment: number;
}

/** The walk asks for a structure next; where it goes on depends on the words alone (one object each, word-table.ts). */
interface Fork extends Left {
  readonly kind: SlotKind;
  readonly level: number;
  readonly input: bigint;
  readonly address: bigint;
  readonly count: number;
  readonly branches: Map<Words, Fork | End>;
  /** So many words had flags in doubt when this one had none, as far as was looked. */
  closedAt: number;
}

interface End extends Left {
  readonly kind: undefined;
  readonly answers: Expectation;
}

export class WalkMemo {
  #start: Fork | End | undefined;

  /** What may come of the request of `walk`, with the words that `course` chooses; `accessed` is of its traces. */
  translate(walk: Walk, accessed: FlagLog, rtaddr: bigint, course: Course): Expectation {
    const read: Words[] = [];
    let node = this.#start;
    try {
      while (node?.kind !== undefined) {
        const words = course.read(walk, node.kind, node.level, node.input, node.address, node.count);
        read.push(words);
        node = isOpen(walk, node) ? undefined : node.branches.get(words);
      }
    } finally {
      // Also when the course was abandoned where it asked for more.
      if (node !== undefined) leave(node, accessed, course);
    }
    return node === undefined ? this.#learn(walk, accessed, rtaddr, course, read) : node.answers;
  }

  /** Does the walk; the words that were read already come first. */
  #learn(walk: Walk, accessed: FlagLog, rtaddr: bigint, course: Course, read: readonly Words[]): Expectation {
    const notes = new Notes(course, accessed, read);
    const answers = translate({ ...walk, reader: notes }, rtaddr);
    if (!notes.trail.some(([fork]) => isOpen(walk, fork))) {
      this.#note(notes.trail, { kind: undefined, answers, ...leftBy(accessed, course) });
    }
    return answers;
  }

  #note(trail: Trail, end: End): void {
    const [first] = trail;
    this.#start ??= first === undefined ? end : first[0];
    let known = this.#start;
    for (const [index, [, words]] of trail.entries()) {
      if (known.kind === undefined) return;
      const next = known.branches.get(words) ?? trail[index + 1]?.[0] ?? end;
      known.branches.set(words, next);
      known = next;
    }
  }
}

type Trail = readonly (readonly [Fork, Words])[];

function leftBy(accessed: FlagLog, { valid }: Course): Left {
  return { valid, accessed, moment: accessed.moment };
}

function leave(left: Left, accessed: FlagLog, course: Course): void {
  course.valid = left.valid;
  accessed.addUntil(left.accessed, left.moment);
}

/** Flags of the word may have been set since: a walk looks at that as well. */
function isOpen({ flags }: Walk, fork: Fork): boolean {
  const { permittedWords } = flags;
  if (permittedWords === fork.closedAt) return false;
  if (flags.uncertain(fork.address) !== 0n) return true;
  fork.closedAt = permittedWords;
  return false;
}

/** Notes what a walk asks for and gets. */
class Notes implements SlotReader {
  readonly trail: (readonly [Fork, Words])[] = [];
  readonly #course: Course;
  readonly #accessed: FlagLog;
  readonly #read: readonly Words[];

  constructor(course: Course, accessed: FlagLog, read: readonly Words[]) {
    this.#course = course;
    this.#accessed = accessed;
    this.#read = read;
  }

  get checks(): KnownChecks {
    return this.#course.checks;
  }

  read(walk: Walk, kind: SlotKind, level: number, input: bigint, address: bigint, count: number): Words {
    const left = leftBy(this.#accessed, this.#course);
    const at = this.trail.length;
    const isRead = at < this.#read.length;
    const words = isRead ? this.#read[at] : this.#course.read(walk, kind, level, input, address, count);
    this.trail.push([
      { kind, level, input, address, count, branches: new Map(), closedAt: -1, ...left },
      words,
    ]);
    return words;
  }

  /** The course has read on already: it counts what was asked for until now. */
  checked(mayBeValid: boolean): void {
    if (mayBeValid) this.#course.valid = this.trail.length;
  }
}
