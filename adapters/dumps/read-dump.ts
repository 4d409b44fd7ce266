/** A file or the standard input as records, read piece by piece: a dump may be larger than memory. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { DumpKind, DumpRecord } from '../../spec/dumps.ts';
import { fileProblem } from '../file-problem.ts';
import { LineReader } from '../process/line-reader.ts';
import { DumpProblem, DumpReader } from './reader.ts';
import { isUtf16 } from './utf-16.ts';

/** Small enough that the text of a piece is collected soon: larger ones pile up between two full collections. */
const READ_BYTES = 1 << 14;
/** Far above any line of a dump or a log. */
const LONGEST_LINE = 1 << 16;

/** Files of Linux that show nothing: of a device in pass-through, of units without a queue, or without tables. */
const mayBeEmpty: readonly DumpKind[] = [
  'domain_translation_struct',
  'invalidation_queue',
  'dmar_translation_struct',
];

export interface DumpSource {
  /** As it is shown: a path, or `stdin`. */
  readonly name: string;
  /** Each piece holds until the next one is asked for. */
  readonly pieces: () => Iterable<Buffer>;
}

export interface ReadDump {
  readonly kinds: ReadonlySet<DumpKind>;
  readonly lines: number;
  /** Lines within a dump that were not understood and passed over. */
  readonly passedOver: number;
  /** One sentence, which names file and line, when it could not be read to its end. */
  readonly problem: string | undefined;
}

/** A file, opened anew for each reading. */
export function fileSource(file: string): DumpSource {
  return { name: file, pieces: () => piecesOf(file) };
}

/** Bytes that can be read only once, kept. */
export function keptSource(name: string, pieces: readonly Buffer[]): DumpSource {
  return { name, pieces: () => pieces };
}

/**
 * Hands every record with its line to `take`, up to where the file cannot be read, is binary, garbled or cut off, or
 * to its end.
 */
export function readDump(source: DumpSource, take: (record: DumpRecord, line: number) => void): ReadDump {
  const reader = new DumpReader();
  const read = (problem?: string): ReadDump => {
    const { kinds, lines, passedOver } = reader;
    return { kinds, lines, passedOver, problem };
  };
  try {
    const bytes = readLines(source, reader, take);
    const emptyDump = mayBeEmpty.find((kind) => basename(source.name) === kind);
    // A prompt or a headline may stand around nothing.
    if (reader.kinds.size === 0 && !reader.hasValues && emptyDump !== undefined)
      return { ...read(), kinds: new Set([emptyDump]) };
    if (bytes === 0) return read(`${source.name} is empty`);
    return read(
      reader.kinds.size === 0
        ? `${source.name} holds nothing that lint knows: ${reader.other ?? known}`
        : undefined,
    );
  } catch (error) {
    if (!(error instanceof DumpProblem)) throw error;
    return read(error.line === undefined ? error.message : `${source.name}:${error.line} ${error.message}`);
  }
}

/** How many bytes there were. */
function readLines(
  { name, pieces }: DumpSource,
  reader: DumpReader,
  take: (record: DumpRecord, line: number) => void,
): number {
  const lines = new LineReader(LONGEST_LINE);
  const taken = (record: DumpRecord | undefined): void => {
    if (record !== undefined) take(record, reader.line);
  };
  let bytes = 0;
  for (const piece of pieces()) {
    if (bytes === 0 && isUtf16(piece)) throw new DumpProblem(`${name} is UTF-16: save it as UTF-8`);
    bytes += piece.length;
    const complete = lines.push(piece);
    if (complete === undefined || complete.some(({ length }) => length > LONGEST_LINE))
      throw new DumpProblem(`${name} has a line of more than ${LONGEST_LINE} bytes: no dump has`);
    for (const text of complete) taken(reader.read(text));
  }
  if (reader.lines === 0 && /\r./.test(lines.rest))
    throw new DumpProblem(`${name} ends its lines with CR alone: save it with LF`);
  if (lines.rest !== '') taken(reader.readUnended(lines.rest));
  reader.end();
  return bytes;
}

const known =
  'expected iommu_regset, dmar_translation_struct, domain_translation_struct, invalidation_queue, ' +
  'or DMAR lines of a kernel log';

function* piecesOf(file: string): Generator<Buffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const piece = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const count = readSync(descriptor, piece);
      if (count === 0) return;
      yield piece.subarray(0, count);
    }
  } catch (error) {
    throw error instanceof DumpProblem
      ? error
      : new DumpProblem(`${file} cannot be read: ${fileProblem(error)}`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
