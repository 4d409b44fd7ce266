/** The smallest streams, as the bugs of caches and queue write them down: tables of one requester, and steps. */
import { namedProfile } from '../../../spec/profiles.ts';
import type {
  InvalidationCase,
  MemoryRun,
  Profile,
  ReadableRegister,
  Request,
  Store,
  StreamStep,
  WritableRegister,
} from '../../../spec/schema.ts';

export const CONTEXT = 0x2000n;
export const ENTRY = 0x4000n;
/** The top table, and the one below it. */
export const TOP = 0x5000n;
export const LOWER = 0x6000n;
/** Where streams with tables have their queue, and waits write. */
const QUEUE = 0n;
export const STATUS = 0x9000n;
/** Of the queue of legacy mode. */
export const SECOND_SLOT = QUEUE + 0x10n;

export const ROOT = 0x1000n;
export const DIRECTORY = 0x3000n;
const SCALABLE = 0x400n;
const WIDE = 0x800n;

type Words = readonly bigint[];

interface Parts {
  readonly profile?: string;
  /** Bits of CAP_REG to be set. */
  readonly cap?: bigint;
  /** Bits of the context entry in scalable mode beside P. */
  readonly flags?: bigint;
  /** Words that are not zero, beside those that lead to `entry`. */
  readonly memory?: readonly MemoryRun[];
}

export const at = (address: bigint, ...words: Words): MemoryRun => ({ address, words: [...words] });

/** Nothing, where all words are zero. */
const filled = (address: bigint, words: Words): MemoryRun[] =>
  words.length === 0 ? [] : [at(address, ...words)];

function profileOf(name: string, cap = 0n): Profile {
  const profile = namedProfile(name);
  if (profile === undefined) throw new RangeError(`no profile ${name}`);
  return cap === 0n ? profile : { ...profile, cap: profile.cap | cap };
}

/** A unit with nothing but a queue at address 0, in legacy mode. */
export function queueAlone(parts: Parts, ...steps: readonly StreamStep[]): InvalidationCase {
  return {
    area: 'invalidation',
    profile: profileOf(parts.profile ?? 'legacy-39', parts.cap),
    rtaddr: 0n,
    translationEnabled: false,
    iqa: 0n,
    memory: [...(parts.memory ?? [])],
    steps: [...steps],
  };
}

/** Scalable mode, and a queue of 256-bit slots. */
export function wideQueueAlone(parts: Parts, ...steps: readonly StreamStep[]): InvalidationCase {
  return { ...queueAlone({ profile: 'nested-48', ...parts }, ...steps), rtaddr: SCALABLE, iqa: WIDE };
}

/** The same where the queue is off. */
export function withoutQueue({ iqa: _, ...stream }: InvalidationCase): InvalidationCase {
  return stream;
}

/** Legacy mode: the context entry of requester 0. */
export function legacy(context: Words, parts: Parts, ...steps: readonly StreamStep[]): InvalidationCase {
  const memory = [at(ROOT, CONTEXT | 1n), ...filled(CONTEXT, context), ...(parts.memory ?? [])];
  return {
    ...queueAlone({ ...parts, memory }, ...steps),
    rtaddr: ROOT,
    translationEnabled: true,
    iqa: QUEUE,
  };
}

/** Scalable mode: the PASID table entry of requester 0 for requests without PASID. */
export function scalable(entry: Words, parts: Parts, ...steps: readonly StreamStep[]): InvalidationCase {
  const memory = [
    at(ROOT, CONTEXT | 1n),
    at(CONTEXT, DIRECTORY | 1n | (parts.flags ?? 0n)),
    at(DIRECTORY, ENTRY | 1n),
    ...filled(ENTRY, entry),
    ...(parts.memory ?? []),
  ];
  return {
    ...queueAlone({ profile: 'nested-48', ...parts, memory }, ...steps),
    rtaddr: ROOT | SCALABLE,
    translationEnabled: true,
    iqa: QUEUE | WIDE,
  };
}

/** Context entries of legacy mode: pass-through, and three levels of second stage. Word 1 is DID and AW. */
export const passing: Words = [0x9n];
export const threeLevels: Words = [TOP | 1n, 1n];
/** PASID table entries: pass-through, three levels of second stage, and first stage from TOP on. */
export const passingEntry: Words = [0x101n];
export const secondStage: Words = [TOP | 0x85n];
export const firstStage: Words = [0x41n, 0n, TOP];
export const nested: Words = [LOWER | 0xc5n, 0n, TOP];
/** Of the second stage: what maps a page, what leads to a table. Of the first: the same, with A set. */
export const GIGABYTE = 0x83n;
export const TWO_MEGABYTES = 0x83n;
export const TABLE = 3n;
export const FIRST_STAGE_GIGABYTE = 0xa7n;
export const FIRST_STAGE_TABLE = 0x27n;

// ------------------------------------------------------------------------------------------------- steps

export const ask = (request: Partial<Request> = {}, during: readonly Store[] = []): StreamStep => ({
  step: 'request',
  request: { sourceId: 0, address: 0n, op: 'read', ...request },
  ...(during.length > 0 && { during: [...during] }),
});
export const store = (address: bigint, ...words: Words): StreamStep => ({
  step: 'store',
  ...at(address, ...words),
});
export const write = (register: WritableRegister, value: bigint): StreamStep => ({
  step: 'write',
  register,
  value,
});
export const read = (register: ReadableRegister): StreamStep => ({ step: 'read', register });
export const load = (address: bigint): StreamStep => ({ step: 'load', address });
export const submit = (...descriptors: readonly Words[]): StreamStep => ({
  step: 'submit',
  descriptors: descriptors.map(([low = 0n, high = 0n]) => [low, high]),
});
/** With a wait behind them that asks for nothing but order. */
export const complete = (...descriptors: readonly Words[]): StreamStep => submit(...descriptors, [FENCE]);

/** One page of 1 GiB, mapped by second stage. */
export const gigabyte = { memory: [at(TOP, GIGABYTE)] };
/** One page of 1 GiB, mapped by first stage. */
export const firstStageGigabyte = {
  memory: [at(TOP, LOWER | FIRST_STAGE_TABLE), at(LOWER, FIRST_STAGE_GIGABYTE)],
};
/** Neither is mapped any longer. */
export const unmapped = store(TOP, 0n);

/** A page of 2 MiB at 2 MiB goes, and what is invalidated are 2^`mask` pages of 4 KiB from address 0 on. */
export function goneFurtherOn(mask: bigint, parts: Pick<Parts, 'profile'> = {}): InvalidationCase {
  return legacy(
    threeLevels,
    { ...parts, memory: [at(TOP, LOWER | TABLE), at(LOWER + 8n, TWO_MEGABYTES)] },
    ask({ address: 0x20_0000n }),
    store(LOWER + 8n, 0n),
    complete([PAGE_OF_DOMAIN, mask]),
    ask({ address: 0x20_0000n }),
  );
}

// ------------------------------------------------------------------------------------------- descriptors

/** A wait with FN alone; SW and IF are added. */
export const FENCE = 0x45n;
export const WAIT_STATUS = 0x25n;
export const WAIT_INTERRUPT = 0x15n;
export const ALL_CONTEXTS = 0x11n;
export const CONTEXT_OF_DOMAIN = 0x21n;
export const CONTEXT_OF_DEVICE = 0x31n;
export const ALL_MAPPINGS = 0x12n;
export const MAPPINGS_OF_DOMAIN = 0x22n;
export const PAGE_OF_DOMAIN = 0x32n;
export const ALL_PASIDS = 0x37n;
export const PASIDS_OF_DOMAIN = 0x07n;
export const ONE_PASID = 0x17n;
export const MAPPINGS_OF_PASID = 0x26n;
export const PAGE_OF_PASID = 0x36n;
/** Fields of word 0. */
export const domain = (did: bigint): bigint => did << 16n;
export const forPasid = (pasid: bigint): bigint => pasid << 32n;
