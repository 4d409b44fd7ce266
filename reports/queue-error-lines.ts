/** What the kernel's log says of an error of the invalidation queue (11.4.9.9): which, and of which requester. */
import { queueErrorMeanings } from '../spec/invalidation/queue-errors.ts';
import { requester } from './hex.ts';

const queueError = /Invalidation Queue Error: Reason ([0-9a-f]{1,2})\b/i;
const timeOut = /Invalidation Time-out Error: SID ([0-9a-f]{1,4})\b/i;
const completion = /Invalidation Completion Error: SID ([0-9a-f]{1,4})\b/i;

/** Undefined for every other line. */
export function queueErrorLines(line: string): readonly string[] | undefined {
  const [, reason] = queueError.exec(line) ?? [];
  if (reason !== undefined) {
    const code = Number.parseInt(reason, 16);
    const meaning = queueErrorMeanings[code] ?? 'a reason that no revision defines';
    return [`invalidation queue error, reason ${code}`, `  ${meaning}`];
  }
  const [, late] = timeOut.exec(line) ?? [];
  if (late !== undefined)
    return [`invalidation time-out: ${told(late)}`, '  it did not answer a Device-TLB invalidation in time'];
  const [, wrong] = completion.exec(line) ?? [];
  if (wrong === undefined) return undefined;
  return [`invalidation completion error: ${told(wrong)}`, '  it answered what nobody had asked it'];
}

/** Units from before revision 4.0 leave it 0. */
function told(sid: string): string {
  const sourceId = Number.parseInt(sid, 16);
  return sourceId === 0 ? 'the requester is not told, or 00:00.0' : requester(sourceId);
}
