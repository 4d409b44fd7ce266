/**
 * What the results of a list say about a request. Blocked: the fault was recorded, or nothing arrived.
 * Translated: a marker came back, or a token lies where it was sent. What can't be known is left out.
 */
import { ImplementationFailure } from '../../spec/implementation.ts';
import type { FaultRecord, RequestResult, TranslationObservation } from '../../spec/schema.ts';
import { mayLeaveMemory } from './case-memory.ts';
import type { TableWord } from './case-program.ts';
import { decodeFaultRecord } from './fault-record.ts';
import { MARKER_ADDRESS, MARKER_TAG } from './layout.ts';
import type { Probe } from './list-builder.ts';

export interface Evidence {
  /** Results of the list (operations.ts). */
  readonly results: BigUint64Array;
  /** Slots of the edu buffers at the end, by requester. */
  readonly buffers: readonly BigUint64Array[];
  /** Where tokens were found that no target explains: token → address. */
  readonly strays: ReadonlyMap<bigint, bigint>;
}

/** The result of one request. Throws an ImplementationFailure when its DMA never completed. */
export function observe(probe: Probe, evidence: Evidence): RequestResult {
  const { results } = evidence;
  if (results[probe.result] === 0n) {
    throw new ImplementationFailure(
      'hang',
      `the DMA for address 0x${probe.address.toString(16)} never completed`,
    );
  }
  const record = recordOf(probe, results);
  return probe.request.op === 'read'
    ? observeRead(probe, record, evidence.buffers[probe.requester]?.[probe.slot] ?? 0n)
    : observeWrite(probe, record, evidence);
}

/** The words that hold other values than the case gave them: accessed and dirty flags. */
export function changedWords(
  tables: readonly TableWord[],
  { results }: Evidence,
): NonNullable<TranslationObservation['memory']> {
  return tables
    .map(({ address, value, result }) => ({ address, before: value, value: results[result] ?? 0n }))
    .filter(({ before, value }) => value !== before)
    .map(({ address, value }) => ({ address, value }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** A write that left neither a record nor its token where an entry of the case leads. */
export function isSilentWrite(probe: Probe, { results }: Evidence): boolean {
  return (
    probe.request.op === 'write' && recordOf(probe, results) === null && hitOf(probe, results) === undefined
  );
}

/** What the fault recording registers hold after the request; they were empty before it. */
function recordOf({ result, records }: Probe, results: BigUint64Array): FaultRecord | null {
  for (let at = result + 1; at <= result + 2 * records; at += 2) {
    const record = decodeFaultRecord(results[at] ?? 0n, results[at + 1] ?? 0n);
    if (record !== null) return record;
  }
  return null;
}

function hitOf({ result, records, targets, token }: Probe, results: BigUint64Array): bigint | undefined {
  const first = result + 1 + 2 * records;
  return targets.find((_, index) => results[first + index] === token);
}

function observeRead(probe: Probe, record: FaultRecord | null, value: bigint): RequestResult {
  if (value === probe.token) {
    throw new ImplementationFailure('protocol', 'the DMA completed but moved no data: is the bus master on?');
  }
  if (value === 0n) return blocked(probe, record);
  if ((value & ~MARKER_ADDRESS) !== MARKER_TAG) return { outcome: 'translated' };
  return translatedTo(probe, value & MARKER_ADDRESS);
}

function observeWrite(probe: Probe, record: FaultRecord | null, evidence: Evidence): RequestResult {
  const address = hitOf(probe, evidence.results) ?? evidence.strays.get(probe.token);
  return address === undefined ? blocked(probe, record) : translatedTo(probe, address);
}

/** The address that the request itself would have reached: it may differ from the probe's in bits 11:0. */
function translatedTo({ request, address }: Probe, reached: bigint): RequestResult {
  return { outcome: 'translated', address: BigInt.asUintN(64, reached + request.address - address) };
}

/** Nothing arrived. Without a record it is not known whether memory that nobody backs was reached. */
function blocked({ memory, address }: Probe, record: FaultRecord | null): RequestResult {
  if (record === null && mayLeaveMemory(memory, address)) return { outcome: 'unobserved', record };
  return { outcome: 'blocked', record };
}
