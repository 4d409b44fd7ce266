/**
 * The same update of a plainer made-up format: with fewer modes and quanta, and with modes that use less. What neither
 * entry has a mode for goes first. A layout then holds ever fewer words that are not zero, and never more.
 */
import type { EntrySyncCase, SyntheticLayout } from '../../spec/schema.ts';

type Words = readonly bigint[];

/** Nothing for a format that exists. */
export function* simplerLayouts(testCase: EntrySyncCase): Iterable<EntrySyncCase> {
  const { layout, from, to } = testCase;
  if (layout === undefined) return;
  const changed = (changes: Partial<SyntheticLayout>): EntrySyncCase => ({
    ...testCase,
    layout: { ...layout, ...changes },
  });
  const named = [from, to].map((entry) => modeOf(layout, entry));
  const idle = layout.modes.map((words, mode) => (named.includes(mode) ? words : without(words)));
  if (weight(idle) < weight(layout.modes)) yield changed({ modes: idle });
  for (let count = 1; count < layout.modes.length; count++) {
    yield changed({ modes: layout.modes.slice(0, count) });
  }
  if (layout.safe.some((word) => word !== 0n)) yield changed({ safe: without(layout.safe) });
  for (let quantum = layout.quanta - 1; layout.quanta > 2 && quantum >= 0; quantum--) {
    const shorter = withoutQuantum(testCase, layout, quantum);
    if (shorter !== undefined) yield shorter;
  }
  for (const [mode, words] of layout.modes.entries()) {
    for (const [at, word] of words.entries()) {
      if (word !== 0n) yield changed({ modes: layout.modes.with(mode, words.toSpliced(at, 1, 0n)) });
    }
  }
}

function modeOf({ valid, mode: { low, width } }: SyntheticLayout, entry: Words): number {
  return Number(((entry[valid.word] ?? 0n) >> BigInt(low)) & ((1n << BigInt(width)) - 1n));
}

/** Undefined for the quantum of the valid bit, which every format has. */
function withoutQuantum(
  testCase: EntrySyncCase,
  { quantumWords, quanta, valid, modes, safe, ...rest }: SyntheticLayout,
  quantum: number,
): EntrySyncCase | undefined {
  const first = quantum * quantumWords;
  if (valid.word >= first && valid.word < first + quantumWords) return undefined;
  const left = (words: Words) => words.toSpliced(first, quantumWords);
  const word = valid.word > first ? valid.word - quantumWords : valid.word;
  return {
    ...testCase,
    layout: {
      ...{ ...rest, quantumWords, quanta: quanta - 1, valid: { ...valid, word } },
      ...{ modes: modes.map(left), safe: left(safe) },
    },
    from: left(testCase.from),
    to: left(testCase.to),
  };
}

const without = (words: Words): bigint[] => words.map(() => 0n);

function weight(modes: readonly Words[]): number {
  return modes.flat().filter((word) => word !== 0n).length;
}
