/** Address translation services: what Device-TLBs ask for, and what they send (4.2.3, 4.2.5, 3.15). */
import {
  type Alternative,
  completionOf,
  type FaultProcessingDisable,
  faults,
  translated,
} from './alternative.ts';
import { isInterruptAddress } from './input-address.ts';
import { seeksReadOnly } from './request.ts';
import type { Walk } from './walk.ts';

/** True for a translation request without PASID to FEEx_xxxxh, which no table translates. */
export function isInterruptTranslation({ request }: Walk): boolean {
  const { kind, pasid, address } = request;
  return kind === 'translation' && pasid === undefined && isInterruptAddress(address);
}

/**
 * A translation request without PASID to FEEx_xxxxh that gets past the context entry is told to write
 * untranslated (S.1), or nothing when it does not want to write (S.2). Whether errors that lie deeper,
 * `alternatives`, are found first is not stated (D18).
 */
export function orInterruptRequest(walk: Walk, alternatives: readonly Alternative[]): readonly Alternative[] {
  if (!isInterruptTranslation(walk)) return alternatives;
  const deeper = alternatives.filter((alternative) => !isGranted(alternative));
  return [interruptCompletion(walk), ...deeper];
}

function isGranted(alternative: Alternative): boolean {
  return alternative.outcome === 'translated' && (alternative.read !== false || alternative.write !== false);
}

function interruptCompletion(walk: Walk): Alternative {
  const untranslated = !seeksReadOnly(walk.request, walk.unit.capabilities.NWFS);
  return translated({
    rules: [`translation.translation-request.interrupt-range${untranslated ? '' : '-read-only'}`],
    address: undefined,
    pageBits: 12,
    read: false,
    write: untranslated,
    completion: { ...completionOf(walk, undefined), user: untranslated },
  });
}

const addressConditions = {
  legacy: { interrupt: 'LGN.4', beyondHostWidth: 'LGN.1.2' },
  scalable: { interrupt: 'SGN.8.3', beyondHostWidth: 'SGN.4.1' },
} as const;

/** Conditions of a translated request's address that hold whatever the tables say (4.2.5). */
export function translatedAddress(
  { request, unit }: Walk,
  mode: keyof typeof addressConditions,
): readonly string[] {
  const { interrupt, beyondHostWidth } = addressConditions[mode];
  return [
    ...(isInterruptAddress(request.address) ? [interrupt] : []),
    ...(request.address >> BigInt(unit.profile.haw) === 0n ? [] : [beyondHostWidth]),
  ];
}

/**
 * A translated request to FEEx_xxxxh, or beyond the host address width, is refused as such, also when an entry on
 * its way is wrong: nobody says which is looked at first, nor whether FPD of the entries has been seen by then. What
 * else may come of it, `alternatives`, tells which of them it meets.
 */
export function orRefusedAddress(
  walk: Walk,
  alternatives: readonly Alternative[],
  mode: keyof typeof addressConditions,
): readonly Alternative[] {
  if (walk.request.kind !== 'translated') return alternatives;
  const refused = translatedAddress(walk, mode);
  if (refused.length === 0) return alternatives;
  const fpd = fpdMet(alternatives);
  const later = fpd.length === 0 ? [] : faults({ ...walk, fpd }, refused);
  return [...alternatives, ...faults(walk, refused), ...later];
}

/** The entries with FPD that the longest of the ways meets. */
function fpdMet(alternatives: readonly Alternative[]): readonly FaultProcessingDisable[] {
  let met: readonly FaultProcessingDisable[] = [];
  for (const one of alternatives) if (one.outcome === 'blocked' && one.fpd.length > met.length) met = one.fpd;
  return met;
}
