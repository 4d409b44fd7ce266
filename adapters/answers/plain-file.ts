/** A file of a stranger: no link, pipe or device, and no larger than is said. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { fileProblem } from '../file-problem.ts';
import { OpenError } from '../open-error.ts';

const MIB = 1 << 20;

/** A descriptor of `file`, to be closed by the caller. `isOwn`: a link is followed, the user has named the file. */
export function openPlainFile(file: string, what: string, mostMib: number, isOwn: boolean): number {
  // Without a writer a pipe would wait for ever.
  const link = isOwn ? 0 : constants.O_NOFOLLOW;
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | link);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ELOOP' ? 'is a symbolic link' : `cannot be read: ${fileProblem(error)}`;
    throw new OpenError('usage', `${what} ${file} ${why}`);
  }
  const stat = fstatSync(descriptor);
  const problem = !stat.isFile()
    ? 'is no plain file'
    : stat.size > mostMib * MIB
      ? `has ${stat.size} bytes: at most ${mostMib} MiB are read`
      : undefined;
  if (problem === undefined) return descriptor;
  closeSync(descriptor);
  throw new OpenError('usage', `${what} ${file} ${problem}`);
}

/** The text of `file`. */
export function readPlainFile(file: string, what: string, mostMib: number): string {
  const descriptor = openPlainFile(file, what, mostMib, false);
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** A line without its end, and where it stands. */
export interface Line {
  readonly bytes: Buffer;
  /** From 1 on. */
  readonly number: number;
  /** In bytes from the start of the file. */
  readonly offset: number;
}

const CHUNK = 64 << 10;
const NEWLINE = 0x0a;

/** Each line that is not empty; throws an OpenError when one has more than `mostMib` MiB. */
export function* plainLines(descriptor: number, place: string, mostMib: number): Iterable<Line> {
  const chunk = Buffer.alloc(CHUNK);
  let parts: Buffer[] = [];
  let held = 0;
  let offset = 0;
  let number = 1;
  for (let at = 0; ; ) {
    const size = readSync(descriptor, chunk, 0, CHUNK, at);
    for (let start = 0; start < size; ) {
      const found = chunk.subarray(start, size).indexOf(NEWLINE);
      const end = found < 0 ? size : start + found;
      held += end - start;
      if (held > mostMib * MIB) {
        throw new OpenError('usage', `${place}, line ${number}: longer than ${mostMib} MiB`);
      }
      parts.push(Buffer.from(chunk.subarray(start, end)));
      start = end + 1;
      if (found < 0) break;
      if (held > 0) yield { bytes: Buffer.concat(parts), number, offset };
      offset += held + 1;
      number++;
      parts = [];
      held = 0;
    }
    at += size;
    if (size === 0) break;
  }
  if (held > 0) yield { bytes: Buffer.concat(parts), number, offset };
}
