/** What a descriptor that was taken asks the caches to do (VT-d 6.5.2). */
import type { DescriptorName } from '../../../spec/invalidation/descriptors.ts';
import { type FieldReader, pageAddress } from './descriptor-fields.ts';
import type { Invalidation } from './effects.ts';
import type { Unit } from './unit-facts.ts';

type Maker = (get: FieldReader, unit: Unit) => Invalidation;

const number = (get: FieldReader, name: string): number => Number(get(name));
/** Bits above the width of ND are not looked at. */
const didOf = (get: FieldReader, { didMask }: Unit): number => Number(get('DID') & didMask);

/** Indexed by G; only values that are not reserved come here. */
const contextGranularities = [undefined, 'global', 'domain', 'device'] as const;
const pasidGranularities = ['domain', 'pasid', undefined, 'global'] as const;
const pageGranularities = [undefined, 'global', 'domain', 'page'] as const;

function granted<T>(granularities: readonly (T | undefined)[], get: FieldReader): T {
  const granularity = granularities[number(get, 'G')];
  if (granularity === undefined) throw new RangeError('a descriptor of a reserved granularity was taken');
  return granularity;
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
    kind: 'pasid',
    granularity: granted(pasidGranularities, get),
    did: didOf(get, unit),
    pasid: number(get, 'PASID'),
  }),
  iotlb: (get, unit) => ({
    kind: 'iotlb',
    granularity: granted(pageGranularities, get),
    did: didOf(get, unit),
    // 6.5.2.3: bits above MGAW are not looked at.
    address: pageAddress(get) & unit.guestMask,
    addressMask: number(get, 'AM'),
    hint: get('IH') === 1n,
  }),
  'pasid-iotlb': (get, unit) => ({
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
