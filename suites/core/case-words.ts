/** The 64-bit words that a case consists of: entries, tables, descriptors, stores; not its addresses and its unit. */
import type { Case, MemoryRun } from '../../spec/schema.ts';

export interface CaseWord {
  /** As the lines of a case name it: `word[0]`, `[0x0000000000002000]`, `RTADDR`; of a step `steps[1].words[0]`. */
  readonly place: string;
  readonly value: bigint;
  /** The case with another value there. */
  readonly replaced: (value: bigint) => Case;
}

/** Every word of `testCase`. */
export function wordsOf(testCase: Case): readonly CaseWord[] {
  return [...ownWords(testCase), ...rootWords(testCase), ...memoryWords(testCase), ...stepWords(testCase)];
}

/** Of a case that is about entries by themselves. */
function ownWords(testCase: Case): readonly CaseWord[] {
  switch (testCase.area) {
    case 'entry':
      return listed('word', testCase.words, (words) => ({ ...testCase, words }));
    case 'used-bits': {
      const { entry, target = [] } = testCase;
      return [
        ...listed('entry', entry, (words) => ({ ...testCase, entry: words })),
        ...listed('target', target, (words) => ({ ...testCase, target: words })),
      ];
    }
    case 'entry-sync':
      return [
        ...listed('from', testCase.from, (from) => ({ ...testCase, from })),
        ...listed('to', testCase.to, (to) => ({ ...testCase, to })),
      ];
    default:
      return [];
  }
}

function rootWords(testCase: Case): readonly CaseWord[] {
  if ('rtaddr' in testCase) {
    const replaced = (rtaddr: bigint): Case => ({ ...testCase, rtaddr });
    return [{ place: 'RTADDR', value: testCase.rtaddr, replaced }];
  }
  if (testCase.area !== 'page-walk' || testCase.walk.kind !== 'replay') return [];
  const { walk } = testCase;
  const replaced = (rtaddr: bigint): Case => ({ ...testCase, walk: { ...walk, rtaddr } });
  return [{ place: 'RTADDR', value: walk.rtaddr, replaced }];
}

function memoryWords(testCase: Case): readonly CaseWord[] {
  if (!('memory' in testCase)) return [];
  const { memory } = testCase;
  return memory.flatMap((run: MemoryRun, at) =>
    run.words.map((value, index) => ({
      place: placeOf(run.address + 8n * BigInt(index)),
      value,
      replaced: (word: bigint): Case => ({
        ...testCase,
        memory: memory.with(at, { ...run, words: run.words.with(index, word) }),
      }),
    })),
  );
}

/** The place of the word at `address`. */
export function placeOf(address: bigint): string {
  return `[0x${address.toString(16).padStart(16, '0')}]`;
}

/** What is stored or submitted in the steps of a case, wherever in a step it stands. */
function stepWords(testCase: Case): readonly CaseWord[] {
  if (!('steps' in testCase)) return [];
  return testCase.steps.flatMap((step, at) =>
    nested(step, `steps[${at}]`, (changed) => {
      const steps: readonly unknown[] = testCase.steps;
      return { ...testCase, steps: steps.with(at, changed) } as Case;
    }),
  );
}

const wordLists: ReadonlySet<string> = new Set(['words', 'descriptors', 'descriptor', 'commands']);

function nested(value: object, place: string, replaced: (value: object) => Case): readonly CaseWord[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (!Array.isArray(inner) || !wordLists.has(name)) return [];
    return inLists(inner, `${place}.${name}`, (list) => replaced({ ...value, [name]: list }));
  });
}

function inLists(
  list: readonly unknown[],
  place: string,
  replaced: (list: readonly unknown[]) => Case,
): readonly CaseWord[] {
  return list.flatMap((inner, index): readonly CaseWord[] => {
    const here = `${place}[${index}]`;
    const changed = (other: unknown): Case => replaced(list.with(index, other));
    if (typeof inner === 'bigint') return [{ place: here, value: inner, replaced: changed }];
    return Array.isArray(inner) ? inLists(inner, here, changed) : [];
  });
}

function listed(
  name: string,
  words: readonly bigint[],
  replaced: (words: bigint[]) => Case,
): readonly CaseWord[] {
  return words.map((value, index) => ({
    place: `${name}[${index}]`,
    value,
    replaced: (word: bigint) => replaced(words.with(index, word)),
  }));
}
