/**
 * What the registers and the queue of a unit hold. Values are never changed in place: where the architecture
 * leaves a choice, each choice goes on with a state of its own.
 */
import { globalFields, lastingCommands } from '../../../spec/invalidation/registers.ts';
import type { InvalidationCase } from '../../../spec/schema.ts';
import { noStatus, type StatusWrites } from './status-writes.ts';

/** An error of the queue: what IQERCD may say, and the rules that made it. */
export interface QueueError {
  /** Never empty; 0 is always among them. */
  readonly codes: readonly number[];
  readonly rules: readonly string[];
}

/** Granularities that CAIG or IAIG may report, with the rules for it; undefined: nothing was asked yet. */
export interface ActualGranularity {
  readonly values: readonly bigint[];
  readonly rules: readonly string[];
}

export interface RegisterState {
  /** TES, QIES, RTPS; the bits of GSTS_REG. */
  readonly global: bigint;
  /** RTADDR_REG as written, and as SRTP latched it. */
  readonly rtaddr: bigint;
  readonly latchedRtaddr: bigint;
  /** SRTP was done since TE was cleared, or TE was never cleared. */
  readonly rootSet: boolean;
  readonly iqa: bigint;
  /** Byte offset of the next descriptor that is fetched. */
  readonly head: bigint;
  /** IQT_REG as written. */
  readonly tail: bigint;
  /** Undefined while IQE is 0. */
  readonly error: QueueError | undefined;
  /** The last descriptor that was taken is a wait: the queue may be disabled. */
  readonly quiesced: boolean;
  /** A Device-TLB invalidation was sent: what the endpoint makes of ICE and ITE is not ours to say. */
  readonly deviceTlb: boolean;
  readonly iwc: boolean;
  readonly interruptMasked: boolean;
  readonly interruptPending: boolean;
  readonly actualContext: ActualGranularity | undefined;
  readonly actualIotlb: ActualGranularity | undefined;
  readonly iva: bigint;
  /** What waits wrote to memory. Not in the memory that the ways of a stream share. */
  readonly status: StatusWrites;
  /** Choices that the architecture leaves open, as they came out: an implementation keeps to them. */
  readonly habits: ReadonlyMap<string, boolean>;
  /** Rules decided since the queue was last touched, the last one first. */
  readonly queueReasons: readonly string[];
  /** Rules that made IWC and IP what they are, the last one first. */
  readonly eventReasons: readonly string[];
}

/** The registers before the first step: RTADDR latched, and with `iqa` the queue enabled and empty. */
export function initialRegisters(testCase: InvalidationCase): RegisterState {
  const { rtaddr, translationEnabled, iqa } = testCase;
  const enabled = (translationEnabled ? globalFields.TE : 0n) | (iqa === undefined ? 0n : globalFields.QIE);
  return {
    global: globalFields.SRTP | enabled,
    rtaddr,
    latchedRtaddr: rtaddr,
    rootSet: true,
    iqa: iqa ?? 0n,
    head: 0n,
    tail: 0n,
    error: undefined,
    quiesced: false,
    deviceTlb: false,
    iwc: false,
    interruptMasked: true,
    interruptPending: false,
    actualContext: undefined,
    actualIotlb: undefined,
    iva: 0n,
    status: noStatus,
    habits: new Map(),
    queueReasons: [],
    eventReasons: [],
  };
}

export const isEnabled = (state: RegisterState, command: keyof typeof globalFields): boolean =>
  (state.global & globalFields[command]) !== 0n;

/** Commands that stay set, as GSTS_REG shows them. */
export const lasting = (state: RegisterState): bigint => state.global & lastingCommands;
