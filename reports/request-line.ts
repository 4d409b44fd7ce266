/** A request in one line: what it is, where it goes, and who makes it. */
import type { Request } from '../spec/schema.ts';
import { requester, shortHex } from './hex.ts';

export function requestLine(request: Request): string {
  const { address, sourceId } = request;
  return `${named(request)} ${shortHex(address)} from ${requester(sourceId)}${withPasid(request)}`;
}

function named({ kind = 'untranslated', op, noWrite, lastInGroup }: Request): string {
  switch (kind) {
    case 'untranslated':
      return `${op} of`;
    case 'translated':
      return `translated ${op} of`;
    case 'translation':
      return `translation request${noWrite === true ? ' without write' : ''} for`;
    case 'page-request':
      return `${lastInGroup === true ? 'last ' : ''}page request for`;
  }
}

function withPasid({ pasid, privileged }: Request): string {
  if (pasid === undefined) return '';
  return ` with PASID 0x${pasid.toString(16)}${privileged === true ? ', privileged' : ''}`;
}
