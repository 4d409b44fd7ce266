/** Fields of a descriptor by name. */
import { readField } from '../../../spec/layouts/resolve.ts';
import type { UnitFormat } from './unit-facts.ts';

/** The value of a field, shifted down to bit 0. Throws RangeError when the format has none of that name. */
export type FieldReader = (name: string) => bigint;

export function fieldsOf(found: UnitFormat | undefined, words: readonly bigint[]): FieldReader {
  return (name) => {
    const field = found?.fields.get(name);
    if (field === undefined)
      throw new RangeError(`${found?.format.name ?? 'no format'} has no field ${name}`);
    return readField(field, words);
  };
}

/** A page address: bits 63:12 in place. */
export function pageAddress(get: FieldReader): bigint {
  return get('ADDR') << 12n;
}
