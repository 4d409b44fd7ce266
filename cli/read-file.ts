/** A JSON file through its schema: the data, or one sentence that names the file, the place and the value. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { firstProblem } from '../spec/problem.ts';
import { wrongUse } from './exit.ts';

/** `what` is what the file should be, such as `finding`. */
export function readJsonFile<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  what: string,
): v.InferOutput<Schema> {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read';
    throw wrongUse(`${what} ${file} ${why}`);
  }
  const parsed = v.safeParse(schema, data);
  if (!parsed.success) throw wrongUse(`${what} ${file} is malformed: ${firstProblem(parsed.issues)}`);
  return parsed.output;
}
