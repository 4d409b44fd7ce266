/** GCMD_REG (VT-d 11.4.4): software changes one field with each write, and keeps the others as GSTS shows them. */
import { srtpRule, translationOffRule } from '../../../spec/invalidation/events.ts';
import { globalFields, lastingCommands } from '../../../spec/invalidation/registers.ts';
import { isErrorOpen } from './queue-checks.ts';
import { fetchDescriptors } from './queue-fetch.ts';
import { isEnabled, lasting, type RegisterState } from './register-state.ts';
import type { RegisterOutcomes } from './register-write.ts';
import type { ReadWord, Unit } from './unit-facts.ts';

const onceCommands = globalFields.SRTP | globalFields.WBF | globalFields.SIRTP;

export function writeCommand(
  unit: Unit,
  state: RegisterState,
  value: bigint,
  read: ReadWord,
): RegisterOutcomes {
  const changed = ((value ^ lasting(state)) & lastingCommands) | (value & onceCommands);
  switch (changed) {
    case 0n:
      return [{ state, effects: [] }];
    case globalFields.SRTP:
      return setRootTable(unit, state);
    case globalFields.TE:
      return switchTranslation(unit, state);
    case globalFields.QIE:
      return isEnabled(state, 'QIE') ? disableQueue(unit, state) : enableQueue(unit, state, read);
    case globalFields.WBF:
      // Nothing that a stream can see; without RWBF it is nothing at all.
      return [{ state, effects: [] }];
    default:
      // Several fields at once, or interrupts, which have registers that a stream does not reach.
      return 'undefined';
  }
}

/** 6.6: the root table and its mode count from now on. */
function setRootTable(unit: Unit, state: RegisterState): RegisterOutcomes {
  if (isErrorOpen(unit, state)) return 'undefined';
  const { rtaddr } = state;
  const rule = unit.capabilities.ESRTPS === 1 ? srtpRule : undefined;
  return [
    {
      state: { ...state, latchedRtaddr: rtaddr, rootSet: true },
      effects: [{ effect: 'root', rtaddr, rule }],
    },
  ];
}

/** 11.4.4 (TE, SRTP): before translation is turned on again the root table is set again. */
function switchTranslation({ capabilities }: Unit, state: RegisterState): RegisterOutcomes {
  const enabled = !isEnabled(state, 'TE');
  if (enabled && !state.rootSet) return 'undefined';
  const rule = !enabled && capabilities.SMTS === 1 ? translationOffRule : undefined;
  return [
    {
      state: { ...state, global: state.global ^ globalFields.TE, rootSet: enabled },
      effects: [{ effect: 'translation', enabled, rule }],
    },
  ];
}

/** 6.5.2: software puts the tail to 0 first; registers and queue are not used together. */
function enableQueue(unit: Unit, state: RegisterState, read: ReadWord): RegisterOutcomes {
  if (unit.capabilities.QI === 0 || state.tail !== 0n) return 'undefined';
  const enabled = {
    ...state,
    global: state.global | globalFields.QIE,
    queueReasons: ['invalidation.queue.enable'],
  };
  return fetchDescriptors(unit, enabled, read);
}

/** 6.5.2: only when the queue is empty and a wait was the last to complete; the head goes to 0. */
function disableQueue(unit: Unit, state: RegisterState): RegisterOutcomes {
  if (isErrorOpen(unit, state)) return 'undefined';
  if (state.error !== undefined || state.head !== state.tail || !state.quiesced) return 'undefined';
  return [
    {
      state: {
        ...state,
        global: state.global & ~globalFields.QIE,
        head: 0n,
        quiesced: false,
        queueReasons: ['invalidation.queue.disable'],
      },
      effects: [],
    },
  ];
}
