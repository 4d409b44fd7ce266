/** What the caches take from root, context and PASID table entries to tag and to find what they hold (VT-d 6.2.1). */
import type { PasidGranularTranslationType } from '../../../spec/invalidation/caches.ts';
import { contextLegacy } from '../../../spec/layouts/context.ts';
import { fieldOf } from '../../../spec/layouts/layout.ts';
import { pasidTable } from '../../../spec/layouts/pasid.ts';
import { readField } from '../../../spec/layouts/resolve.ts';

type Words = readonly bigint[];

const CONTEXT_DID = fieldOf(contextLegacy, 'DID');
const TT = fieldOf(contextLegacy, 'TT');
const DID = fieldOf(pasidTable, 'DID');
const PGTT = fieldOf(pasidTable, 'PGTT');
const HPTDID = fieldOf(pasidTable, 'HPTDID');
const PASS_THROUGH = 2n;

export const contextDid = (context: Words): number => Number(readField(CONTEXT_DID, context));
export const pasidDid = (entry: Words): number => Number(readField(DID, entry));
export const hostPermissionDid = (entry: Words): number => Number(readField(HPTDID, entry));

/** Legacy mode: the request goes through untranslated. */
export const isPassThrough = (context: Words): boolean => readField(TT, context) === PASS_THROUGH;

const types: readonly (PasidGranularTranslationType | undefined)[] = [
  undefined,
  'first-stage',
  'second-stage',
  'nested',
  'pass-through',
];

/** PGTT; undefined where its value is reserved. */
export function translationType(entry: Words): PasidGranularTranslationType | undefined {
  return types[Number(readField(PGTT, entry))];
}
