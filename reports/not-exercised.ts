/** The rules that no drawn case depended on: not exercised is not a pass, so a run names them. */
import type { AreaResult } from '../spec/schema.ts';
import { wrap } from './wrap.ts';

export function notExercisedLines(result: AreaResult): readonly string[] {
  const ids = result.rules.filter(({ status }) => status === 'not-exercised').map(({ id }) => id);
  if (ids.length === 0) return [];
  if (ids.length === result.rules.length) return [`${result.area}: no rule was exercised`];
  return [
    `${result.area}: ${ids.length} of ${result.rules.length} rules not exercised:`,
    ...wrap(ids.join(', '), 96, 20).map((line) => `  ${line}`),
  ];
}
