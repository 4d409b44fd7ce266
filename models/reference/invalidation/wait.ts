/** A wait that has completed: status write and completion event (VT-d 6.5.2.9, 6.5.2.10). */
import type { FieldReader } from './descriptor-fields.ts';
import type { Effect } from './effects.ts';
import type { RegisterState } from './register-state.ts';
import { afterWait } from './status-writes.ts';
import type { Unit } from './unit-facts.ts';

/** Where a wait writes its status, 4-byte aligned; undefined when it writes none. */
export function statusAddress({ hostMask }: Unit, get: FieldReader): bigint | undefined {
  return get('SW') === 0n ? undefined : (get('STATUS') << 2n) & hostMask;
}

export function completeWait(
  unit: Unit,
  state: RegisterState,
  get: FieldReader,
): { readonly state: RegisterState; readonly effects: readonly Effect[] } {
  const effects: Effect[] = [{ effect: 'completed' }];
  let after = get('IF') === 1n ? raiseEvent(state) : withoutEvent(state);
  const address = statusAddress(unit, get);
  if (address !== undefined) {
    const data = get('DATA');
    const isBeyond = get('STATUS') << 2n !== address;
    const kind = { isBeyond, isFence: get('FN') === 1n };
    after = { ...after, status: afterWait(after.status, address, data, kind) };
    effects.push({ effect: 'status', address, data, ...kind });
  }
  return { state: after, effects };
}

/** 6.5.2.10: a new event only when IWC was clear; pending while IM masks it, else sent at once. */
function raiseEvent(state: RegisterState): RegisterState {
  if (state.iwc)
    return { ...state, eventReasons: ['invalidation.wait.interrupt-once', ...state.eventReasons] };
  const kept = state.interruptMasked ? 'interrupt-pending' : 'interrupt-sent';
  return {
    ...state,
    iwc: true,
    interruptPending: state.interruptMasked,
    eventReasons: [`invalidation.wait.${kept}`, 'invalidation.wait.interrupt'],
  };
}

function withoutEvent(state: RegisterState): RegisterState {
  const rule = 'invalidation.wait.no-interrupt';
  return state.eventReasons[0] === rule
    ? state
    : { ...state, eventReasons: [rule, ...state.eventReasons.filter((known) => known !== rule)] };
}
