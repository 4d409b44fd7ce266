/** Cases that the implementation passed over: neither passed nor failed, so a run says how many and why. */
import type { AreaResult } from '../spec/schema.ts';
import { wrap } from './wrap.ts';

export function skippedLines({ area, cases, skipped = [] }: AreaResult): readonly string[] {
  if (skipped.length === 0) return [];
  const total = skipped.reduce((sum, one) => sum + one.cases, 0);
  return [
    `${area}: ${total} of ${cases} cases skipped by the implementation:`,
    ...skipped.flatMap((one) => wrap(`${one.reason} (${one.cases})`, 96, 2)).map((line) => `  ${line}`),
  ];
}

/** One line when the implementation died or hung too often to be asked any more. */
export function givenUpLines({ area, givenUp }: AreaResult): readonly string[] {
  return givenUp === undefined ? [] : [`${area}: given up: ${givenUp}; no more cases were asked`];
}
