/** One clear phrase out of a schema's complaints: the place, what was expected there, what stood there. */
import * as v from 'valibot';
import { toJson } from './json.ts';

const LONGEST_VALUE = 60;

/** Describes the first issue of a failed parse, such as `words.3: expected a 64-bit value, not "0xzz"`. */
export function firstProblem(issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  if (issue === undefined) return 'not valid';
  const place = v.getDotPath(issue) ?? 'top level';
  if (issue.kind === 'schema' && issue.type === 'strict_object' && issue.expected === 'never') {
    return `${place}: there is no such field`;
  }
  if (issue.received === 'undefined' || issue.input === undefined) return `${place}: missing`;
  if (issue.type === 'min_length' || issue.type === 'max_length') {
    return `${place}: expected a length ${issue.expected}, not ${issue.received}`;
  }
  return `${place}: ${expectation(issue)}, not ${shown(issue.input)}`;
}

function expectation(issue: v.BaseIssue<unknown>): string {
  // Our own messages start in lower case; the library's start with "Invalid …: Expected x but received y".
  const [, expected] = /Expected (.*) but received/s.exec(issue.message) ?? [];
  return expected === undefined ? issue.message : `expected ${expected}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? `0x${value.toString(16)}` : (toJson(value) ?? String(value));
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
