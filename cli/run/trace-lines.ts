/** The lines of a trace file, one by one: a long one is never in memory as a whole. */
import { createReadStream } from 'node:fs';
import { fileProblem } from '../../adapters/file-problem.ts';
import { LineReader } from '../../adapters/process/line-reader.ts';
import { wrongUse } from '../exit.ts';

/** Of one line: as for the answers of a process. */
const LINE_BYTES = 4 << 20;

export interface TraceLine {
  /** From 1 on. */
  readonly line: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Every line that is not blank, an object each; what is malformed is refused in one sentence. */
export async function* traceLines(file: string): AsyncIterable<TraceLine> {
  const reader = new LineReader(LINE_BYTES);
  let line = 0;
  const parsed = (text: string): readonly TraceLine[] => {
    line++;
    if (text.length > LINE_BYTES) throw wrongLine(file, line, 'longer than 4 MiB');
    if (text.trim() === '') return [];
    return [{ line, data: objectOf(text, (problem) => wrongLine(file, line, problem)) }];
  };
  for await (const chunk of chunksOf(file)) {
    const lines = reader.push(chunk);
    if (lines === undefined) throw wrongLine(file, line + 1, 'longer than 4 MiB');
    for (const text of lines) yield* parsed(text);
  }
  yield* parsed(reader.rest);
}

/** `problem` begins with the place on the line, where there is one. */
export function wrongLine(file: string, line: number, problem: string) {
  return wrongUse(`trace ${file}, line ${line}: ${problem}`);
}

async function* chunksOf(file: string): AsyncIterable<Buffer> {
  try {
    yield* createReadStream(file);
  } catch (error) {
    throw wrongUse(`trace ${file} cannot be read: ${fileProblem(error)}`);
  }
}

function objectOf(text: string, refusal: (problem: string) => Error): Readonly<Record<string, unknown>> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw refusal(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    return data as Readonly<Record<string, unknown>>;
  }
  throw refusal('expected an object');
}
