/** The request in work, cut into numbers once, and which of its rights are missing (4.2, 4.2.3.1). */
import type { Request } from '../../spec/schema.ts';
import { READ, WRITE } from './paging.ts';

export const UNTRANSLATED = 0;
export const TRANSLATION = 1;
export const TRANSLATED = 2;
export const PAGE_REQUEST = 3;

const kinds = {
  untranslated: UNTRANSLATED,
  translation: TRANSLATION,
  translated: TRANSLATED,
  'page-request': PAGE_REQUEST,
} as const;
const operations = { read: READ, write: WRITE, atomic: READ | WRITE, 'zero-length-read': READ } as const;

export const current = {
  kind: UNTRANSLATED as number,
  sourceId: 0,
  high: 0,
  low: 0,
  withPasid: false,
  pasid: 0,
  /** PR as it applies: with PASID that of the request, else RID_PRIV. */
  privileged: false,
  /** Rights that are asked for; of a translation request one of them is enough. */
  rights: 0,
  /** A zero-length read for which a write right will do too (CAP.ZLR). */
  anyRight: false,
};

/** Makes `request` the current one. */
export function setCurrent(request: Request, zeroLengthReads: boolean, noWriteFlag: boolean): typeof current {
  const { address, pasid, op } = request;
  const kind = request.kind === undefined ? UNTRANSLATED : kinds[request.kind];
  current.kind = kind;
  current.sourceId = request.sourceId;
  current.low = Number(address & 0xffff_ffffn);
  current.high = Number(address >> 32n);
  current.withPasid = pasid !== undefined;
  current.pasid = pasid ?? 0;
  current.privileged = pasid !== undefined && request.privileged === true;
  if (kind === TRANSLATION) {
    current.rights = noWriteFlag && request.noWrite === true ? READ : READ | WRITE;
    current.anyRight = true;
  } else {
    current.rights = operations[op];
    current.anyRight = zeroLengthReads && op === 'zero-length-read';
    if (current.anyRight) current.rights = READ | WRITE;
  }
  return current;
}

/** READ or WRITE when `granted` lacks it, 0 when the request may go on. */
export function missingRight(granted: number): number {
  const { rights, anyRight } = current;
  if (anyRight) return (granted & rights) === 0 ? READ : 0;
  const missing = rights & ~granted;
  return (missing & WRITE) !== 0 ? WRITE : missing;
}

/** True when the dirty flag of a page with rights `granted` is due. */
export function isWrite(granted: number): boolean {
  const { kind, rights, anyRight } = current;
  if (kind !== TRANSLATION && anyRight) return false;
  return (rights & granted & WRITE) !== 0;
}
