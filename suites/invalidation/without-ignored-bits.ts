/** Streams without the bits that a unit does not look at (VT-d 6.5.2, 11.4.6): above ND, MGAW and HAW. */
import { type Unit, unitOf } from '../../models/reference/invalidation/queue.ts';
import { insert } from '../../spec/bits.ts';
import type { InvalidationCase, StreamStep } from '../../spec/schema.ts';

const OFFSET = 0xfffn;
const DID = [31, 16] as const;
/** Bits 11:9 and 3:0 of the descriptors that name a domain, and of a wait. */
const TYPE = 0xe0fn;
const [CONTEXT, IOTLB, WAIT, PASID_IOTLB, PASID, HOST_PERMISSION] = [0x1n, 0x2n, 0x5n, 0x6n, 0x7n, 0xan];
const withDomain: readonly bigint[] = [CONTEXT, IOTLB, PASID_IOTLB, PASID, HOST_PERMISSION];

export function withoutIgnoredBits(testCase: InvalidationCase): InvalidationCase {
  const unit = unitOf(testCase.profile);
  const steps = testCase.steps.map((step): StreamStep => {
    if (step.step === 'submit')
      return { ...step, descriptors: step.descriptors.map((words) => cleared(unit, words)) };
    if (step.step !== 'write') return step;
    if (step.register === 'CCMD')
      return { ...step, value: insert(step.value, 15, 0, step.value & unit.didMask) };
    return step.register === 'IVA' ? { ...step, value: step.value & (unit.guestMask | OFFSET) } : step;
  });
  return { ...testCase, steps };
}

function cleared(
  { didMask, guestMask, hostMask }: Unit,
  [low = 0n, second = 0n, ...others]: readonly bigint[],
): bigint[] {
  const type = low & TYPE;
  const [high, at] = DID;
  const first = withDomain.includes(type) ? insert(low, high, at, (low >> BigInt(at)) & didMask) : low;
  const mask = type === IOTLB ? guestMask : type === HOST_PERMISSION || type === WAIT ? hostMask : undefined;
  return [first, mask === undefined ? second : second & (mask | OFFSET), ...others];
}
