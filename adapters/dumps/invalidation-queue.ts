/** `invalidation_queue`: head, tail and every slot of a unit's queue. */
import type { DumpRecord } from '../../spec/dumps.ts';
import { columnWord, type DumpForm, word } from './form.ts';

const unit = /^\s*Invalidation queue on IOMMU: (\S+)\s*$/;
const registers = /^\s*Base: (?:0x)?([0-9a-f]{1,16})\s+Head: (-?\d{1,20})\s+Tail: (-?\d{1,20})\s*$/i;
const heading = /^\s*Index\s+qw0\s+qw1\s+(?:qw2\s+qw3\s+)?status\s*$/;
/** The last column is the kernel's own note of the slot. */
const slot = /^\s*(\d{1,6})((?:\s+(?:0x)?[0-9a-f]{16}){3}(?:(?:\s+(?:0x)?[0-9a-f]{16}){2})?)\s*$/i;

function begins(line: string): DumpRecord | undefined {
  const [, name] = unit.exec(line) ?? [];
  return name === undefined ? undefined : { kind: 'unit', dump: 'invalidation_queue', unit: name };
}

function within(line: string): DumpRecord | 'passed' | undefined {
  const [, index, columns] = slot.exec(line) ?? [];
  if (index !== undefined && columns !== undefined) {
    const words = columns.trim().split(/\s+/).slice(0, -1).map(columnWord);
    return { kind: 'slot', index: Number(index), words };
  }
  const [, base, head, tail] = registers.exec(line) ?? [];
  if (base === undefined) return heading.test(line) ? 'passed' : undefined;
  return { kind: 'queue', base: word(base), head: Number(head), tail: Number(tail) };
}

/** What is left of a row of pages that was cut off at its front looks like a slot, but for the prefixes. */
function alone(line: string): DumpRecord | 'passed' | undefined {
  return line.includes('0x') ? undefined : within(line);
}

export const invalidationQueue: DumpForm = { dump: 'invalidation_queue', begins, within, alone };
