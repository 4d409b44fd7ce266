/** Plainer requests: untranslated, without PASID, a read, without flags, as far as the profile has them. */
import type { Profile, Request } from '../../spec/schema.ts';

/** Every request with one thing less. */
export function* plainerRequests(request: Request, profile: Profile): Iterable<Request> {
  const { sourceId, address, op, kind, ...flags } = request;
  const { pasid: _, privileged: __, ...withoutPasid } = flags;
  const kinds = profile.requestKinds;
  const isKind = kind !== undefined && kind !== 'untranslated';
  if (isKind && (kinds === undefined || kinds.includes('untranslated'))) {
    const { noWrite: ___, lastInGroup: ____, ...plain } = flags;
    yield { sourceId, address, op, ...plain };
  }
  const shape = kind === undefined ? {} : { kind };
  if (request.pasid !== undefined) yield { sourceId, address, op, ...shape, ...withoutPasid };
  for (const flag of ['privileged', 'noWrite', 'lastInGroup'] as const) {
    if (flag in request) yield without(request, flag);
  }
  if (kind === 'untranslated') yield without(request, 'kind');
  for (const plain of ['read', 'write'] as const) {
    if (op === plain) return;
    if (profile.ops?.includes(plain) ?? true) yield { ...request, op: plain };
  }
}

function without(request: Request, name: keyof Request): Request {
  return Object.fromEntries(Object.entries(request).filter(([key]) => key !== name)) as Request;
}
