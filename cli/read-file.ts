/**
 * A JSON file through its schema: the data, or one sentence that names the file, the place and the value. Files
 * come from strangers: their size and depth have limits, and nothing of them is run.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import * as v from 'valibot';
import { fileProblem } from '../adapters/file-problem.ts';
import { firstProblem } from '../spec/problem.ts';
import { wrongUse } from './exit.ts';

/** Far above any result of ours: the findings of a whole run come to a few MiB. */
const LARGEST_FILE_MIB = 64;
/** Objects and lists within each other; ours come to a dozen. */
const DEEPEST = 64;
/** What a pipe gives at a time; to make room for more takes longer than to read most files. */
const READ_BYTES = 1 << 16;

/** `what` is what the file should be, such as `finding`. */
export function readJsonFile<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  what: string,
): v.InferOutput<Schema> {
  return parseJson(readTextFile(file, what), schema, `${what} ${file}`);
}

/** The data in `text`; `place` names where it stands, such as `finding f.json`. */
export function parseJson<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
  place: string,
): v.InferOutput<Schema> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw wrongUse(`${place} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (isDeeper(data, DEEPEST)) throw wrongUse(`${place} is malformed: nested more than ${DEEPEST} deep`);
  const parsed = v.safeParse(schema, data);
  if (!parsed.success) throw wrongUse(`${place} is malformed: ${firstProblem(parsed.issues)}`);
  return parsed.output;
}

/** The text of a file, of a pipe too; no more of it than the limit is ever held. */
export function readTextFile(file: string, what: string, largestMib = LARGEST_FILE_MIB): string {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    const descriptor = openSync(file, 'r');
    try {
      for (;;) {
        const part = Buffer.allocUnsafe(READ_BYTES);
        const count = readSync(descriptor, part);
        if (count === 0) break;
        parts.push(part.subarray(0, count));
        size += count;
        if (size > largestMib << 20) break;
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw wrongUse(`${what} ${file} cannot be read: ${fileProblem(error)}`);
  }
  if (size > largestMib << 20) throw wrongUse(`${what} ${file} is larger than ${largestMib} MiB`);
  return Buffer.concat(parts).toString('utf8');
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1));
}
