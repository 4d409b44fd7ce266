/** How big a case is to a reader: what he has to look at before he understands what went wrong. */
import type { Case } from '../../spec/schema.ts';

export interface CaseSize {
  /** Steps of a stream, requests of a translation; 1 where a case is one question. */
  readonly steps: number;
  /** 64-bit values that are not zero, addresses included; the profile is left out. */
  readonly words: number;
}

export function sizeOf(testCase: Case): CaseSize {
  const { profile: _, ...rest } = testCase;
  return { steps: stepsOf(testCase), words: words(rest) };
}

function stepsOf(testCase: Case): number {
  if ('steps' in testCase) return testCase.steps.length;
  return 'requests' in testCase ? testCase.requests.length : 1;
}

function words(value: unknown): number {
  if (typeof value === 'bigint') return value === 0n ? 0 : 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + words(part), 0);
}
