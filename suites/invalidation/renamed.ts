/** What a stream tells the unit, about another requester, PASID, domain and page. */
import { extract, insert } from '../../spec/bits.ts';
import type { StreamStep } from '../../spec/schema.ts';
import { FENCE, isDressedWait } from './stream-size.ts';

/** What names and addresses differ in, bit by bit; `rtaddr` takes the place of what is written. */
export interface Renaming {
  readonly sourceId: number;
  readonly pasid: number;
  readonly did: bigint;
  readonly address: bigint;
  /** Bits of ADDR that are left; all of them, where it keeps its distance. */
  readonly kept: bigint;
  /** Pages that IOTLB invalidations name are the first one: of a nested page they have the address of second stage. */
  readonly isOfSecondStage: boolean;
  /** IOTLB invalidations of another page name a near one; those of a range (AM) the first one of its other half. */
  readonly isOtherPage: boolean;
  readonly rtaddr: bigint;
  /** What software does about an error of the queue is told too. */
  readonly queue?: QueueOf;
}

/** Where the queue of a stream lies, and the bytes of its slots, and of those of the scene's, which lies at 0. */
export interface QueueOf {
  readonly base: bigint;
  readonly slot: bigint;
  readonly sceneSlot: bigint;
}

type Field = readonly [high: number, low: number];

const TYPE = 0xe0fn;
const [CONTEXT, IOTLB, PASID_IOTLB, PASID] = [0x1n, 0x2n, 0x6n, 0x7n];
const PAGE_SELECTIVE = 3n;
const OFFSET = 0xfffn;
const AM = 0x3fn;
/** Beyond it the other half may be wider than the addresses of a unit. */
const MOST_MASK = 26n;
/** Outside of the page at 0, however large that is. */
const ELSEWHERE = 1n << 30n;

/** The step renamed; none when it tells the unit nothing about what it caches. */
export function renamed(step: StreamStep, by: Renaming): readonly StreamStep[] {
  if (step.step === 'submit') {
    return [{ ...step, descriptors: step.descriptors.map((words) => descriptor(words, by)) }];
  }
  if (step.step === 'request') {
    const { request } = step;
    if (request.kind !== 'page-request') return [];
    const { pasid, ...others } = request;
    const named = pasid === undefined || by.pasid === pasid ? {} : { pasid: pasid ^ by.pasid };
    const sourceId = request.sourceId ^ by.sourceId;
    return [
      { step: 'request', request: { ...others, sourceId, address: request.address ^ by.address, ...named } },
    ];
  }
  if (step.step === 'store') return inQueue(step, by.queue);
  // What a command did is known when its register is read.
  if (step.step === 'read') return step.register === 'CCMD' || step.register === 'IOTLB' ? [step] : [];
  if (step.step !== 'write') return [];
  const { value } = step;
  switch (step.register) {
    case 'CCMD':
      return [{ ...step, value: flipped(flipped(value, [15, 0], by.did), [31, 16], BigInt(by.sourceId)) }];
    case 'IOTLB':
      return [{ ...step, value: flipped(value, [47, 32], by.did) }];
    case 'IVA':
      return [{ ...step, value: (value ^ by.address) & by.kept }];
    case 'RTADDR':
      return [{ ...step, value: (by.rtaddr & ~OFFSET) | (value & OFFSET) }];
    case 'GCMD':
      return [step];
    case 'FSTS':
      return by.queue === undefined ? [] : [step];
    default:
      return [];
  }
}

/** What is stored to the queue lies in the same slot of the scene's. */
function inQueue(
  step: Extract<StreamStep, { step: 'store' }>,
  queue: QueueOf | undefined,
): readonly StreamStep[] {
  if (queue === undefined || (step.address & ~OFFSET) !== queue.base) return [];
  const offset = step.address - queue.base;
  const address = (offset / queue.slot) * queue.sceneSlot + (offset % queue.slot);
  return [{ ...step, address }];
}

function descriptor([low = 0n, second = 0n, ...others]: readonly bigint[], by: Renaming): bigint[] {
  // Where software does nothing about an error, nothing is to stop at one.
  const isError = low === 0n && by.queue === undefined;
  if (isError || isDressedWait(low)) return [FENCE, 0n, ...others];
  const type = low & TYPE;
  if (![CONTEXT, IOTLB, PASID_IOTLB, PASID].includes(type)) return [low, second, ...others];
  const granularity = extract(low, 5, 4);
  const isGlobal = type === PASID ? granularity === 3n : type !== PASID_IOTLB && granularity === 1n;
  let first = isGlobal ? low : flipped(low, [31, 16], by.did);
  if (type === CONTEXT && granularity === 3n) first = flipped(first, [47, 32], BigInt(by.sourceId));
  if (type === PASID_IOTLB || (type === PASID && granularity === 1n))
    first = flipped(first, [51, 32], BigInt(by.pasid));
  const isOfPage = (type === IOTLB || type === PASID_IOTLB) && granularity === PAGE_SELECTIVE;
  if (!isOfPage) return [first, second, ...others];
  const isFirstPage = by.isOfSecondStage && type === IOTLB;
  const page = isFirstPage ? second & OFFSET : (second ^ by.address) & by.kept;
  return [first, by.isOtherPage ? otherPage(page) : page, ...others];
}

function otherPage(page: bigint): bigint {
  const mask = page & AM;
  if (mask > 0n && mask <= MOST_MASK) return (page & OFFSET) | (1n << (mask + 11n));
  return (page & ~OFFSET) === 0n ? page : ELSEWHERE | (page & OFFSET);
}

function flipped(word: bigint, [high, low]: Field, by: bigint): bigint {
  return insert(word, high, low, extract(word, high, low) ^ by);
}
