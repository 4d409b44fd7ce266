/** Streams made by hand: one requester, one page at 0, and a queue. */
import type { InvalidationCase, Profile, StreamStep } from '../../spec/schema.ts';

const ROOT = 0x20_0000n;
const CONTEXT = 0x20_1000n;
const DIRECTORY = 0x20_2000n;
const PASID_TABLE = 0x20_3000n;
const TOP = 0x20_4000n;
const FIRST_STAGE = 1n;
const SECOND_STAGE = 2n;

export const QUEUE = 0x28_0000n;
export const STATUS = 0x29_0000n;
/** The page that the tables map, and another. */
export const DATA = 0x40_0000n;
export const OTHER_DATA = 0x41_0000n;
export const SOURCE_ID = 0x10;

export const read: StreamStep = {
  step: 'request',
  request: { sourceId: SOURCE_ID, address: 8n, op: 'read' },
};
export const write: StreamStep = {
  step: 'request',
  request: { sourceId: SOURCE_ID, address: 8n, op: 'write' },
};
/** iotlb_inv_dsc, global; inv_wait_dsc that writes 1234h to STATUS. */
export const INVALIDATE_IOTLB = [0x12n, 0n];
export const WAIT = [0x1234_0000_0025n, STATUS];

export const submit = (...descriptors: bigint[][]): StreamStep => ({ step: 'submit', descriptors });

export const isScalable = ({ name }: Profile): boolean => name.includes('scalable');
const isFirstStage = ({ ecap }: Profile): boolean => (ecap & (1n << 47n)) !== 0n;

/** Entries of the last level: second stage R and W; first stage P, R/W, U/S, A and D. */
const rightsIn = (profile: Profile): bigint => (isFirstStage(profile) && isScalable(profile) ? 0x67n : 3n);
const levelsOf = ({ haw }: Profile): number => (haw === 39 ? 3 : 4);

/** A store that maps the page at 0 to OTHER_DATA. */
export function remap(profile: Profile): StreamStep {
  const address = TOP + BigInt(levelsOf(profile) - 1) * 0x1000n;
  return { step: 'store', address, words: [OTHER_DATA | rightsIn(profile)] };
}

/** What drops the IOTLB entry of DID 1: a first stage has PASIDs. */
export function dropPage(profile: Profile): bigint[] {
  return isFirstStage(profile) ? [0x1_0026n, 0n, 0n, 0n] : [0x1_0022n, 0n];
}

/** A stream over tables that map the page at 0 to DATA. */
export function streamOf(
  profile: Profile,
  steps: readonly StreamStep[],
  more: Partial<InvalidationCase> = {},
): InvalidationCase {
  const levels = levelsOf(profile);
  const addressWidth = BigInt(levels - 2);
  const scalable = isScalable(profile);
  const pasidEntry = isFirstStage(profile)
    ? [(FIRST_STAGE << 6n) | (addressWidth << 2n) | 1n, 1n, TOP]
    : [TOP | (SECOND_STAGE << 6n) | (addressWidth << 2n) | 1n, 1n];
  const device = scalable
    ? [
        { address: CONTEXT + 32n * BigInt(SOURCE_ID), words: [DIRECTORY | 1n] },
        { address: DIRECTORY, words: [PASID_TABLE | 1n] },
        { address: PASID_TABLE, words: pasidEntry },
      ]
    : [{ address: CONTEXT + 16n * BigInt(SOURCE_ID), words: [TOP | 1n, addressWidth | 0x100n] }];
  const tables = Array.from({ length: levels }, (_, level) => {
    const next = level === levels - 1 ? DATA : TOP + BigInt(level + 1) * 0x1000n;
    return { address: TOP + BigInt(level) * 0x1000n, words: [next | rightsIn(profile)] };
  });
  return {
    area: 'invalidation',
    profile,
    rtaddr: ROOT | (scalable ? 0x400n : 0n),
    translationEnabled: true,
    iqa: QUEUE | (scalable ? 0x800n : 0n),
    memory: [{ address: ROOT, words: [CONTEXT | 1n] }, ...device, ...tables],
    steps: [...steps],
    ...more,
  };
}
