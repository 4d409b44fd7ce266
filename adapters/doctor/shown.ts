/** Messages as a report shows them: on one line, safe for a terminal, cut where they are long. */
import { toJson } from '../../spec/json.ts';
import type { Case } from '../../spec/schema.ts';
import { printable } from '../process/printable.ts';

const LONGEST = 800;

export function shown(value: unknown): string {
  const line = textOf(value);
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}… (${line.length} characters)` : line;
}

/** The request for a case; a long one without its profile, which is long and seldom the news. */
export function shownCase(testCase: Case): string {
  const request = (run: object) => textOf({ id: 2, op: 'run', case: run });
  const { profile, ...rest } = testCase;
  const whole = request(testCase);
  return whole.length <= LONGEST
    ? whole
    : shown({ id: 2, op: 'run', case: { ...rest, profile: profile.name } });
}

function textOf(value: unknown): string {
  try {
    return printable(toJson(value));
  } catch {
    return 'nested too deeply to be shown';
  }
}
