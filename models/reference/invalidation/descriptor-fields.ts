/** Fields of a descriptor by name. */
import { fieldOf } from '../../../spec/layouts/layout.ts';
import { readField } from '../../../spec/layouts/resolve.ts';
import type { UnitFormat } from './unit-facts.ts';

/** The value of a field, shifted down to bit 0. Throws RangeError when the format has none of that name. */
export type FieldReader = (name: string) => bigint;

export function fieldsOf(found: UnitFormat | undefined, words: readonly bigint[]): FieldReader {
  return (name) => {
    if (found === undefined) throw new RangeError(`no format, no field ${name}`);
    return readField(fieldOf(found.format.layout, name), words);
  };
}

/** A page address: bits 63:12 in place. */
export function pageAddress(get: FieldReader): bigint {
  return get('ADDR') << 12n;
}
