/** What a descriptor that was taken asks the caches to do (VT-d 6.5.2). */
import type { DescriptorName } from '../../../spec/invalidation/descriptors.ts';
import { type FieldReader, pageAddress } from './descriptor-fields.ts';
import type { Invalidation } from './effects.ts';
import type { Unit } from './unit-facts.ts';

type Maker = (get: FieldReader, unit: Unit) => Invalidation;

const number = (get: FieldReader, name: string): number => Number(get(name));
/** Bits above the width of ND are not looked at. */
const didOf = (get: FieldReader, { didMask }: Unit): number => Number(get('DID') & didMask);

/** Which bits above a width are set in a field that counts, by rule; those of DID are named first. */
export function ignoredBits(
  did: bigint,
  didMask: bigint,
  address: bigint,
  addressMask: bigint,
): string | undefined {
  if ((did & ~didMask) !== 0n) return 'invalidation.descriptor.domain-width';
  return (address & ~addressMask) !== 0n ? 'invalidation.descriptor.address-width' : undefined;
}

/** Indexed by G; only values that are not reserved come here. */
const contextGranularities = [undefined, 'global', 'domain', 'device'] as const;
const pasidGranularities = ['domain', 'pasid', undefined, 'global'] as const;
const pageGranularities = [undefined, 'global', 'domain', 'page'] as const;

function granted<T>(granularities: readonly (T | undefined)[], get: FieldReader): T {
  const granularity = granularities[number(get, 'G')];
  if (granularity === undefined) throw new RangeError('a descriptor of a reserved granularity was taken');
  return granularity;
}

/** A global invalidation looks at neither, one of a domain not at the address. */
function ignoredBySelective(get: FieldReader, unit: Unit, mask: bigint): string | undefined {
  const granularity = get('G');
  if (granularity === 1n) return undefined;
  return ignoredBits(get('DID'), unit.didMask, granularity === 3n ? pageAddress(get) : 0n, mask);
}

const makers: Readonly<Record<Exclude<DescriptorName, 'wait'>, Maker>> = {
  context: (get, unit) => ({
    kind: 'context',
    granularity: granted(contextGranularities, get),
    did: didOf(get, unit),
    sourceId: number(get, 'SID'),
    functionMask: number(get, 'FM'),
  }),
  pasid: (get, unit) => ({
    ignoring: get('G') === 3n ? undefined : ignoredBits(get('DID'), unit.didMask, 0n, 0n),
    kind: 'pasid',
    granularity: granted(pasidGranularities, get),
    did: didOf(get, unit),
    pasid: number(get, 'PASID'),
  }),
  iotlb: (get, unit) => ({
    ignoring: ignoredBySelective(get, unit, unit.guestMask),
    kind: 'iotlb',
    granularity: granted(pageGranularities, get),
    did: didOf(get, unit),
    // 6.5.2.3: bits above MGAW are not looked at.
    address: pageAddress(get) & unit.guestMask,
    addressMask: number(get, 'AM'),
    hint: get('IH') === 1n,
  }),
  'pasid-iotlb': (get, unit) => ({
    ignoring: ignoredBits(get('DID'), unit.didMask, 0n, 0n),
    kind: 'pasid-iotlb',
    granularity: get('G') === 2n ? 'pasid' : 'page',
    did: didOf(get, unit),
    pasid: number(get, 'PASID'),
    // 6.5.2.4 does not say that any bit is ignored.
    address: pageAddress(get),
    addressMask: number(get, 'AM'),
    hint: get('IH') === 1n,
  }),
  'host-permission': (get, unit) => ({
    ignoring: ignoredBySelective(get, unit, unit.hostMask),
    kind: 'host-permission',
    granularity: granted(pageGranularities, get),
    hptDid: didOf(get, unit),
    // 6.5.2.7: bits above HAW are not looked at.
    address: pageAddress(get) & unit.hostMask,
    addressMask: number(get, 'AM'),
    levels: number(get, 'IH'),
  }),
  'device-tlb': () => ({ kind: 'device-tlb' }),
  'pasid-device-tlb': () => ({ kind: 'pasid-device-tlb' }),
  'interrupt-entry': () => ({ kind: 'interrupt-entry' }),
  'page-group-response': () => ({ kind: 'page-group-response' }),
};

export function invalidationOf(
  name: Exclude<DescriptorName, 'wait'>,
  get: FieldReader,
  unit: Unit,
): Invalidation {
  return makers[name](get, unit);
}
