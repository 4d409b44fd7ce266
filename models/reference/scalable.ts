/**
 * Scalable mode: root entry, context entry, PASID directory, PASID table entry (3.4.3, 9.2 to 9.6), then
 * what the PASID table entry makes of the request (pasid-use.ts). RID_PASID and RID_PRIV stand in for the
 * PASID and the privilege of a request without PASID.
 */
import { contextScalable } from '../../spec/layouts/context.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidDirectory } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { rootScalableLower, rootScalableUpper } from '../../spec/layouts/root.ts';
import { type Alternative, faults, translated } from './alternative.ts';
import { orInterruptRequest, translatedAddress } from './ats.ts';
import { contextChecks, type RequesterChecks } from './context-checks.ts';
import { usePasidEntry } from './pasid-use.ts';
import { type Visit, visit } from './visit.ts';
import type { Walk } from './walk.ts';

const LCTP = fieldOf(rootScalableLower, 'LCTP');
const UCTP = fieldOf(rootScalableUpper, 'UCTP');
const PASIDDIRPTR = fieldOf(contextScalable, 'PASIDDIRPTR');
const RID_PRIV = fieldOf(contextScalable, 'RID_PRIV');
const HPTE = fieldOf(contextScalable, 'HPTE');
const EPTR = fieldOf(contextScalable, 'EPTR');
const SMPTBLPTR = fieldOf(pasidDirectory, 'SMPTBLPTR');

/** What may come of the request with the root table at `rootTable`. */
export function translateScalable(walk: Walk, rootTable: bigint): readonly Alternative[] {
  const { sourceId } = walk.request;
  // 2. The half of the root entry that serves the device: devices 16 to 31 have the upper one.
  const upper = (sourceId & 0x80) !== 0;
  const format = upper ? 'root-scalable-upper' : 'root-scalable-lower';
  const root = visit(walk, format, rootTable + 16n * BigInt(sourceId >> 8), 'SRT.1', BigInt(sourceId));
  if (!root.mayGoOn || root.words === undefined) return [...root.faults, ...tooWidePasid(walk)];

  // 3. Context entry: 128 of them in each table.
  const contextTable = readField(upper ? UCTP : LCTP, root.words);
  const contextAddress = contextTable + 32n * BigInt(sourceId & 0x7f);
  const context = visit(root.walk, 'context-scalable', contextAddress, 'SCT.1', BigInt(sourceId));
  const before = [
    ...context.faults,
    ...root.faults,
    ...tooWidePasid(root.walk),
    ...(context.walk.fpd.length > 0 ? tooWidePasid(context.walk) : []),
  ];
  if (!context.present || context.words === undefined) return before;

  // 4. What the context entry says of such a request; no order among the checks of one entry (D1).
  const checks = contextChecks(context.walk, context.words);
  const refused = faults(context.walk, [...checks.certain, ...checks.open]);
  if (!context.mayGoOn) return [...before, ...refused];
  if (checks.certain.length > 0) return [...refused, ...before];
  const outcome = orInterruptRequest(context.walk, withContext(context, context.words, checks));
  const named = root.words[upper ? 0 : 1] === 0n ? outcome : outcome.map(besideOtherHalf);
  return [...named, ...refused, ...before];
}

/** Whether the width of a PASID is checked before any table is read is not stated (D6). */
function tooWidePasid(walk: Walk): readonly Alternative[] {
  return faults(walk, isPasidTooWide(walk) ? ['SGN.10'] : []);
}

/** A PASID has PSS + 1 bits (11.4.3); page requests are not checked. */
function isPasidTooWide({ request, unit }: Walk): boolean {
  const { kind, pasid } = request;
  return kind !== 'page-request' && pasid !== undefined && pasid >> (unit.capabilities.PSS + 1) !== 0;
}

function withContext(
  context: Visit,
  words: readonly bigint[],
  checks: RequesterChecks,
): readonly Alternative[] {
  const { walk } = context;
  const { request, unit } = walk;

  // 5. The PASID and the privilege that the request is given.
  const ownPasid = request.kind === 'translated' && readField(EPTR, words) === 0n ? undefined : request.pasid;
  const pasid = ownPasid === undefined ? checks.ridPasid : BigInt(ownPasid);
  const ownPrivilege = request.privileged === true;
  const ridPrivilege = unit.capabilities.RPRIVS === 1 && readField(RID_PRIV, words) === 1n;
  const privileged = request.pasid === undefined ? ridPrivilege : ownPrivilege;

  // A translated request goes where it says, unless the host permission table is to be asked (4.2.5).
  const asksTable = readField(HPTE, words) === 1n;
  if (request.kind === 'translated' && !asksTable) return translatedRequest(walk);

  // 6. PASID directory entry.
  const directoryAddress = readField(PASIDDIRPTR, words) + 8n * (pasid >> 6n);
  const directory = visit(walk, 'pasid-directory', directoryAddress, 'SPD.1', pasid);
  if (!directory.mayGoOn || directory.words === undefined) return directory.faults;

  // 7. PASID table entry.
  const tableAddress = readField(SMPTBLPTR, directory.words) + 64n * (pasid & 63n);
  const entry = visit(directory.walk, 'pasid-table', tableAddress, 'SPT.1', pasid);
  if (!entry.present || entry.words === undefined) return [...entry.faults, ...directory.faults];
  return [...usePasidEntry(entry, entry.words, pasid, privileged), ...directory.faults];
}

function translatedRequest(walk: Walk): readonly Alternative[] {
  const refused = translatedAddress(walk, 'scalable');
  if (refused.length > 0) return faults(walk, refused);
  const { address, pasid } = walk.request;
  const rules = [...(pasid === undefined ? [] : ['translation.pasid']), 'translation.translated-request'];
  return [translated({ rules, address, pageBits: 64, read: undefined, write: undefined })];
}

/** A translation in spite of what the other half of the root entry holds. */
function besideOtherHalf(alternative: Alternative): Alternative {
  if (alternative.outcome !== 'translated' || alternative.address === undefined) return alternative;
  return { ...alternative, rules: ['translation.ignored.root-half', ...alternative.rules] };
}
