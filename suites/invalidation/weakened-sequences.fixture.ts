/** Ways to do less than a row of Tables 28 and 29 asks for: without one descriptor, or with a narrower one. */
import {
  contextDevice,
  contextDomain,
  DOMAIN,
  FINE,
  GLOBAL,
  iotlbDomain,
  iotlbPage,
  pasidDomain,
  pasidIotlbPage,
  pasidOne,
  type Selector,
} from '../../generators/invalidation-descriptors.ts';

export interface Weakened {
  /** Such as `iotlb-domain dropped`. */
  readonly name: string;
  readonly sequence: readonly Selector[];
}

const PASID_GLOBAL = 3;
const PASID_DOMAIN = 0;
const PASID_IOTLB_ALL = 2;

/** What a narrower descriptor names: a domain, requester, PASID and page that the change is about. */
export interface Narrowed {
  readonly did: number;
  readonly sourceId: number;
  readonly pasid: number;
  readonly frame: number;
}

/** Every way to leave out or narrow one descriptor of `sequence`. */
export function weakened(sequence: readonly Selector[], world: Narrowed): readonly Weakened[] {
  return sequence.flatMap((selector, index) => {
    const title = titleOf(selector);
    const replaced = (by: readonly Selector[]) => [
      ...sequence.slice(0, index),
      ...by,
      ...sequence.slice(index + 1),
    ];
    return [
      { name: `${title} dropped`, sequence: replaced([]) },
      ...narrower(selector, world).map(([how, by]) => ({
        name: `${title} ${how}`,
        sequence: replaced([by]),
      })),
    ];
  });
}

type Narrower = readonly (readonly [how: string, selector: Selector])[];

function narrower(selector: Selector, { did, sourceId, pasid, frame }: Narrowed): Narrower {
  const { kind, granularity } = selector;
  switch (kind) {
    case 'context':
      if (granularity === FINE) return [];
      return [
        ...(granularity === GLOBAL ? [['of one domain', contextDomain(did)] as const] : []),
        ['of one device', contextDevice(granularity === GLOBAL ? did : selector.did, sourceId)],
      ];
    case 'pasid':
      if (granularity === PASID_GLOBAL) return [['of one domain', pasidDomain(did)]];
      return granularity === PASID_DOMAIN ? [['of one PASID', pasidOne(selector.did, pasid)]] : [];
    case 'iotlb':
      if (granularity === GLOBAL) return [['of one domain', iotlbDomain(did)]];
      if (granularity === DOMAIN) return [['of one page', iotlbPage(selector.did, frame)]];
      return ofFewerPages(selector);
    case 'pasid-iotlb':
      return granularity === PASID_IOTLB_ALL
        ? [['of one page', pasidIotlbPage(selector.did, selector.pasid, frame)]]
        : ofFewerPages(selector);
    case 'host-permission':
      return [
        ...(granularity === FINE ? [['of one page', { ...selector, addressMask: 0 }] as const] : []),
        ...(selector.hint > 0
          ? [['of one level less', { ...selector, hint: selector.hint - 1 }] as const]
          : []),
        ...(selector.hint > 1 ? [['of level 1', { ...selector, hint: 0 }] as const] : []),
      ];
  }
}

function ofFewerPages(selector: Selector): Narrower {
  const { addressMask, hint } = selector;
  return [
    ...(addressMask > 0 ? [['of one page', { ...selector, addressMask: 0 }] as const] : []),
    ...(hint === 0 ? [['with IH', { ...selector, hint: 1 }] as const] : []),
  ];
}

const names: Readonly<Record<Selector['kind'], readonly string[]>> = {
  context: ['', 'global', 'domain', 'device'],
  iotlb: ['', 'global', 'domain', 'page'],
  'pasid-iotlb': ['', '', 'pasid', 'page'],
  pasid: ['domain', 'pasid', '', 'global'],
  'host-permission': ['', 'global', 'domain', 'page'],
};

function titleOf({ kind, granularity }: Selector): string {
  return `${kind}-${names[kind][granularity]}`;
}
