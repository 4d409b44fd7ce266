/** What a request is to the fault table, and which rights it asks for (4.2.1, 4.2.3.1, 3.14). */
import type { RequestKind } from '../../spec/faults.ts';
import type { Request } from '../../spec/schema.ts';
import type { Unit } from './unit.ts';

/** The column of Table 30 that speaks of `request`. */
export function columnOf({ kind = 'untranslated', pasid, lastInGroup }: Request): RequestKind {
  if (kind === 'page-request') {
    return lastInGroup === true ? 'page-request-response' : 'page-request-no-response';
  }
  return pasid === undefined ? kind : withPasid[kind];
}

const withPasid = {
  untranslated: 'untranslated-pasid',
  translation: 'translation-pasid',
  translated: 'translated-pasid',
} as const;

export function isAts({ kind }: Request): boolean {
  return kind === 'translation' || kind === 'translated';
}

export interface Access {
  /** Rights without which the request fails. A translation request gets whatever rights there are. */
  readonly read: boolean;
  readonly write: boolean;
  readonly effective: boolean;
  /** A zero-length read where write permission does instead of read permission (ZLR, 3.14). */
  readonly waivesRead: boolean;
  /** Dirty flags are set when write permission is there. */
  readonly dirty: boolean;
}

export function accessOf(request: Request, { capabilities }: Unit): Access {
  const plain = { read: false, write: false, effective: false, waivesRead: false, dirty: false };
  if (request.kind === 'translation') {
    return { ...plain, effective: true, dirty: !seeksReadOnly(request, capabilities.NWFS) };
  }
  switch (request.op) {
    case 'read':
      return { ...plain, read: true };
    case 'zero-length-read':
      return { ...plain, read: true, waivesRead: capabilities.ZLR === 1 };
    case 'write':
      return { ...plain, write: true, dirty: true };
    case 'atomic':
      return { ...plain, read: true, write: true, dirty: true };
  }
}

/** NW counts only where the unit supports it (4.2.3.1). */
export function seeksReadOnly({ kind, noWrite }: Request, supportsNoWrite: number): boolean {
  return kind === 'translation' && noWrite === true && supportsNoWrite === 1;
}
