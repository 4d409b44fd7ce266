/** What is wrong with a queue before its descriptor is looked at: tail, width of slots, mode (VT-d 11.4.9.9). */
import { extract } from '../../../spec/bits.ts';
import { type QueueMode, queueMode, translationTableModes } from '../../../spec/invalidation/modes.ts';
import { queueErrors } from '../../../spec/invalidation/queue-errors.ts';
import { queueAddressFields, rootFields } from '../../../spec/invalidation/registers.ts';
import type { Defect } from './descriptor.ts';
import type { Doubt } from './descriptor-doubts.ts';
import { isEnabled, type RegisterState } from './register-state.ts';
import { queueBytes } from './submit.ts';
import type { Unit } from './unit-facts.ts';

const isWide = (state: RegisterState): boolean => (state.iqa & queueAddressFields.DW.mask) !== 0n;

/** The row of Table 26 that counts: the mode is the one that SRTP latched, under translation or not. */
export function modeOf(state: RegisterState): QueueMode {
  const { TTM } = rootFields;
  const ttm = translationTableModes[Number(extract(state.latchedRtaddr, TTM.high, TTM.low))] ?? 'reserved';
  return queueMode(ttm, isWide(state) ? 256 : 128);
}

/** A tail that no queue of this size and width can have. */
export function tailDefects(state: RegisterState): readonly Defect[] {
  const defects: Defect[] = [];
  if (state.tail >= queueBytes(state.iqa))
    defects.push({ codes: [queueErrors.tail], rule: 'invalidation.queue.tail-beyond' });
  if (isWide(state) && (state.tail & 16n) !== 0n)
    defects.push({ codes: [queueErrors.tailAlignment], rule: 'invalidation.queue.tail-alignment' });
  return defects;
}

/** A width or mode under which no descriptor is valid; hardware may find it before there is one. */
export function setupDefects(
  { capabilities: { SMTS, ADMS } }: Unit,
  state: RegisterState,
): readonly Defect[] {
  const { type, width, mode } = queueErrors;
  const defects: Defect[] = [];
  const row = modeOf(state);
  if (row.width === 256 && SMTS === 0 && ADMS === 0)
    defects.push({ codes: [width], rule: 'invalidation.queue.width' });
  if (row.types.length > 0) return defects;
  if (row.ttm === 'reserved') defects.push({ codes: [mode, type], rule: row.rule });
  else
    defects.push({
      codes: isUnsupported(row, SMTS, ADMS) ? [type, width, mode] : [type, width],
      rule: row.rule,
    });
  return defects;
}

/** A mode that the unit does not have, in a queue that has types for it: refused, or taken. */
export function modeDoubt({ capabilities: { SMTS, ADMS } }: Unit, state: RegisterState): Doubt | undefined {
  const row = modeOf(state);
  if (row.types.length === 0 || !isUnsupported(row, SMTS, ADMS)) return undefined;
  const { type, width, mode } = queueErrors;
  return { name: `mode ${row.ttm}`, codes: [type, width, mode], rule: row.rule };
}

function isUnsupported({ ttm }: QueueMode, SMTS: number, ADMS: number): boolean {
  return (ttm === 'scalable' && SMTS === 0) || (ttm === 'abort' && ADMS === 0);
}

/**
 * An empty queue that no descriptor can pass: hardware may say so at once, or when there is one (11.4.9.3,
 * 11.4.9.9), so that nobody knows whether IQE is set.
 */
export function isErrorOpen(unit: Unit, state: RegisterState): boolean {
  if (!isEnabled(state, 'QIE') || state.error !== undefined) return false;
  const doubt = modeDoubt(unit, state);
  return setupDefects(unit, state).length > 0 || (doubt !== undefined && !state.habits.get(doubt.name));
}
