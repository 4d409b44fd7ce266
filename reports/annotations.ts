/**
 * What went wrong as GitHub shows it beside a run: a workflow command a line, which its runner reads from the output
 * of a step. It keeps ten of them a step.
 */
import type { Area, Finding } from '../spec/schema.ts';
import { byCause } from './causes.ts';
import { plural } from './plural.ts';

const MOST = 10;

/** What is told of beside findings: an area that did not run, a known failure that did not happen. */
export interface Trouble {
  readonly title: string;
  readonly message: string;
}

/** One a cause, in the order of `findings`; `fileOf` gives the file that a finding was saved in. */
export function annotations(
  findings: readonly Finding[],
  troubles: readonly Trouble[],
  fileOf: (finding: Finding) => string | undefined,
): readonly string[] {
  const lines = [
    ...byCause(findings).map(({ shown, others }) =>
      error(
        { file: fileOf(shown), title: `${shown.area}: ${shown.id}` },
        [
          `${shown.implementation}: expected ${shown.expected}`,
          `observed ${shown.observed}`,
          ...(others.length > 0
            ? [`also, probably of the same cause: ${others.map(({ id }) => id).join(', ')}`]
            : []),
        ].join('\n'),
      ),
    ),
    ...troubles.map(({ title, message }) => error({ title }, message)),
  ];
  if (lines.length <= MOST) return lines;
  return [
    ...lines.slice(0, MOST),
    `::notice::${data(plural(lines.length - MOST, 'more problem'))} in the log`,
  ];
}

export function staleExpectation(area: Area, rule: string, aspect: string): Trouble {
  return {
    title: `${area}: ${rule}/${aspect}`,
    message: 'a known failure that did not happen: take it out of the expectation file',
  };
}

function error(properties: Readonly<Record<string, string | undefined>>, message: string): string {
  const given = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${property(value)}`],
  );
  return `::error ${given.join(',')}::${data(message)}`;
}

/** As the runner undoes it: `%` first, for the others are written with it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
