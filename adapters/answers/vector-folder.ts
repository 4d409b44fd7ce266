/** The vector files of a folder. Only what has the name of an area is opened, and nothing outside of it. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { caseProblem } from '../../spec/case-form.ts';
import { firstProblem } from '../../spec/problem.ts';
import { type Area, areas, type Case } from '../../spec/schema.ts';
import { vectorFileSchema, vectorId } from '../../spec/vector-file.ts';
import { OpenError } from '../open-error.ts';
import { parseBounded } from './bounded-json.ts';
import { VECTOR_FILE_MIB } from './limits.ts';
import { readPlainFile } from './plain-file.ts';

const WHAT = 'vector file';

/** The cases of one vector file, by id. */
export interface VectorCases {
  readonly area: Area;
  readonly seed: string;
  readonly cases: ReadonlyMap<string, Case>;
}

/** The files of `folder`, in the order of the areas; those of `wanted` must be there. Throws an OpenError. */
export function readVectorFolder(folder: string, wanted?: readonly Area[]): readonly VectorCases[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new OpenError('usage', `there is no folder ${folder} with vector files`);
  }
  const found = (wanted ?? areas).filter((area) => existsSync(fileOf(folder, area)));
  const missing = wanted?.find((area) => !found.includes(area));
  if (missing !== undefined) {
    throw new OpenError('usage', `folder ${folder} has no vector file of area ${missing}`);
  }
  if (found.length === 0) {
    const names = areas.map((area) => `${area}.json`).join(', ');
    throw new OpenError('usage', `folder ${folder} has no vector file: expected some of ${names}`);
  }
  return found.map((area) => readVectorFile(fileOf(folder, area), area));
}

function fileOf(folder: string, area: Area): string {
  return path.join(folder, `${area}.json`);
}

function readVectorFile(file: string, area: Area): VectorCases {
  const data = parseBounded(readPlainFile(file, WHAT, VECTOR_FILE_MIB), `${WHAT} ${file}`);
  const refuse = (problem: string): OpenError =>
    new OpenError('usage', `${WHAT} ${file} is malformed: ${problem}`);
  const parsed = v.safeParse(vectorFileSchema, data);
  if (!parsed.success) throw refuse(firstProblem(parsed.issues));
  if (parsed.output.area !== area) throw refuse(`area: ${parsed.output.area}, not ${area}`);
  const cases = new Map<string, Case>();
  for (const [index, { id, case: testCase }] of parsed.output.vectors.entries()) {
    const place = `vectors.${index}`;
    const problem = caseProblem(testCase);
    if (problem !== undefined) throw refuse(`${place}.case: ${problem}`);
    const own = vectorId(testCase);
    if (id !== own) throw refuse(`${place}.id: its case has the id "${own}", not "${id}"`);
    if (cases.has(id)) throw refuse(`${place}.id: "${id}" stands there twice`);
    cases.set(id, testCase);
  }
  return { area, seed: parsed.output.seed, cases };
}
