/**
 * Small worlds made by hand, one for each translation type, to see what a request may be answered after some steps:
 * device 0 behind tables of 39 bits (48 for first stage), all of domain 5; PASID 7 is that of requests without PASID.
 */
import { type CapabilityName, encodeCapabilities } from '../../../spec/capabilities.ts';
import type { PasidGranularTranslationType } from '../../../spec/invalidation/caches.ts';
import type { InvalidationCase, MemoryRun, Profile, Request, StreamStep } from '../../../spec/schema.ts';
import type { Alternative } from '../alternative.ts';
import type { RequestOption, StepExpectation } from './expectation.ts';
import { StreamModel } from './stream-model.ts';

export const DID = 5;
export const PASID = 7;
/** The page that is asked for, its neighbour in the same tables, and one in another table of level 1. */
export const PAGE = 0x5000n;
export const NEIGHBOUR = 0x6000n;
export const FAR = 0x40_1000n;
/** Where they lead at first, and where to when something was changed. */
export const OLD = 0x10_0000n;
export const NEW = 0x20_0000n;

const ROOT = 0x1000n;
const DIRECTORY = 0x3000n;
const QUEUE = 0x2_0000n;
const STATUS = 0x3_0000n;
const ACCESSED_DIRTY = 0x60n;

/** Where the entries lie. */
export const at = {
  context: 0x2000n,
  /** Of PASID 7. */
  pasid: 0x4000n + 64n * BigInt(PASID),
  /** Second-stage entries for the page, from level 3 to level 1. */
  second: [0x5000n, 0x6000n, 0x7000n + 8n * 5n],
  secondNeighbour: 0x7000n + 8n * 6n,
  /** First-stage entries for the page, from level 4 to level 1. */
  first: [0x8000n, 0x9000n, 0xa000n, 0xb000n + 8n * 5n],
  firstNeighbour: 0xb000n + 8n * 6n,
  /** Copies of tables that lead to NEW: of second stage from level 3, of first stage from level 4. */
  otherSecond: 0x4_0000n,
  otherFirst: 0x5_0000n,
} as const;

const values: Readonly<Partial<Record<CapabilityName, number>>> = {
  ...{ QI: 1, ND: 6, MGAW: 38, SAGAW: 0b10, PSI: 1, MAMV: 18, SSLPS: 3, PT: 1, SC: 1, SMTS: 1, SSTS: 1 },
  ...{ FSTS: 1, NEST: 1, FS1GP: 1, PASID: 1, PSS: 19, RPS: 1, DT: 1, PRS: 1, HPTS: 1, PTRS: 1, SMPWCS: 1 },
};

export interface World {
  readonly type: PasidGranularTranslationType | 'legacy';
  /** Capabilities beside the usual ones. */
  readonly capabilities?: Readonly<Partial<Record<CapabilityName, number>>>;
  readonly policies?: Profile['policies'];
  /** Words that differ from the usual ones, by address. */
  readonly words?: Readonly<Record<string, bigint>>;
}

const secondStage = (table: bigint, output: bigint): MemoryRun[] => [
  { address: table, words: [(table + 0x1000n) | 3n] },
  { address: table + 0x1000n, words: [(table + 0x2000n) | 3n, 0n, (table + 0x3000n) | 3n] },
  // Level 1: identity below 64 KiB, so that first-stage tables lie where they say; then the pages.
  { address: table + 0x2000n, words: leaves(output, 3n) },
  { address: table + 0x3000n, words: [0n, (output + 0x1000n) | 3n] },
];

const firstStage = (table: bigint, output: bigint): MemoryRun[] => [
  { address: table, words: [(table + 0x1000n) | 0x67n] },
  { address: table + 0x1000n, words: [(table + 0x2000n) | 0x67n] },
  { address: table + 0x2000n, words: [(table + 0x3000n) | 0x67n, 0n, (table + 0x4000n) | 0x67n] },
  { address: table + 0x3000n, words: leaves(output, 7n | ACCESSED_DIRTY) },
  { address: table + 0x4000n, words: [0n, (output + 0x1000n) | 0x67n] },
];

/** Pages 5 and 6 lead to `output` and the page behind it; others, above them, to themselves. */
function leaves(output: bigint, rights: bigint): bigint[] {
  return Array.from({ length: 512 }, (_, page) => {
    if (page === 5 || page === 6) return (output + 0x1000n * BigInt(page - 5)) | rights;
    return page < 8 ? 0n : (0x1000n * BigInt(page)) | rights;
  });
}

/** The PASID table entry of a translation type. */
export function pasidEntry(
  type: PasidGranularTranslationType,
  { did = DID, second = at.second[0] as bigint, first = at.first[0] as bigint } = {},
): bigint[] {
  const code = { 'first-stage': 1n, 'second-stage': 2n, nested: 3n, 'pass-through': 4n }[type];
  const pointers = type === 'second-stage' || type === 'nested' ? second | (1n << 2n) : 0n;
  const top = type === 'first-stage' || type === 'nested' ? first : 0n;
  return [pointers | (code << 6n) | 1n, BigInt(did) | (1n << 23n), top, 0n, 0n, 0n, 0n, 0n];
}

export function legacyContext({ did = DID, top = at.second[0] as bigint } = {}): bigint[] {
  return [top | 1n, 1n | (BigInt(did) << 8n)];
}

export function caseOf(world: World, steps: readonly StreamStep[]): InvalidationCase {
  const { type, capabilities = {}, policies = {}, words = {} } = world;
  const legacy = type === 'legacy';
  const profile: Profile = {
    name: 'hand-made',
    ...encodeCapabilities({ ...values, ...capabilities }),
    haw: 46,
    specRev: '5.10',
    backed: [{ start: 0n, end: 0x100_0000n }],
    policies,
  };
  const heads: MemoryRun[] = legacy
    ? [{ address: at.context, words: legacyContext() }]
    : [
        // DTE, PASIDE, PRE; PDTS 7; RID_PASID.
        { address: at.context, words: [DIRECTORY | (7n << 9n) | 0x1dn, BigInt(PASID)] },
        { address: DIRECTORY, words: [0x4001n] },
        { address: at.pasid, words: pasidEntry(type) },
      ];
  // Under nesting first stage leads to pages above those that second stage moves.
  const output = type === 'nested' ? PAGE : OLD;
  return {
    area: 'invalidation',
    profile,
    rtaddr: ROOT | (legacy ? 0n : 0x400n),
    translationEnabled: true,
    iqa: QUEUE | (legacy ? 0n : 0x800n),
    memory: [
      { address: ROOT, words: [at.context | 1n] },
      ...heads,
      ...secondStage(at.second[0] as bigint, OLD),
      ...secondStage(at.otherSecond, NEW),
      ...firstStage(at.first[0] as bigint, output),
      ...firstStage(at.otherFirst, type === 'nested' ? NEIGHBOUR : NEW),
      ...Object.entries(words).map(([address, word]) => ({ address: BigInt(address), words: [word] })),
    ],
    steps: [...steps],
  };
}

// ------------------------------------------------------------------------------------------ steps

export const store = (address: bigint, ...words: bigint[]): StreamStep => ({ step: 'store', address, words });

export const ask = (request: Partial<Request> = {}): StreamStep => ({
  step: 'request',
  request: { sourceId: 0, address: PAGE, op: 'read', ...request },
});

type Descriptor = bigint[];

const G = { global: 1n, domain: 2n, page: 3n, device: 3n } as const;
const tag = (type: bigint, granularity: bigint, did: number): bigint =>
  type | (granularity << 4n) | (BigInt(did) << 16n);
const span = (address: bigint, mask: number, hint: bigint): bigint =>
  (address & ~0xfffn) | BigInt(mask) | (hint << 6n);

export const cc = (granularity: 'global' | 'domain' | 'device', did = DID, sourceId = 0): Descriptor => [
  tag(1n, G[granularity], did) | (BigInt(sourceId) << 32n),
  0n,
];
export const io = (
  granularity: 'global' | 'domain' | 'page',
  { did = DID, address = PAGE, mask = 0, hint = false } = {},
): Descriptor => {
  const where = granularity === 'page' ? span(address, mask, hint ? 1n : 0n) : 0n;
  return [tag(2n, G[granularity], did), where];
};
export const pio = (
  granularity: 'pasid' | 'page',
  { did = DID, pasid = PASID, address = PAGE, mask = 0, hint = false } = {},
): Descriptor => {
  const where = granularity === 'page' ? span(address, mask, hint ? 1n : 0n) : 0n;
  const code = granularity === 'page' ? 3n : 2n;
  return [tag(6n, code, did) | (BigInt(pasid) << 32n), where, 0n, 0n];
};
export const pc = (
  granularity: 'domain' | 'pasid' | 'global',
  { did = DID, pasid = PASID } = {},
): Descriptor => {
  const code = { domain: 0n, pasid: 1n, global: 3n }[granularity];
  return [tag(7n, code, did) | (granularity === 'pasid' ? BigInt(pasid) << 32n : 0n), 0n, 0n, 0n];
};
export const hpt = (
  granularity: 'global' | 'domain' | 'page',
  { did = DID, address = 0n, mask = 0, levels = 0n } = {},
): Descriptor => [
  tag(10n, G[granularity], did),
  (granularity === 'page' ? span(address, mask, 0n) : 0n) | (levels << 6n),
  0n,
  0n,
];

export const submit = (...descriptors: Descriptor[]): StreamStep => ({ step: 'submit', descriptors });
/** The same, and a wait that completes behind it. */
export const complete = (...descriptors: Descriptor[]): StreamStep =>
  submit(...descriptors, [0x1_0000_0025n, STATUS]);

// ---------------------------------------------------------------------------------------- answers

/** Does all steps and gives what was expected of the last one. */
export function expectationAfter(world: World, ...steps: readonly StreamStep[]): StepExpectation {
  const model = new StreamModel(caseOf(world, steps));
  let last: StepExpectation = { kind: 'silent' };
  for (const _ of steps) last = model.next();
  return last;
}

/** What may be answered to the request that is the last step: addresses, and conditions. */
export function answers(world: World, ...steps: readonly StreamStep[]): readonly (bigint | string)[] {
  return optionsAfter(world, ...steps).map(({ answer }) => short(answer));
}

export function optionsAfter(world: World, ...steps: readonly StreamStep[]): readonly RequestOption[] {
  const expectation = expectationAfter(world, ...steps);
  if (expectation.kind !== 'request') throw new RangeError(`the last step is ${expectation.kind}`);
  return expectation.options;
}

export function short(answer: Alternative): bigint | string {
  if (answer.outcome === 'blocked') return answer.rule;
  return answer.outcome === 'translated' ? (answer.address ?? 'translated') : 'queued';
}
