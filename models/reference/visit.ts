/** Reads and checks one root, context, PASID directory or PASID table entry on the way of a request. */
import { faultCondition } from '../../spec/faults.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import type { EntryFormat } from '../../spec/schema.ts';
import { type Alternative, type FaultProcessingDisable, faults } from './alternative.ts';
import { checkOfUnit, type EntryExpectation } from './entry.ts';
import { readSlot, type SlotKind, type SlotReader, type Walk } from './walk.ts';

/** What the entry leaves open. */
export interface Visit {
  /** The request, with this entry's FPD counted. */
  readonly walk: Walk;
  /** Absent when memory did not answer. */
  readonly words: readonly bigint[] | undefined;
  /** Faults that the entry raises, or may raise, and their conditions. */
  readonly faults: readonly Alternative[];
  readonly conditions: readonly string[];
  /** True when the walk may go on. */
  readonly mayGoOn: boolean;
  /** True when the fields of the entry mean anything: it was read and is present. */
  readonly present: boolean;
}

const fpdOf: Readonly<Partial<Record<EntryFormat, FaultProcessingDisable>>> = {
  'context-legacy': 'context',
  'context-scalable': 'context',
  'pasid-directory': 'pasid-directory',
  'pasid-table': 'pasid-table',
};

const slotOf: Readonly<Record<EntryFormat, SlotKind>> = {
  'root-legacy': 'root',
  'root-scalable-lower': 'root',
  'root-scalable-upper': 'root',
  'context-legacy': 'context',
  'context-scalable': 'context',
  'pasid-directory': 'pasid-directory',
  'pasid-table': 'pasid-table',
};

/**
 * The entry of `format` at `address`, which serves the source id or PASID `input`; `unreadable` is the condition
 * raised when memory does not answer.
 */
export function visit(
  walk: Walk,
  format: EntryFormat,
  address: bigint,
  unreadable: string,
  input: bigint,
): Visit {
  const { title, words: size, conditions: named } = entryLayouts[format];
  const words = readSlot(walk, slotOf[format], 0, input, address, size);
  if (words === undefined) {
    walk.observe?.({ name: title, address, words, verdict: unreadable });
    const conditions = [unreadable];
    return { walk, words, faults: faults(walk, conditions), conditions, mayGoOn: false, present: false };
  }
  const { reader } = walk;
  const checked = reader ? checkOnce(walk, reader, format, words) : checkOfUnit(walk.unit, format, words);
  const conditions = conditionsMet(walk, checked.conditions);
  const mayBeValid = conditionsMet(walk, checked.certain).length === 0;
  reader?.checked(mayBeValid);
  walk.observe?.({
    name: title,
    address,
    words,
    verdict: [...(mayBeValid ? ['valid'] : []), ...conditions].join(' or '),
  });
  const source = fpdOf[format];
  const next = checked.fpd === true && source ? { ...walk, fpd: [...walk.fpd, source] } : walk;
  return {
    walk: next,
    words,
    faults: faults(next, conditions),
    conditions,
    mayGoOn: mayBeValid,
    present: named !== undefined && !conditions.includes(named.notPresent),
  };
}

/** The same, kept by whom the words came from: between a walk and caches the same entry is met again and again. */
function checkOnce(
  { unit }: Walk,
  { checks }: SlotReader,
  format: EntryFormat,
  words: readonly bigint[],
): EntryExpectation {
  const known = checks.get(words);
  if (known?.format === format) return known.expectation;
  const expectation = checkOfUnit(unit, format, words);
  checks.set(words, { format, expectation });
  return expectation;
}

/** The condition exists for such requests: SCT.4.3 does not for those with PASID, which see SCT.6. */
function conditionsMet({ column }: Walk, conditions: readonly string[]): readonly string[] {
  if (conditions.length === 0) return conditions;
  return conditions.filter((condition) => faultCondition(condition).responses[column] !== 'n/a');
}
