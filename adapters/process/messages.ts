/** The messages of the protocol: what is sent, and what comes back, checked before it is believed. */
import * as v from 'valibot';
import { type BatchAnswer, ImplementationFailure } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { firstProblem } from '../../spec/problem.ts';
import { type Area, type Case, observationSchemas, type Profile } from '../../spec/schema.ts';
import { printable } from './printable.ts';

const PROTOCOL_VERSION = 1;
/** Characters of a reason that are kept. */
const LONGEST_REASON = 500;

export function helloLine(id: number): string {
  return `{"id":${id},"op":"hello","version":${PROTOCOL_VERSION}}\n`;
}

export const byeLine = '{"op":"bye"}\n';

/** All cases of a run share a few profiles: each is written once. */
const profileTexts = new WeakMap<Profile, string>();

export function runLine(id: number, { profile, ...rest }: Case): string {
  let text = profileTexts.get(profile);
  if (text === undefined) {
    text = toJson(profile);
    profileTexts.set(profile, text);
  }
  return `{"id":${id},"op":"run","case":{"profile":${text},${toJson(rest).slice(1)}}\n`;
}

export interface Reply {
  readonly id: number;
  /** Everything else that the line holds. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The reply that `line` is, or what is wrong with it. */
export function replyOf(line: string): Reply | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no JSON object';
  const { id, ...body } = value as Record<string, unknown>;
  return Number.isSafeInteger(id) ? { id: id as number, body } : 'has no id';
}

const reasonSchema = v.pipe(
  v.string(),
  v.transform((text) => printable(text.slice(0, LONGEST_REASON))),
);
const refusedSchema = v.union(
  [v.strictObject({ skip: reasonSchema }), v.strictObject({ error: reasonSchema })],
  'expected observation, skip or error, and nothing else',
);

/** What `body` answers to a case of `area`. One that breaks the form is an answer too: a bad one. */
export function answerOf(area: Area, body: Reply['body']): BatchAnswer {
  const { observation, ...others } = body;
  if (observation !== undefined && Object.keys(others).length === 0) {
    const parsed = v.safeParse(observationSchemas[area], observation, { abortEarly: true });
    return parsed.success ? { observation: parsed.output } : bad('bad observation', parsed.issues);
  }
  const parsed = v.safeParse(refusedSchema, body, { abortEarly: true });
  if (!parsed.success) return bad('bad reply', parsed.issues);
  return 'skip' in parsed.output
    ? { skip: parsed.output.skip }
    : { error: new ImplementationFailure('refusal', parsed.output.error) };
}

function bad(what: string, issues: Parameters<typeof firstProblem>[0]): BatchAnswer {
  return { error: new ImplementationFailure('protocol', `${what}: ${problemIn(issues)}`) };
}

/** A value may be nested so deeply that it can't be written out. */
function problemIn(issues: Parameters<typeof firstProblem>[0]): string {
  try {
    return printable(firstProblem(issues));
  } catch {
    return 'nested too deeply';
  }
}
