/** What a store changes in an entry, field by field: `PGTT 010 → 001`, and which of it the unit looks at. */
import { usedBits } from '../models/reference/used-bits.ts';
import type { Field } from '../spec/layouts/layout.ts';
import { readField } from '../spec/layouts/resolve.ts';
import type { UsedBitsKnowledge } from '../spec/used-bits/table.ts';
import { shortHex } from './hex.ts';

/** Values of fields up to this width are told bit by bit. */
const WIDEST_IN_BITS = 4;

/** None where nothing changes; those that the unit looks at before or after stand first. */
export function changedFields(
  { layout, reviewed, exceptions }: UsedBitsKnowledge,
  before: readonly bigint[],
  after: readonly bigint[],
): readonly string[] {
  const changed = layout.fields.filter(
    ({ word, mask }) => ((before[word] ?? 0n) ^ (after[word] ?? 0n)) & mask,
  );
  const looked = [before, after].flatMap((words) => [usedBits(reviewed, words), usedBits(exceptions, words)]);
  const isLooked = ({ word, mask }: Field) => looked.some((masks) => ((masks[word] ?? 0n) & mask) !== 0n);
  const told = (fields: readonly Field[]) =>
    fields.map((field) => `${field.name} ${shown(field, before)} → ${shown(field, after)}`).join(', ');
  const [used, unused] = [changed.filter(isLooked), changed.filter((field) => !isLooked(field))];
  return [
    ...(used.length === 0 ? [] : [told(used)]),
    ...(unused.length === 0 ? [] : [`${told(unused)}: not looked at now`]),
  ];
}

function shown(field: Field, words: readonly bigint[]): string {
  const value = readField(field, words);
  const width = field.high - field.low + 1;
  return width > WIDEST_IN_BITS ? shortHex(value) : value.toString(2).padStart(width, '0');
}
