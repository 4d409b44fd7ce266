/** Nested tables: what calls about them have to keep, and what a step leaves behind. */
import { opcodeOf, type Words } from '../../models/reference/smmu-nesting/command.ts';
import { isRange, withStream, withVmid } from '../../models/reference/smmu-nesting/physical-command.ts';
import { isSameStream } from '../../models/reference/smmu-nesting/stream-entry.ts';
import type { Mismatch, SmmuCall } from '../../spec/schema.ts';
import { broken } from './broken.ts';
import type { Course } from './course.ts';
import { describeWords } from './describe.ts';

/** The rules that decide whether `call` may be made. */
export function rulesOf(call: SmmuCall): readonly string[] {
  switch (call.call) {
    case 'create':
      return ['table.mask', 'table.legal', 'table.shared'];
    case 'attach':
      return typeof call.to === 'number' ? ['table.unit'] : [];
    case 'free':
      return ['table.once', 'table.in-use'];
    case 'issue': {
      const some = (opcodes: readonly number[]) =>
        call.commands.some((words: Words) => opcodes.includes(opcodeOf(words)));
      return [
        'convert.opcode',
        ...(some(withVmid) ? ['convert.vmid'] : []),
        ...(some(withStream) ? ['convert.stream', 'convert.range'] : []),
      ];
    }
  }
}

/** Remarks a table that is like one that is there. */
export function unshared({ host, givenUp, testCase }: Course, call: SmmuCall): Mismatch | undefined {
  if (call.call !== 'create') return undefined;
  const stream = { is: 'stage-1', ste: call.ste } as const;
  for (const [number, { unit, ste }] of host.tables) {
    if (
      unit !== call.unit ||
      givenUp.has(number) ||
      !isSameStream(stream, { is: 'stage-1', ste }, testCase.smmu)
    )
      continue;
    return broken('table.shared', 'count', `table ${number} used`, `table ${call.table} that is like it`);
  }
  return undefined;
}

/** Remarks a range of streams of the host: those of others pay for it. */
export function wide(call: SmmuCall): Mismatch | undefined {
  if (call.call !== 'issue') return undefined;
  const range = call.commands.find(isRange);
  return range && broken('convert.range', 'count', 'streams of the guest alone', describeWords(range));
}

export function leak({ host, givenUp, exercised }: Course): Mismatch | undefined {
  exercised.add('smmu-nesting.table.leak');
  for (const table of host.tables.keys()) {
    if (host.isUsed(table) || givenUp.has(table)) continue;
    return broken('table.leak', 'count', `table ${table} freed`, 'attached to no device');
  }
  return undefined;
}
