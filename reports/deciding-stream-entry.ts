/** The entry of the guest's stream table that a finding turns on: what a stream of an SMMU has to be. */
import { GuestMemory } from '../models/memory.ts';
import { lookUp, type StreamTable } from '../models/reference/smmu-nesting/stream-table.ts';
import type { Finding, SmmuNestingCase } from '../spec/schema.ts';
import { shortHex } from './hex.ts';

/** Rules about what a stream is, when, and after which failure. */
const aboutStreams = /^smmu-nesting\.(?:stream|event|failure\.stream)/;

export interface DecidingStreamEntry {
  readonly words: readonly bigint[];
  readonly where: string;
}

/** As it stands in memory at the wrong step; undefined where the rule is about something else, or there is no entry. */
export function decidingStreamEntry(
  { profile, memory, steps, streamTable, devices, smmu }: SmmuNestingCase,
  { rule, expected, observed }: Pick<Finding, 'rule' | 'expected' | 'observed'>,
): DecidingStreamEntry | undefined {
  const device = devices[Number(/^device (\d+)/.exec(expected)?.[1])];
  if (device === undefined || !aboutStreams.test(rule)) return undefined;
  const last = Number(/\(step (\d+):/.exec(observed)?.[1] ?? steps.length - 1);
  const guest = new GuestMemory();
  guest.reset(profile.backed, memory);
  let table: StreamTable = streamTable;
  for (const step of steps.slice(0, last + 1)) {
    if (step.step === 'stream-table') table = step;
    if (step.step !== 'store') continue;
    for (const [index, word] of step.words.entries()) guest.store(step.address + BigInt(8 * index), word);
  }
  const { entry } = lookUp(guest, table, device.streamId, smmu);
  if (entry === undefined) return undefined;
  const isValid = ((entry[0] ?? 0n) & 1n) === 1n;
  const where = `of StreamID ${shortHex(BigInt(device.streamId))}, as the guest has it in memory`;
  return { words: entry, where: isValid ? where : `${where}: not valid` };
}
