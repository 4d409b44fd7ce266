/** Nested tables: what calls about them have to keep, and what a step leaves behind. */
import { opcodeOf, type Words } from '../../models/reference/smmu-nesting/command.ts';
import { isRange, withStream, withVmid } from '../../models/reference/smmu-nesting/physical-command.ts';
import { isSameStream, stage1Of } from '../../models/reference/smmu-nesting/stream-entry.ts';
import type { Mismatch, SmmuCall } from '../../spec/schema.ts';
import { smmuCommandLine } from '../../spec/smmu-command-line.ts';
import { broken } from './broken.ts';
import type { Course } from './course.ts';

const ofTables = {
  create: ['calls', 'table.mask', 'table.legal', 'table.shared'],
  attach: ['calls', 'table.unit'],
  free: ['calls', 'table.once', 'table.in-use'],
} as const;

/** The rules that decide whether `call` may be made. */
export function rulesOf(call: SmmuCall): readonly string[] {
  if (call.call === 'attach' && typeof call.to !== 'number') return ['calls'];
  if (call.call !== 'issue') return ofTables[call.call];
  const some = (opcodes: readonly number[]) =>
    call.commands.some((words: Words) => opcodes.includes(opcodeOf(words)));
  return [
    ...['calls', 'convert.opcode'],
    ...(some(withVmid) ? ['convert.vmid'] : []),
    ...(some(withStream) ? ['convert.stream', 'convert.range'] : []),
  ];
}

/** Remarks a table that is like one that is there. */
export function unshared({ host, givenUp, testCase }: Course, call: SmmuCall): Mismatch | undefined {
  if (call.call !== 'create') return undefined;
  const wanted = stage1Of(call.ste, testCase.smmu);
  for (const [number, { unit, stream }] of host.tables) {
    if (unit !== call.unit || givenUp.has(number) || !isSameStream(wanted, stream)) continue;
    return broken('table.shared', 'count', `table ${number} used`, `table ${call.table} that is like it`);
  }
  return undefined;
}

/** Remarks a range of streams of the host: those of others pay for it. */
export function wide(call: SmmuCall): Mismatch | undefined {
  if (call.call !== 'issue') return undefined;
  const range = call.commands.find(isRange);
  return range && broken('convert.range', 'count', 'streams of the guest alone', smmuCommandLine(range));
}

export function leak({ host, givenUp, exercised }: Course): Mismatch | undefined {
  exercised.add('table.leak');
  for (const table of host.tables.keys()) {
    if (host.isUsed(table) || givenUp.has(table)) continue;
    return broken('table.leak', 'count', `table ${table} freed`, 'attached to no device');
  }
  return undefined;
}
