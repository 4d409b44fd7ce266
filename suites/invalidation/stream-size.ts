/** Which of two streams is the simpler one. */
import type { InvalidationCase } from '../../spec/schema.ts';

/** A wait that asks for nothing but order, and bits that ask for more: SW and IF (VT-d 6.5.2.9). */
export const FENCE = 0x45n;
const ASKS_FOR_MORE = 0x30n;

/** Fewer steps, and stores that happen during them, else fewer descriptors that do more than wait, else fewer words that are not zero, else lower ones. */
export function isSmaller(one: InvalidationCase, other: InvalidationCase): boolean {
  const [a, b] = [sizeOf(one), sizeOf(other)];
  for (const [index, size] of a.entries()) {
    const against = b[index] ?? 0n;
    if (size !== against) return size < against;
  }
  return false;
}

function sizeOf({ profile: _, ...testCase }: InvalidationCase): readonly bigint[] {
  const { steps } = testCase;
  const descriptors = steps.flatMap((step) => (step.step === 'submit' ? step.descriptors : []));
  const words = wordsOf(testCase).filter((word) => word !== 0n);
  const sum = words.reduce((total, word) => total + word, 0n);
  const telling = descriptors.filter(([low = 0n]) => doesMore(low));
  const during = steps.flatMap((step) => (step.step === 'request' ? (step.during ?? []) : []));
  return [BigInt(steps.length + during.length), BigInt(telling.length), BigInt(words.length), sum];
}

/** More than a plain wait, which never becomes such a one by losing bits. */
export function doesMore(low: bigint): boolean {
  return (low & ~FENCE) !== 0n;
}

/** A wait that writes a status or raises an interrupt. */
export function isDressedWait(low: bigint): boolean {
  return (low & 0xe0fn) === 5n && (low & ASKS_FOR_MORE) !== 0n;
}

function wordsOf(value: unknown): readonly bigint[] {
  if (typeof value === 'bigint') return [value];
  if (typeof value === 'number') return [BigInt(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsOf) : [];
}
