/** Domain ids of one driver: who has which, and which may be dirty. */
import type { Domain } from '../../../spec/schema.ts';
import type { Habits } from './habits.ts';

/** Who holds an id: a place, with the domain that it is attached to. */
export interface Holder {
  readonly key: number;
  readonly pasid: number;
  readonly domain: number;
  readonly did: number;
}

/** The id for `domain` at the place `key`, beside `holders`; undefined when there is none. */
export type Giver = (
  key: number,
  pasid: number,
  domain: number,
  holders: readonly Holder[],
) => number | undefined;

const SHARED = 1;

/** `count`: ids of the unit. Id 0 is nobody's, and 1 is for those who share. */
export function giverOf(ids: Habits['ids'], count: number, domains: readonly Domain[]): Giver {
  let last = SHARED;
  const free = (holders: readonly Holder[], isInTurn: boolean): number | undefined => {
    const taken = new Set(holders.map(({ did }) => did));
    for (let step = 1; step < count; step++) {
      const did = isInTurn ? 1 + ((last + step - 1) % (count - 1)) : step;
      if (did === SHARED || taken.has(did)) continue;
      last = did;
      return did;
    }
    return undefined;
  };
  switch (ids) {
    case 'each-place':
      return (key, _pasid, _domain, holders) =>
        holders.find((one) => one.key === key)?.did ?? free(holders, false);
    case 'each-domain':
      return (_key, _pasid, domain, holders) =>
        holders.find((one) => one.domain === domain)?.did ?? free(holders, false);
    case 'each-change':
      return (_key, _pasid, _domain, holders) => free(holders, true);
    case 'one-for-first-stages':
      return (key, pasid, domain, holders) => {
        const kind = domains[domain]?.kind;
        // A PASID stands for one process in all devices, or it does not share.
        const isAlone = holders.every(
          (one) => one.pasid !== pasid || one.domain === domain || one.key === key,
        );
        const isFirst = kind === 'first-stage' || kind === 'pass-through';
        return isFirst && isAlone ? SHARED : free(holders, false);
      };
  }
}
