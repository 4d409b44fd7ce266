/**
 * Invalidation by registers (VT-d 6.5.1, 11.4.6): in legacy mode, while the queue is off. A unit of major version
 * 6 or later refuses every request; the version is no part of a profile, so that refusing is always allowed.
 */
import { bits, extract } from '../../../spec/bits.ts';
import {
  addressFields,
  contextCommandFields,
  iotlbFields,
  type RegisterField,
  rootFields,
} from '../../../spec/invalidation/registers.ts';
import { ignoredBits } from './descriptor-invalidation.ts';
import type { Invalidation } from './effects.ts';
import { type ActualGranularity, isEnabled, type RegisterState } from './register-state.ts';
import type { RegisterOutcomes } from './register-write.ts';
import type { Unit } from './unit-facts.ts';

const get = (word: bigint, { high, low }: RegisterField): bigint => extract(word, high, low);

const contextGranularities = ['global', 'domain', 'device'] as const;
const iotlbGranularities = ['global', 'domain', 'page'] as const;

/** The habit of refusing what registers ask for. */
const HABIT = 'registers';

export function writeContextCommand(
  { didMask }: Unit,
  state: RegisterState,
  value: bigint,
): RegisterOutcomes {
  const { ICC, CIRG, DID, SID, FM } = contextCommandFields;
  if (get(value, ICC) === 0n) return [{ state, effects: [] }];
  const asked = get(value, CIRG);
  const actual = (values: readonly bigint[]): Partial<RegisterState> => ({
    actualContext: granularity(values, 'ccmd'),
  });
  const kind = contextGranularities[Number(asked) - 1];
  const invalidation: Invalidation | undefined = kind && {
    ignoring: kind === 'global' ? undefined : ignoredBits(get(value, DID), didMask, 0n, 0n),
    kind: 'context',
    granularity: kind,
    did: Number(get(value, DID) & didMask),
    sourceId: Number(get(value, SID)),
    functionMask: Number(get(value, FM)),
  };
  return outcomes(state, invalidation, actual, asked);
}

export function writeIotlb(unit: Unit, state: RegisterState, value: bigint): RegisterOutcomes {
  const { IVT, IIRG, DID } = iotlbFields;
  if (get(value, IVT) === 0n) return [{ state, effects: [] }];
  const asked = get(value, IIRG);
  const did = get(value, DID);
  // Only of CCMD it is said that the bits above are ignored; software keeps within the width (11.4.6.3).
  if ((did & ~unit.didMask) !== 0n) return 'undefined';
  const kind = iotlbGranularities[Number(asked) - 1];
  const actual = (values: readonly bigint[]): Partial<RegisterState> => ({
    actualIotlb: granularity(values, 'iotlb', ...(kind === 'page' ? ['register.iva'] : [])),
  });
  const invalidation: Invalidation | undefined = kind && {
    ignoring: kind === 'page' ? ignoredAddress(unit, state.iva) : undefined,
    kind: 'iotlb',
    granularity: kind,
    did: Number(did),
    ...pages(unit, state.iva),
  };
  // 11.4.6.3, 11.4.2: refused, or done at a coarser granularity.
  const { PSI, MAMV } = unit.capabilities;
  const doubtful = kind === 'page' && (PSI === 0 || Number(get(state.iva, addressFields.AM)) > MAMV);
  return outcomes(state, invalidation, actual, asked, doubtful);
}

function ignoredAddress({ guestMask }: Unit, iva: bigint): string | undefined {
  return ignoredBits(0n, 0n, iva & addressFields.ADDR.mask, guestMask);
}

function pages({ guestMask }: Unit, iva: bigint) {
  return {
    address: iva & addressFields.ADDR.mask & guestMask,
    addressMask: Number(get(iva, addressFields.AM)),
    hint: get(iva, addressFields.IH) === 1n,
  };
}

/** Done as asked or more, or refused; a request that is wrong is refused for sure. */
function outcomes(
  state: RegisterState,
  invalidation: Invalidation | undefined,
  actual: (values: readonly bigint[]) => Partial<RegisterState>,
  asked: bigint,
  doubtful = false,
): RegisterOutcomes {
  if (isEnabled(state, 'QIE')) return 'undefined';
  const mode = state.rtaddr & rootFields.TTM.mask;
  if (mode !== (state.latchedRtaddr & rootFields.TTM.mask)) return 'undefined';
  const refused = { ...state, ...actual([0n]) };
  if (mode !== 0n || invalidation === undefined) return [{ state: refused, effects: [] }];
  const coarser = Array.from({ length: Number(asked) }, (_, index) => BigInt(index + 1));
  const done = {
    state: { ...state, ...actual(coarser), habits: withHabit(state, true) },
    effects: [{ effect: 'accepted', invalidation }, { effect: 'completed' }],
  } as const;
  const never = { state: { ...refused, habits: withHabit(state, false) }, effects: [] } as const;
  const habit = state.habits.get(HABIT);
  if (habit === false) return [never];
  // A unit that takes other requests may refuse this one.
  if (doubtful) return [done, { state: refused, effects: [] }];
  return habit === true ? [done] : [done, never];
}

function withHabit(state: RegisterState, taken: boolean): RegisterState['habits'] {
  return new Map(state.habits).set(HABIT, taken);
}

function granularity(
  values: readonly bigint[],
  register: 'ccmd' | 'iotlb',
  ...more: readonly string[]
): ActualGranularity {
  return { values, rules: [`register.${register}-granularity`, ...more].map((id) => `invalidation.${id}`) };
}

/** Bits of CAIG or IAIG of each value that may be read. */
export function granularityBits(
  { values }: ActualGranularity,
  { low, high }: RegisterField,
): readonly bigint[] {
  return values.map((value) => (value << BigInt(low)) & bits(high, low));
}
