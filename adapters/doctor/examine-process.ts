/**
 * A process, message by message: what an implementation behind the adapter can't show is asked here of the
 * process itself. The answers to cases are asked for through the adapter, as `check` does.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Case } from '../../spec/schema.ts';
import type { Claims } from '../claims.ts';
import { messageOf } from '../open-error.ts';
import { wordsOf } from '../process/command-line.ts';
import { defaultLimits, type Limits } from '../process/limits.ts';
import { byeLine, helloLine, runLine } from '../process/messages.ts';
import { openProcess } from '../process/open-process.ts';
import { claimsIn, exchange } from '../process/start-child.ts';
import { claimProbes } from './claim-probes.ts';
import { examineAnswers } from './examine-answers.ts';
import { longCase } from './long-case.ts';
import { type Line, Patient } from './patient.ts';
import type { Probe, Report } from './probe.ts';
import { sampleCases } from './sample-cases.ts';
import { shown } from './shown.ts';

/** Nobody has to answer what no check sends: waited for briefly. */
const ODD_MESSAGE_MS = 1000;
const HELLO = helloLine(1).trim();
const SAME_AGAIN = 'several have to run at the same time, and each has to claim the same as the first';

/** Throws an OpenError when the command line is none. */
export async function examineProcess(
  commandLine: string,
  report: Report,
  limits: Limits = defaultLimits,
): Promise<void> {
  const patient = new Patient(wordsOf(commandLine), limits, report);
  try {
    const claims = await hello(patient, report);
    if (!claims) return;
    const cases = await answers(commandLine, claims, patient, report);
    if (cases) {
      await spelling(patient, cases.usual);
      if (cases.long) await longLine(patient, cases.long.of, cases.long.long);
    }
    await oddMessage(patient);
    await end(patient, 'bye', byeLine);
    await end(patient, 'end of stdin without bye', '');
  } finally {
    patient.close();
  }
}

/** What it claims; undefined when it can't be asked anything. */
async function hello(patient: Patient, report: Report): Promise<Claims | undefined> {
  const sent = HELLO;
  const expected = '{"id":1,"name":"…","profile":"any","areas":["used-bits"]}';
  const started = performance.now();
  let claims: Claims | undefined;
  await patient.start({ subject: 'hello', sent, expected }, async (child) => {
    const body = await exchange(child, helloLine, patient.limits.helloMs);
    const found = `answered after ${Math.round(performance.now() - started)} ms`;
    report({ condition: 'well', subject: 'hello', found });
    const claimed = claimsIn(body);
    for (const probe of claimProbes(claimed, sent, shown({ id: 1, ...body }))) report(probe);
    if (!('problems' in claimed)) claims = claimed;
    return undefined;
  });
  return claims;
}

interface SuitableCases {
  readonly usual: Case;
  /** A case, and the same with a longer line. */
  readonly long?: { readonly of: Case; readonly long: Case };
}

/** Asks through the adapter. Returns cases that are answered well, for more that is asked about messages. */
async function answers(
  commandLine: string,
  claims: Claims,
  patient: Patient,
  report: Report,
): Promise<SuitableCases | undefined> {
  const implementation = await openProcess(commandLine, patient.limits).catch((error: unknown) => {
    report({ condition: 'ill', subject: 'second start', found: messageOf(error), advice: SAME_AGAIN });
  });
  if (!implementation) return undefined;
  try {
    const { name, version, profile, areas } = implementation;
    if (!isDeepStrictEqual(claims, { name, ...(version === undefined ? {} : { version }), areas, profile })) {
      const found = 'it claims something else than when it first started';
      report({ condition: 'ill', subject: 'second start', found, sent: HELLO, advice: SAME_AGAIN });
      return undefined;
    }
    const isWell = await examineAnswers(implementation, report, (testCase) => patient.reply(testCase));
    const stderr = implementation.stderr?.() ?? '';
    if (stderr.trim() !== '') {
      report({ condition: 'remark', subject: 'stderr', found: 'it writes to stderr, which it may', stderr });
    }
    if (!isWell) return undefined;
    const samples = await Promise.all(implementation.areas.map((area) => sampleCases(implementation, area)));
    const [usual] = samples.flatMap((cases) => cases.at(-1) ?? []);
    const long = samples
      .flatMap(([of]) => (of ? [{ of, long: longCase(of, implementation.profile === 'any') }] : []))
      .filter((pair): pair is { of: Case; long: Case } => pair.long !== undefined)
      .at(-1);
    return usual && { usual, ...(long ? { long } : {}) };
  } finally {
    await implementation.close?.();
  }
}

/** Capitals and leading zeros: no case has them, messages that people write do. */
function spelling(patient: Patient, testCase: Case): Promise<void> {
  const usual: Line = (id) => runLine(id, testCase);
  const spelled: Line = (id) =>
    usual(id).replaceAll(
      /"0x([0-9a-f]+)"/g,
      (_all, digits: string) => `"0x${digits.toUpperCase().padStart(16, '0')}"`,
    );
  return compare(patient, usual, spelled, 'hex as 0x000000000000001F', 'remark');
}

function longLine(patient: Patient, of: Case, long: Case): Promise<void> {
  const line: Line = (id) => runLine(id, long);
  const subject = `a request of ${Math.ceil(line(1).length / 1024)} KiB`;
  return compare(patient, (id) => runLine(id, of), line, subject, 'ill');
}

/** Sends a request in two spellings that mean the same: both get the same answer. */
function compare(
  patient: Patient,
  usual: Line,
  other: Line,
  subject: string,
  otherwise: Probe['condition'],
): Promise<void> {
  const sent = shown(JSON.parse(other(3)));
  const context = { subject, sent, expected: 'the answer to the same case as it is usually written' };
  const action: Parameters<Patient['greet']>[1] = async (child) => {
    const before = await patient.ask(child, usual);
    const after = await patient.ask(child, other);
    if (isDeepStrictEqual(before, after)) return { condition: 'well', subject, found: 'the usual answer' };
    const came = shown({ id: 3, ...after });
    const expected = shown({ id: 3, ...before });
    return { condition: otherwise, subject, found: 'another answer than usual', sent, came, expected };
  };
  return patient.greet(context, action, otherwise);
}

function oddMessage(patient: Patient): Promise<void> {
  const line: Line = (id) => `{"id":${id},"op":"what-nobody-knows"}\n`;
  const subject = 'an op that it does not know';
  const sent = line(2).trim();
  const expected = '{"id":2,"error":"unknown op"}: later versions of the protocol may ask for more';
  const action: Parameters<Patient['greet']>[1] = async (child) => {
    const body = await patient.ask(child, line, Math.min(patient.limits.caseMs, ODD_MESSAGE_MS));
    if (typeof body['error'] === 'string')
      return { condition: 'well', subject, found: 'answered with an error' };
    const came = shown({ id: 2, ...body });
    return { condition: 'remark', subject, found: 'answered as if it knew', sent, came, expected };
  };
  return patient.greet({ subject, sent, expected }, action, 'remark');
}

/** Ends it by `lastWords` and looks at how it ends. */
function end(patient: Patient, subject: string, lastWords: string): Promise<void> {
  const sent = lastWords.trim() || '(nothing: stdin was closed)';
  const expected = 'exit status 0';
  const context = { subject, sent, expected };
  return patient.greet(context, async (child) => {
    const started = performance.now();
    const ending = await child.bye(lastWords);
    if (child.failure) throw child.failure;
    if (ending === expected) {
      const found = `ends with ${expected} after ${Math.round(performance.now() - started)} ms`;
      return { condition: 'well', subject, found };
    }
    const { stderr } = child;
    const isKilled = ending === 'SIGKILL';
    return {
      condition: 'ill',
      found: isKilled
        ? `did not end in ${patient.limits.byeMs / 1000} s and was killed`
        : `ends with ${ending}`,
      ...context,
      stderr,
      advice: isKilled
        ? 'leave the loop at "bye" and at the end of stdin, and end threads and children'
        : 'see what it does at its end: sanitizers report leaks in this way',
    };
  });
}
