/** Which of two streams is the simpler one. */
import type { InvalidationCase } from '../../spec/schema.ts';

/** A wait that asks for nothing but order, and bits that ask for more: SW and IF (VT-d 6.5.2.9). */
export const FENCE = 0x45n;
const ASKS_FOR_MORE = 0x30n;

/** Steps, and stores that happen during them. */
function stepsOf({ steps }: InvalidationCase): number {
  const during = steps.flatMap((step) => (step.step === 'request' ? (step.during ?? []) : []));
  return steps.length + during.length;
}

/** Descriptors that do more than wait. */
function tellingOf({ steps }: InvalidationCase): number {
  const descriptors = steps.flatMap((step) => (step.step === 'submit' ? step.descriptors : []));
  return descriptors.filter(([low = 0n]) => doesMore(low)).length;
}

/** In this order: the later ones are worked out only where the earlier ones agree. */
const measures: readonly ((testCase: InvalidationCase) => number | bigint)[] = [
  stepsOf,
  tellingOf,
  (testCase) => wordsOf(testCase).length,
  (testCase) => wordsOf(testCase).reduce((total, word) => total + word, 0n),
];

/** Fewer steps, and stores that happen during them, else fewer descriptors that do more than wait, else fewer words that are not zero, else lower ones. */
export function isSmaller(one: InvalidationCase, other: InvalidationCase): boolean {
  for (const measure of measures) {
    const [size, against] = [measure(one), measure(other)];
    if (size !== against) return size < against;
  }
  return false;
}

/** More than a plain wait, which never becomes such a one by losing bits. */
export function doesMore(low: bigint): boolean {
  return (low & ~FENCE) !== 0n;
}

/** A wait that writes a status or raises an interrupt. */
export function isDressedWait(low: bigint): boolean {
  return (low & 0xe0fn) === 5n && (low & ASKS_FOR_MORE) !== 0n;
}

/** All that are not zero. */
function wordsOf({ profile: _, ...testCase }: InvalidationCase): readonly bigint[] {
  return addWords([], testCase);
}

function addWords(words: bigint[], value: unknown): readonly bigint[] {
  if (typeof value === 'bigint' || typeof value === 'number') {
    if (BigInt(value) !== 0n) words.push(BigInt(value));
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) addWords(words, part);
  }
  return words;
}
