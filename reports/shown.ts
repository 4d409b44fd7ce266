/**
 * What the passes of an area have shown: the rule that fewest cases decided leaves most open. What was broken under
 * another name was not kept.
 */
import type { AreaResult } from '../spec/schema.ts';
import { failsBelow } from '../suites/core/rule-frequency.ts';
import { percent } from './percent.ts';
import { plural } from './plural.ts';
import { wrap } from './wrap.ts';

export function shownLines(result: AreaResult): readonly string[] {
  return [...keptLines(result), ...renamedLines(result)];
}

function keptLines({ area, rules }: AreaResult): readonly string[] {
  const passed = rules
    .filter(({ status, renamed }) => status === 'pass' && renamed === undefined)
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

function renamedLines({ area, rules }: AreaResult): readonly string[] {
  const ids = rules.filter(({ renamed }) => renamed).map(({ id }) => id);
  if (ids.length === 0) return [];
  return [
    `${area}: ${plural(ids.length, 'rule')} broken too, in cases that were told under others:`,
    ...wrap(ids.join(', '), 96, 20).map((line) => `  ${line}`),
    '  run again once those are mended: they may have a cause of their own',
  ];
}
