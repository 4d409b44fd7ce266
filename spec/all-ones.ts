/** What is read where no register answers: it says nothing of the unit's state, though every field has a value. */
import type { FaultRecord, QueueErrorRecord } from './dumps.ts';

export const ALL_ONES =
  'all ones: no register answered the read; the unit is powered down, or its address range leads elsewhere';

/** Whether the log shows a fault recording register (11.4.7.6) or a field of IQERCD (11.4.9.9) of all ones. */
export function isAllOnes(record: FaultRecord | QueueErrorRecord): boolean {
  if (record.kind === 'fault') return record.code === 0xff && record.sourceId === 0xffff;
  return record.value === (record.error === 'IQE' ? 0xf : 0xffff);
}
