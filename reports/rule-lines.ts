/** The catalogue for a terminal: id, level, areas, sentence, clause, and the note where there is one. */
import type { Rule } from '../spec/rule.ts';
import type { Palette } from './palette.ts';
import { wrap } from './wrap.ts';

const WIDTH = 96;

export function ruleLines(rules: readonly Rule[], palette: Palette): readonly string[] {
  return rules.flatMap(({ id, level, areas, statement, clause, note }) => [
    `${palette.bold(id)}  ${palette.dim(`${level}; ${areas.join(', ')}; ${clause}`)}`,
    ...[statement, ...(note === undefined ? [] : [`Note: ${note}`])].flatMap((text) =>
      wrap(text, WIDTH, 20).map((line) => `    ${line}`),
    ),
  ]);
}
