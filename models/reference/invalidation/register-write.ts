/** What a write to a register makes of the unit (VT-d 11.4), until it is at rest. */
import {
  completionStatusFields,
  eventControlFields,
  faultStatusFields,
  queueOffset,
  rootFields,
} from '../../../spec/invalidation/registers.ts';
import type { WritableRegister } from '../../../spec/schema.ts';
import type { Effect } from './effects.ts';
import { writeCommand } from './global-command.ts';
import { fetchDescriptors } from './queue-fetch.ts';
import { writeContextCommand, writeIotlb } from './register-invalidation.ts';
import { isEnabled, type RegisterState } from './register-state.ts';
import { slotBytes } from './submit.ts';
import type { ReadWord, Unit } from './unit-facts.ts';

/** One way in which the write may come out. */
export interface RegisterOutcome {
  readonly state: RegisterState;
  /** In the order in which they happen. */
  readonly effects: readonly Effect[];
}

/** Never empty; 'undefined' where the architecture does not say what follows. */
export type RegisterOutcomes = readonly RegisterOutcome[] | 'undefined';

/** Writes `value` to `register`; of a register of 32 bits its low half counts. */
export function writeRegister(
  unit: Unit,
  state: RegisterState,
  register: WritableRegister,
  value: bigint,
  read: ReadWord,
): RegisterOutcomes {
  switch (register) {
    case 'GCMD':
      return writeCommand(unit, state, BigInt.asUintN(32, value), read);
    case 'RTADDR':
      return writeRootAddress(unit, state, value);
    case 'CCMD':
      return writeContextCommand(unit, state, value);
    case 'IOTLB':
      return writeIotlb(unit, state, value);
    case 'IVA':
      return quietly({ ...state, iva: value });
    case 'FSTS':
      return writeFaultStatus(unit, state, value, read);
    case 'IQT':
      return writeTail(unit, state, value & queueOffset, read);
    case 'IQA':
      return writeQueueAddress(state, value);
    case 'ICS':
      return quietly(writeCompletionStatus(state, value));
    case 'IECTL':
      return quietly(writeEventControl(state, value));
  }
}

const quietly = (state: RegisterState): RegisterOutcomes => [{ state, effects: [] }];

/** 11.4.5: mode and SSIRWE may change under translation only when SRTP empties the caches by itself. */
function writeRootAddress({ capabilities }: Unit, state: RegisterState, value: bigint): RegisterOutcomes {
  const fixed = rootFields.TTM.mask | (capabilities.SSIRWS === 1 ? rootFields.SSIRWE.mask : 0n);
  const changed = ((state.rtaddr ^ value) & fixed) !== 0n;
  if (changed && isEnabled(state, 'TE') && capabilities.ESRTPS === 0) return 'undefined';
  return quietly({ ...state, rtaddr: value });
}

/** 6.5.2.11: once IQE is clear the unit fetches again, from the head on. */
function writeFaultStatus(unit: Unit, state: RegisterState, value: bigint, read: ReadWord): RegisterOutcomes {
  const reasons = ['invalidation.register.write-one-to-clear'];
  if (state.error === undefined) return quietly(state);
  if ((value & faultStatusFields.IQE) === 0n)
    return quietly({ ...state, queueReasons: [...reasons, ...state.queueReasons] });
  reasons.unshift('invalidation.queue.recovery');
  return fetchDescriptors(unit, { ...state, error: undefined, queueReasons: reasons }, read);
}

/**
 * 11.4.9.2: bit 4 is reserved and an error where slots have 256 bits. Whether it can be read back is not stated,
 * nor what comes of it while the queue is off.
 */
function writeTail(unit: Unit, state: RegisterState, tail: bigint, read: ReadWord): RegisterOutcomes {
  const kept = moveTail(unit, state, tail, read);
  const reserved = tail % slotBytes(state.iqa);
  if (reserved === 0n || kept === 'undefined') return kept;
  if (!isEnabled(state, 'QIE')) return 'undefined';
  const dropped = kept.map((way) => ({ ...way, state: { ...way.state, tail: tail - reserved } }));
  return [...kept, ...dropped];
}

/** 6.5.2: the unit goes after the tail, unless the queue is off or has an error pending. */
function moveTail(unit: Unit, state: RegisterState, tail: bigint, read: ReadWord): RegisterOutcomes {
  const written = { ...state, tail };
  if (!isEnabled(state, 'QIE')) return quietly({ ...written, queueReasons: ['invalidation.queue.off'] });
  if (state.error !== undefined)
    return quietly({
      ...written,
      queueReasons: ['invalidation.queue.no-fetch-while-error', ...state.error.rules],
    });
  return fetchDescriptors(unit, { ...written, queueReasons: [] }, read);
}

/** 11.4.9.3: software must not change a queue that is in use. */
function writeQueueAddress(state: RegisterState, iqa: bigint): RegisterOutcomes {
  if (isEnabled(state, 'QIE') && iqa !== state.iqa) return 'undefined';
  return quietly({ ...state, iqa });
}

/** 11.4.9.4, 6.5.2.10: who clears IWC has dealt with the event, one that is pending is dropped. */
function writeCompletionStatus(state: RegisterState, value: bigint): RegisterState {
  if ((value & completionStatusFields.IWC) === 0n) return state;
  const reasons = ['invalidation.register.completion-status'];
  if (state.interruptPending) reasons.unshift('invalidation.wait.interrupt-dropped');
  return { ...state, iwc: false, interruptPending: false, eventReasons: reasons };
}

/** 11.4.9.5, 6.5.2.10: a pending event is sent as soon as it is not masked. */
function writeEventControl(state: RegisterState, value: bigint): RegisterState {
  const interruptMasked = (value & eventControlFields.IM) !== 0n;
  const reasons = ['invalidation.register.completion-control'];
  if (interruptMasked || !state.interruptPending)
    return { ...state, interruptMasked, eventReasons: [...reasons, ...state.eventReasons] };
  reasons.unshift('invalidation.wait.interrupt-unmasked');
  return { ...state, interruptMasked, interruptPending: false, eventReasons: reasons };
}
