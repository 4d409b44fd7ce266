/** Area `entry` of the optimized model: words to 32-bit halves, the fault code, the fields of a valid entry. */
import { endianness } from 'node:os';
import { type EntryCase, type EntryObservation, entryFormats } from '../../spec/schema.ts';
import {
  contextFault,
  directoryFault,
  pasidFault,
  rootFault,
  rootHalfFault,
  scalableContextFault,
} from './entry-faults.ts';
import { contextFields, pasidFields, pointerOf, scalableContextFields } from './entry-fields.ts';
import { unitOf } from './unit.ts';

/** One entry of at most 512 bits; the halves view must be little-endian like the entry. */
const words64 = new BigUint64Array(8);
const halves = new Uint32Array(words64.buffer);
const swapped = endianness() === 'BE';

function load(words: readonly bigint[]): Uint32Array {
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as bigint;
    words64[index] = swapped ? (word >> 32n) | (BigInt.asUintN(32, word) << 32n) : word;
  }
  return halves;
}

const fpdOf = (e: Uint32Array): boolean => ((e[0] as number) & 2) !== 0;

/** Answers one case. Throws RangeError when the words are not as many as the format has. */
export function runEntry({ format, words, profile }: EntryCase): EntryObservation {
  if (words.length !== entryFormats[format]) throw new RangeError(`${format} of ${words.length} words`);
  const unit = unitOf(profile);
  const e = load(words);
  switch (format) {
    case 'root-legacy': {
      const fault = rootFault(unit, e);
      return fault === 0 ? { fault: null, fields: { CTP: pointerOf(words[0] as bigint) } } : { fault };
    }
    case 'root-scalable-lower': {
      const fault = rootHalfFault(unit, e);
      return fault === 0 ? { fault: null, fields: { LCTP: pointerOf(words[0] as bigint) } } : { fault };
    }
    case 'root-scalable-upper': {
      const fault = rootHalfFault(unit, e, 2);
      return fault === 0 ? { fault: null, fields: { UCTP: pointerOf(words[1] as bigint) } } : { fault };
    }
    case 'context-legacy': {
      const fault = contextFault(unit, e);
      const fpd = fpdOf(e);
      return fault === 0 ? { fault: null, fpd, fields: contextFields(words, e) } : { fault, fpd };
    }
    case 'context-scalable': {
      const fault = scalableContextFault(unit, e);
      const fpd = fpdOf(e);
      return fault === 0 ? { fault: null, fpd, fields: scalableContextFields(words, e) } : { fault, fpd };
    }
    case 'pasid-directory': {
      const fault = directoryFault(unit, e);
      const fpd = fpdOf(e);
      return fault === 0
        ? { fault: null, fpd, fields: { SMPTBLPTR: pointerOf(words[0] as bigint) } }
        : { fault, fpd };
    }
    case 'pasid-table': {
      const fault = pasidFault(unit, e);
      const fpd = fpdOf(e);
      return fault === 0 ? { fault: null, fpd, fields: pasidFields(words, e) } : { fault, fpd };
    }
  }
}
