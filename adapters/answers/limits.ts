/** The limits on files that come from strangers, so that none can exhaust memory or the stack. */
import { MOST_VECTORS } from '../../spec/vector-file.ts';

/** A whole vector file is held in memory while it is read. */
export const VECTOR_FILE_MIB = 256;
/** An answer file is read line by line, and only where its lines begin is kept. */
export const ANSWER_FILE_MIB = 2048;
/** As of a process on a pipe. */
export const ANSWER_LINE_MIB = 4;
/** One for every vector of every area, and the line that begins the file. */
export const MOST_ANSWER_LINES = 16 * MOST_VECTORS;
/** Arrays and objects within each other. A case has eight at most. */
export const MOST_DEPTH = 32;
