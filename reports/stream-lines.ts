/** A stream in short: one line a step. */
import type { InvalidationCase } from '../spec/schema.ts';

export function streamLines({ steps }: InvalidationCase): readonly string[] {
  return steps.map(({ step }) => step);
}
