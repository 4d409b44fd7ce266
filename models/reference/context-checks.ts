/** What a scalable context entry says of a kind of request: one condition a function (9.4, Table 30). */
import { contextScalable } from '../../spec/layouts/context.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { isAts } from './request.ts';
import type { Walk } from './walk.ts';

const DTE = fieldOf(contextScalable, 'DTE');
const PASIDE = fieldOf(contextScalable, 'PASIDE');
const PRE = fieldOf(contextScalable, 'PRE');
const EPTR = fieldOf(contextScalable, 'EPTR');
const PDTS = fieldOf(contextScalable, 'PDTS');
const RID_PASID = fieldOf(contextScalable, 'RID_PASID');

export interface RequesterChecks {
  /** Conditions that hold; the request is refused when there is one. */
  readonly certain: readonly string[];
  /** Conditions of which it is not known whether hardware checks them here. */
  readonly open: readonly string[];
  /** The PASID of requests without PASID: 0 where the unit has no RID_PASID. */
  readonly ridPasid: bigint;
}

/** Everything that the entry `words`, which is well formed, holds against the request. */
export function contextChecks(walk: Walk, words: readonly bigint[]): RequesterChecks {
  const { request, unit, history } = walk;
  const { kind = 'untranslated', pasid } = request;
  const clear = (field: typeof DTE): boolean => readField(field, words) === 0n;
  const ridPasid = unit.capabilities.RPS === 1 ? readField(RID_PASID, words) : 0n;
  const certain: string[] = [];
  const open: string[] = [];
  if (isAts(request) && clear(DTE)) certain.push('SCT.5');
  if (kind === 'page-request' && clear(PRE)) certain.push('SCT.8');
  if (pasid === undefined) return { certain, open, ridPasid };

  // What a request without PASID left behind in a cache may serve this one, and nothing is checked (6.2.1).
  const isRidPasid = BigInt(pasid) === ridPasid;
  const mayHit = isRidPasid && kind !== 'page-request' && history.has({ sourceId: request.sourceId });
  const wrong = mayHit ? open : certain;
  if (kind !== 'translated' && clear(PASIDE)) wrong.push('SCT.6');
  if (BigInt(pasid) >= 1n << (readField(PDTS, words) + 13n)) wrong.push('SCT.7');
  // D20: without RID_PASID nobody says that PASID 0 is meant.
  if (isRidPasid) (unit.capabilities.RPS === 0 ? open : wrong).push('SCT.9');
  if (kind === 'translated' && clear(EPTR)) wrong.push('SCT.10');
  if (kind !== 'page-request' && pasid >> (unit.capabilities.PSS + 1) !== 0) wrong.push('SGN.10');
  return { certain, open, ridPasid };
}
