/** What the kernel's log says of an error of the invalidation queue (11.4.9.9): which, and of which requester. */
import { ALL_ONES, isAllOnes } from '../spec/all-ones.ts';
import type { QueueErrorRecord } from '../spec/dumps.ts';
import { queueErrorMeanings } from '../spec/invalidation/queue-errors.ts';
import { requester } from './hex.ts';

export function queueErrorLines(record: QueueErrorRecord): readonly string[] {
  return isAllOnes(record) ? [...lines(record), `  ${ALL_ONES}`] : lines(record);
}

function lines({ error, value }: QueueErrorRecord): readonly string[] {
  switch (error) {
    case 'IQE':
      return [
        `invalidation queue error, reason ${value}`,
        `  ${queueErrorMeanings[value] ?? 'a reason that no revision defines'}`,
      ];
    case 'ITE':
      return [
        `invalidation time-out: ${told(value)}`,
        '  it did not answer a Device-TLB invalidation in time',
      ];
    case 'ICE':
      return [`invalidation completion error: ${told(value)}`, '  it answered what nobody had asked it'];
  }
}

/** Units from before revision 4.0 leave it 0. */
function told(sourceId: number): string {
  return sourceId === 0 ? 'the requester is not told, or 00:00.0' : requester(sourceId);
}
