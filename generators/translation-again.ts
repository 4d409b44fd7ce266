/**
 * A request that comes again for the same page, with another operation, privilege or kind, or by another device. What
 * an IOTLB keeps of a page besides its address shows in such a pair alone: the rights of each privilege, whether it is
 * dirty, SNP (6.2.4); and whether its tags are compared (Table 17).
 */
import type { Request } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import type { MutableRequest } from './translation-requests.ts';
import type { TranslationTarget } from './translation-target.ts';

/** `before` once more at its address, at times by another of `devices` or without its PASID. */
export function drawAgain(
  { kinds, ops, emulated }: TranslationTarget,
  devices: readonly Pick<Request, 'sourceId'>[],
  before: Request,
  choices: Choices,
): Request {
  const { address, kind = 'untranslated' } = before;
  // Of host permissions there is little more to tell than whose they are.
  const often = kind === 'translated' ? 2 : 8;
  // The other one may be under pass-through, where an emulator must be asked for data pages only.
  const { sourceId } = !emulated && choices.oneIn(often) ? choices.one(devices) : before;
  // There an untranslated write without PASID may be an interrupt request.
  const isOfInterrupts = address >> 20n === 0xfeen;
  const pasid = choices.oneIn(often) && !isOfInterrupts ? undefined : before.pasid;
  const others = kinds.filter((other) => other === 'untranslated' || other === 'translation');
  const isOfTables = kind === 'untranslated' || kind === 'translation';
  const next = isOfTables && !isOfInterrupts && others.length > 0 ? choices.one(others) : kind;
  const op = isOfInterrupts ? before.op : choices.one(ops);
  const privileged = choices.oneIn(2);
  const request: MutableRequest = { sourceId, address, op };
  if (pasid !== undefined) {
    request.pasid = pasid;
    request.privileged = privileged;
  }
  if (next === 'translation') request.noWrite = choices.oneIn(2);
  if (next === 'page-request') request.lastInGroup = choices.oneIn(2);
  if (next !== 'untranslated') request.kind = next;
  return request;
}
