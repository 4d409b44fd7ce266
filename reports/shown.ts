/** What the passes of an area have shown: the rule that fewest cases decided leaves most open. */
import type { AreaResult } from '../spec/schema.ts';
import { failsBelow } from '../suites/core/rule-frequency.ts';
import { percent } from './percent.ts';
import { plural } from './plural.ts';

export function shownLines({ area, rules }: AreaResult): readonly string[] {
  const passed = rules
    .filter(({ status }) => status === 'pass')
    .toSorted((a, b) => a.exercised - b.exercised);
  const [rarest] = passed;
  if (rarest === undefined) return [];
  const { id, exercised } = rarest;
  const open =
    failsBelow(exercised) < 1
      ? `so it fails in fewer than ${percent(failsBelow(exercised))} of such cases, at 95 % confidence`
      : 'which says nothing about others';
  return [
    `${area}: ${plural(passed.length, 'rule')} kept; the rarest, ${id}, in ${plural(exercised, 'case')}, ${open}`,
  ];
}
