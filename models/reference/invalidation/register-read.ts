/** What a read of a register may show (VT-d 11.4) while the unit is at rest. */
import {
  completionStatusFields,
  contextCommandFields,
  errorRecordFields,
  eventControlFields,
  faultStatusFields,
  globalFields,
  iotlbFields,
  queueAddressFields,
  queueOffset,
  rootFields,
} from '../../../spec/invalidation/registers.ts';
import type { ReadableRegister } from '../../../spec/schema.ts';
import { isErrorOpen } from './queue-checks.ts';
import { granularityBits } from './register-invalidation.ts';
import type { RegisterState } from './register-state.ts';
import type { Unit } from './unit-facts.ts';

/** Bits of the register outside of `mask` are not defined, or not ours: they are not compared. */
export interface ExpectedValue {
  readonly value: bigint;
  readonly mask: bigint;
  /** What makes it so, the most particular rule first. */
  readonly rules: readonly string[];
}

const rule = (id: string): string => `invalidation.${id}`;
const one = (value: bigint, mask: bigint, rules: readonly string[]): readonly ExpectedValue[] => [
  { value: value & mask, mask, rules },
];

/** Every value that may be read, at least one. */
export function readRegister(
  unit: Unit,
  state: RegisterState,
  register: ReadableRegister,
): readonly ExpectedValue[] {
  switch (register) {
    case 'GSTS':
      return readStatus(state);
    case 'RTADDR':
      return readRootAddress(unit, state);
    case 'CCMD':
      return readCommand(state.actualContext, contextCommandFields.ICC, contextCommandFields.CAIG, 'ccmd');
    case 'IOTLB':
      return readCommand(state.actualIotlb, iotlbFields.IVT, iotlbFields.IAIG, 'iotlb');
    default:
      // Without QI the registers of the queue are reserved (11.4.9).
      return unit.capabilities.QI === 1 ? readQueueRegister(unit, state, register) : one(0n, 0n, []);
  }
}

type QueueRegister = Exclude<ReadableRegister, 'GSTS' | 'RTADDR' | 'CCMD' | 'IOTLB'>;

function readQueueRegister(
  unit: Unit,
  state: RegisterState,
  register: QueueRegister,
): readonly ExpectedValue[] {
  const { IM, IP } = eventControlFields;
  switch (register) {
    case 'FSTS':
      return readFaultStatus(unit, state);
    case 'IQH':
      return one(state.head, queueOffset, [...state.queueReasons, rule('queue.head')]);
    case 'IQT':
      return one(state.tail, queueOffset, [rule('queue.tail')]);
    case 'IQA':
      return readQueueAddress(unit, state);
    case 'IQERCD':
      return readErrorRecord(state);
    case 'ICS':
      return one(state.iwc ? 1n : 0n, completionStatusFields.IWC, eventRules(state, 'completion-status'));
    case 'IECTL':
      return one(
        (state.interruptMasked ? IM : 0n) | (state.interruptPending ? IP : 0n),
        IM | IP,
        eventRules(state, 'completion-control'),
      );
  }
}

/** 11.4.4.2; the other bits are of write buffers and interrupts. */
function readStatus({ global }: RegisterState): readonly ExpectedValue[] {
  const { TE, SRTP, QIE } = globalFields;
  return one(global, TE | SRTP | QIE, [rule('register.global-status'), rule('register.translation-enable')]);
}

/** 11.4.5: the register as it was written, latched or not. */
function readRootAddress({ hostMask, capabilities }: Unit, { rtaddr }: RegisterState) {
  const { RTA, TTM, SSIRWE } = rootFields;
  const mask = (RTA.mask & hostMask) | TTM.mask | (capabilities.SSIRWS === 1 ? SSIRWE.mask : 0n);
  return one(rtaddr, mask, [rule('register.root-table')]);
}

function readCommand(
  actual: RegisterState['actualContext'],
  busy: { readonly mask: bigint },
  field: { readonly high: number; readonly low: number; readonly mask: bigint },
  register: 'ccmd' | 'iotlb',
): readonly ExpectedValue[] {
  const idle = rule(`register.${register}`);
  if (actual === undefined) return one(0n, busy.mask, [idle]);
  return granularityBits(actual, field).map((value) => ({
    value,
    mask: busy.mask | field.mask,
    rules: [...actual.rules, idle],
  }));
}

/** 11.4.7.1. Of Device-TLBs the endpoint tells; without DT their bits are reserved. */
function readFaultStatus(unit: Unit, state: RegisterState): readonly ExpectedValue[] {
  const { IQE, ICE, ITE } = faultStatusFields;
  const endpoint = unit.capabilities.DT === 1 && !state.deviceTlb ? ICE | ITE : 0n;
  const queue = isErrorOpen(unit, state) ? 0n : IQE;
  const value = state.error === undefined ? 0n : IQE;
  const rules = [...state.queueReasons, rule('register.write-one-to-clear')];
  return one(value, endpoint | queue, rules);
}

/** 11.4.9.3: the last value written; bits above HAW may not be there. */
function readQueueAddress({ hostMask }: Unit, { iqa }: RegisterState): readonly ExpectedValue[] {
  const { IQA, DW, QS } = queueAddressFields;
  return one(iqa, (IQA.mask & hostMask) | DW.mask | QS.mask, [rule('queue.address')]);
}

/** 11.4.9.9: defined while IQE is set. */
function readErrorRecord({ error }: RegisterState): readonly ExpectedValue[] {
  if (error === undefined) return one(0n, 0n, []);
  const { mask } = errorRecordFields.IQEI;
  const rules = [...error.rules, rule('queue.error-code')];
  return error.codes.map((code) => ({ value: BigInt(code), mask, rules }));
}

function eventRules({ eventReasons }: RegisterState, register: string): readonly string[] {
  return [...eventReasons, rule(`register.${register}`)];
}
