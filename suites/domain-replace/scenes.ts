/**
 * Programs that take every domain id of a small unit, from which shrinking begins: so many requests come to one form
 * from one start alone. What needs less is drawn among the common starts.
 */
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { Domain, DomainReplaceCase, DomainRequest, Profile } from '../../spec/schema.ts';

/** Ids of the smallest unit (ND = 0) but id 0, which a driver need not give (6.2.3.1). */
const IDS = 15;
const TABLE = 1n << 20n;

const SECOND: Domain = { kind: 'second-stage', table: TABLE, levels: 4 };
const OTHER: Domain = { ...SECOND, table: 2n * TABLE };
const FIRST: Domain = { kind: 'first-stage', table: TABLE, levels: 4 };
const PASS_THROUGH: Domain = { kind: 'pass-through' };

type Scene = Pick<DomainReplaceCase, 'domains' | 'requests'> & Partial<DomainReplaceCase>;

const devices = [0x10, 0x11].map((sourceId) => ({ sourceId, ats: false }));

/** The place of requests without PASID, then those of PASIDs. */
const place = (index: number, device = 0) => ({ device, ...(index === 0 ? {} : { pasid: index }) });
const attach = (domain: number, index = 0, device = 0): DomainRequest => ({
  request: 'attach',
  ...place(index, device),
  domain,
});
const attachAll = (count: number) => Array.from({ length: count }, (_, index) => attach(0, index));
const detachAll = (count: number) =>
  Array.from({ length: count }, (_, index): DomainRequest => ({ request: 'detach', ...place(index) }));

/** Half of the ids, and one more than that is left if none of them comes back. */
const HALF = Math.ceil(IDS / 2);

const scenes: readonly Scene[] = [
  // An id for each place: none is left for one more, of another device too, nor beside the one that is replaced.
  ...[PASS_THROUGH, OTHER].map((last) => ({
    domains: [SECOND, last],
    requests: [...attachAll(IDS), attach(1)],
  })),
  { devices, domains: [FIRST, PASS_THROUGH], requests: [...attachAll(IDS), attach(1, IDS - 1, 1)] },
  { domains: [SECOND, OTHER], requests: [...attachAll(IDS - 1), attach(1, IDS - 1), attach(0, IDS - 1)] },
  // What was taken comes back: when another is taken, when tables go, and when places do.
  { domains: [SECOND, OTHER], requests: Array.from({ length: IDS + 1 }, (_, index) => attach(index % 2)) },
  { domains: [FIRST], requests: [...attachAll(HALF), { request: 'release', domain: 0 }, ...attachAll(HALF)] },
  { domains: [SECOND], requests: [...attachAll(HALF), ...detachAll(HALF), ...attachAll(HALF)] },
];

/** Undefined where a unit has more ids, no PASIDs, or not all the kinds of domains. */
export function domainReplaceScenes(profile: Profile): readonly (DomainReplaceCase | undefined)[] {
  const { FSTS, SSTS, PT, SAGAW, PASID, PSS, ND } = decodeCapabilities(profile);
  const isSmall = ND === 0 && PASID === 1 && 2 ** (PSS + 1) > IDS && profile.pasids !== false;
  const isServed = isSmall && FSTS === 1 && SSTS === 1 && PT === 1 && ((SAGAW >> 2) & 1) === 1;
  return scenes.map((scene) =>
    isServed
      ? {
          ...{ area: 'domain-replace', profile, devices: devices.slice(0, 1), failing: [] },
          ...scene,
        }
      : undefined,
  );
}
