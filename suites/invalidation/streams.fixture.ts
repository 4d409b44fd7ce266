/** Streams put together by hand for the tests: the tables of area `translation`, a queue, and steps. */
import { encode, encodeWait, type Selector } from '../../generators/invalidation-descriptors.ts';
import type {
  InvalidationCase,
  InvalidationObservation,
  Profile,
  Request,
  StreamAnswer,
  StreamStep,
} from '../../spec/schema.ts';
import { handMade, type Parts } from '../translation/hand-made.ts';

/** Where queue and status words of a hand-made stream lie. */
export const QUEUE = 0x5000n;
export const STATUS = 0x6000n;
const WIDE_SLOTS = 0x800n;

/** A valid unit with one device whose reads of page 0 reach 0x40000000, and `steps`. */
export function stream(parts: Parts, ...steps: readonly StreamStep[]): InvalidationCase {
  const { profile, rtaddr, memory } = handMade(parts);
  const wide = parts.mode === 'scalable' ? WIDE_SLOTS : 0n;
  return {
    area: 'invalidation',
    profile,
    rtaddr,
    translationEnabled: true,
    iqa: QUEUE | wide,
    memory,
    steps: [...steps],
  };
}

export const read = (request: Partial<Request> = {}): StreamStep => ({
  step: 'request',
  request: { sourceId: 0, address: 0n, op: 'read', ...request },
});

export const store = (address: bigint, ...words: bigint[]): StreamStep => ({ step: 'store', address, words });

/** The invalidations, then a wait that writes its status. */
export const completed = (...selectors: readonly Selector[]): StreamStep => ({
  step: 'submit',
  descriptors: [...selectors.map(encode), encodeWait({ status: { data: 1, address: Number(STATUS) } })],
});

/** The same without a wait. */
export const submitted = (...selectors: readonly Selector[]): StreamStep => ({
  step: 'submit',
  descriptors: selectors.map(encode),
});

export const register = (name: Extract<StreamStep, { step: 'read' }>['register']): StreamStep => ({
  step: 'read',
  register: name,
});

export const to = (address: bigint): StreamAnswer => ({ outcome: 'translated', address });
export const value = (held: bigint): StreamAnswer => ({ outcome: 'value', value: held });
export const answers = (...all: readonly StreamAnswer[]): InvalidationObservation => ({ answers: [...all] });

/** `profile` with bits of CAP_REG set or cleared. */
export const withCap = (profile: Profile, set: bigint, cleared = 0n): Profile => ({
  ...profile,
  cap: (profile.cap | set) & ~cleared,
});
