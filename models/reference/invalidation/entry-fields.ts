/** What the caches take from root, context and PASID table entries to tag and to find what they hold (VT-d 6.2.1). */
import type { PasidGranularTranslationType } from '../../../spec/invalidation/caches.ts';
import { contextLegacy } from '../../../spec/layouts/context.ts';
import { type Field, fieldOf } from '../../../spec/layouts/layout.ts';
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

/** What must be the same wherever the domain is (6.2.2.1, 6.2.3.1, 6.2.6.2): tables, and how they are walked. */
const contextTableFields = ['SSPTPTR', 'AW'].map((name) => fieldOf(contextLegacy, name));
const secondStageFields = ['SSPTPTR', 'AW'].map((name) => fieldOf(pasidTable, name));
const firstStageFields = ['FSPTPTR', 'FSPM', 'PGTT'].map((name) => fieldOf(pasidTable, name));
const hostPermissionFields = ['HPTPTR', 'HPTSZ'].map((name) => fieldOf(pasidTable, name));
/** Worked out once for the same object: entries that stay are asked again after every change. */
function tables(fields: readonly Field[]): (words: Words) => string {
  const known = new WeakMap<Words, string>();
  return (words) => {
    const found = known.get(words) ?? fields.map((field) => readField(field, words)).join(' ');
    known.set(words, found);
    return found;
  };
}
export const contextTables = tables(contextTableFields);
export const secondStageTables = tables(secondStageFields);
export const firstStageTables = tables(firstStageFields);
export const hostPermissionTables = tables(hostPermissionFields);

const SSPTPTR = fieldOf(pasidTable, 'SSPTPTR');
const AW = fieldOf(pasidTable, 'AW');

/** Whether the second-stage walk of a PASID table entry begins in the table that `slot` lies in. */
export function isSecondStageTop(
  entry: Words,
  { address, level }: { readonly address: bigint; readonly level: number },
): boolean {
  return (
    readField(SSPTPTR, entry) === address - (address % 4096n) && Number(readField(AW, entry)) + 2 === level
  );
}

const FSPM = fieldOf(pasidTable, 'FSPM');

/** Levels of the first-stage walk of a PASID table entry. */
export const firstStageLevels = (entry: Words): number => Number(readField(FSPM, entry)) + 4;

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
