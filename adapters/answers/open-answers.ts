/**
 * Answers that were given elsewhere, one a line of a file: what stands behind `--impl answers:FILE`. Only where
 * a line begins is kept; it is read again when its case is asked.
 */
import { closeSync, readSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { answerHeaderSchema, answerLineSchema } from '../../spec/answer-line.ts';
import { CaseSkipped, type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { firstProblem } from '../../spec/problem.ts';
import { areas, type Case, type Observation, observationSchemas } from '../../spec/schema.ts';
import { vectorId } from '../../spec/vector-file.ts';
import { OpenError } from '../open-error.ts';
import { parseBounded } from './bounded-json.ts';
import { ANSWER_FILE_MIB, ANSWER_LINE_MIB, MOST_ANSWER_LINES } from './limits.ts';
import { openPlainFile, plainLines } from './plain-file.ts';
import { readVectorFolder } from './vector-folder.ts';

const WHAT = 'answer file';
const NO_ANSWER = 'the answer file has no answer to this vector';

interface Place {
  readonly offset: number;
  readonly length: number;
  readonly number: number;
}

/** Opens `file`; with a folder of vectors, an id that none of them has is refused. Throws an OpenError. */
export function openAnswers(file: string, vectors?: string): Implementation {
  const ids = vectors === undefined ? undefined : idsOf(vectors);
  const descriptor = openPlainFile(file, WHAT, ANSWER_FILE_MIB, true);
  try {
    const { name, places } = indexed(file, descriptor, ids);
    return {
      name: name ?? path.basename(file),
      profile: 'any',
      areas: areas.filter((area) => [...places.keys()].some((id) => id.startsWith(`${area}/`))),
      isRecorded: true,
      run: (testCase) => answerTo(testCase, file, descriptor, places),
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function idsOf(folder: string): ReadonlySet<string> {
  return new Set(readVectorFolder(folder).flatMap(({ cases }) => [...cases.keys()]));
}

interface Index {
  readonly name?: string;
  readonly places: ReadonlyMap<string, Place>;
}

/** Looks at every line once; what an observation holds is left to when it is judged. */
function indexed(file: string, descriptor: number, ids: ReadonlySet<string> | undefined): Index {
  const places = new Map<string, Place>();
  let name: string | undefined;
  for (const { bytes, number, offset } of plainLines(descriptor, `${WHAT} ${file}`, ANSWER_LINE_MIB)) {
    const place = `${WHAT} ${file}, line ${number}`;
    const refuse = (problem: string): OpenError => new OpenError('usage', `${place}: ${problem}`);
    if (number > MOST_ANSWER_LINES) throw refuse(`at most ${MOST_ANSWER_LINES} lines are read`);
    const data = parseBounded(bytes.toString('utf8'), place);
    if (number === 1 && isHeader(data)) {
      const header = v.safeParse(answerHeaderSchema, data);
      if (!header.success) throw refuse(firstProblem(header.issues));
      name = header.output.name;
      continue;
    }
    const id = idOf(data, refuse);
    const earlier = places.get(id);
    if (earlier !== undefined) throw refuse(`id: "${id}" stands in line ${earlier.number} already`);
    if (ids !== undefined && !ids.has(id)) throw refuse(`id: no vector has the id "${id}"`);
    places.set(id, { offset, length: bytes.length, number });
  }
  return { ...(name === undefined ? {} : { name }), places };
}

function isHeader(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'version' in data;
}

const FIELDS = ['observation', 'skip', 'error'] as const;

function idOf(data: unknown, refuse: (problem: string) => OpenError): string {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw refuse('expected an object with an id and an observation');
  }
  if (!('id' in data)) throw refuse('id: missing');
  const given = FIELDS.filter((field) => field in data);
  if (given.length !== 1) throw refuse(`expected one of ${FIELDS.join(', ')}, not ${given.length}`);
  const parsed = v.safeParse(answerLineSchema, data);
  if (!parsed.success) throw refuse(firstProblem(parsed.issues));
  return parsed.output.id;
}

function answerTo(
  testCase: Case,
  file: string,
  descriptor: number,
  places: ReadonlyMap<string, Place>,
): Observation {
  const place = places.get(vectorId(testCase));
  if (place === undefined) throw new CaseSkipped(NO_ANSWER);
  const { offset, length, number } = place;
  const bytes = Buffer.alloc(length);
  readSync(descriptor, bytes, 0, length, offset);
  const line = v.safeParse(answerLineSchema, parseBounded(bytes.toString('utf8'), `${file}, line ${number}`));
  if (!line.success) throw new ImplementationFailure('protocol', `line ${number} has changed meanwhile`);
  if ('skip' in line.output) throw new CaseSkipped(line.output.skip);
  if ('error' in line.output) throw new ImplementationFailure('refusal', line.output.error);
  const parsed = v.safeParse(observationSchemas[testCase.area], line.output.observation);
  if (parsed.success) return parsed.output;
  const problem = firstProblem(parsed.issues);
  throw new ImplementationFailure('protocol', `line ${number}: bad observation: ${problem}`);
}
