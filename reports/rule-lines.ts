/** The catalogue for a terminal: id, level, areas, sentence, clause, and the note where there is one. */
import type { Rule } from '../spec/rule.ts';
import type { Palette } from './palette.ts';
import { wrap } from './wrap.ts';

const WIDTH = 96;

export function ruleLines(rules: readonly Rule[], palette: Palette): readonly string[] {
  return rules.flatMap(({ id, level, areas, statement, clause, note, unreachable }) => [
    `${palette.bold(id)}  ${palette.dim(`${level}; ${areas.join(', ') || 'lint'}; ${clause}`)}`,
    ...[statement, ...labelled('Note', note), ...labelled('Not run', unreachable)].flatMap((text) =>
      wrap(text, WIDTH, 20).map((line) => `    ${line}`),
    ),
  ]);
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`${label}: ${text}`];
}
