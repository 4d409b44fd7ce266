/** Legacy mode: root entry, context entry, then second stage or pass-through (3.4.2, 9.1, 9.3). */
import { contextLegacy } from '../../spec/layouts/context.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { rootLegacy } from '../../spec/layouts/root.ts';
import { type Alternative, faults, translated } from './alternative.ts';
import { orInterruptRequest, translatedAddress } from './ats.ts';
import { addressWidthBits, supportsAddressWidth } from './entry-checks.ts';
import { isAts } from './request.ts';
import { beyondWidth, type SecondStage } from './second-stage.ts';
import { answerSecondStage } from './stages.ts';
import { type Visit, visit } from './visit.ts';
import type { Walk } from './walk.ts';

const CTP = fieldOf(rootLegacy, 'CTP');
const TT = fieldOf(contextLegacy, 'TT');
const AW = fieldOf(contextLegacy, 'AW');
const SSPTPTR = fieldOf(contextLegacy, 'SSPTPTR');
const DID = fieldOf(contextLegacy, 'DID');
const WITH_ATS = 1n;
const PASS_THROUGH = 2n;

/** What may come of the request with the root table at `rootTable`. */
export function translateLegacy(walk: Walk, rootTable: bigint): readonly Alternative[] {
  const { sourceId } = walk.request;

  // 1. Root entry of the bus.
  const root = visit(walk, 'root-legacy', rootTable + 16n * BigInt(sourceId >> 8), 'LRT.1', BigInt(sourceId));
  if (!root.mayGoOn || root.words === undefined) return root.faults;

  // 2. Context entry of the device and function.
  const address = readField(CTP, root.words) + 16n * BigInt(sourceId & 0xff);
  const context = visit(root.walk, 'context-legacy', address, 'LCT.1', BigInt(sourceId));
  if (!context.present || context.words === undefined) return context.faults;
  const { words } = context;

  // 3. Whether the device may make ATS requests; no order among the checks of one entry (D1).
  if (isAts(walk.request) && readField(TT, words) !== WITH_ATS) {
    const refused = faults(context.walk, ['LCT.5']);
    return context.mayGoOn ? [...refused, ...context.faults] : [...context.faults, ...refused];
  }

  // 4. A translated request goes where it says; otherwise pass-through, or second stage.
  if (walk.request.kind === 'translated') return translatedRequest(context);
  if (readField(TT, words) === PASS_THROUGH) return passThrough(context, words);
  const alternatives = secondStage(context, words);
  return context.mayGoOn ? orInterruptRequest(context.walk, alternatives) : alternatives;
}

function secondStage(context: Visit, words: readonly bigint[]): readonly Alternative[] {
  const width = addressWidthBits(readField(AW, words));
  // AW encodes no width: neither a limit nor a number of levels is known.
  if (width === undefined) return context.faults;
  const stage: SecondStage = {
    mode: 'legacy',
    top: readField(SSPTPTR, words),
    levels: (width - 12) / 9,
    memoryTypes: false,
    accessedDirty: false,
    snooped: true,
  };
  context.walk.tags?.use(['second stage', readField(DID, words)], [stage.top, stage.levels]);
  if (context.mayGoOn) return [...answerSecondStage(context.walk, stage, false), ...context.faults];
  // The entry is wrong for sure: that the address is too wide as well may be what is found (D1).
  return [...context.faults, ...faults(context.walk, beyondWidth(context.walk, stage))];
}

/** Its address is a host address, and no interrupt address (4.2.5). */
function translatedRequest({ walk, mayGoOn, faults: found }: Visit): readonly Alternative[] {
  const { address } = walk.request;
  const refused = faults(walk, translatedAddress(walk, 'legacy'));
  if (!mayGoOn || refused.length > 0) return mayGoOn ? [...refused, ...found] : [...found, ...refused];
  const rules = ['translation.translated-request'];
  return [translated({ rules, address, pageBits: 64, read: undefined, write: undefined }), ...found];
}

/**
 * The output is the input (3.9). The address must fit the host address width; whether it must fit AW as
 * well is not stated, nor is AW checked for sure.
 */
function passThrough(context: Visit, words: readonly bigint[]): readonly Alternative[] {
  const { walk, mayGoOn } = context;
  const { address } = walk.request;
  const tooHigh = faults(walk, ['LGN.1.3']);
  if (address >> BigInt(walk.unit.profile.haw) !== 0n) {
    return mayGoOn ? [...tooHigh, ...context.faults] : [...context.faults, ...tooHigh];
  }
  const aw = readField(AW, words);
  const width = addressWidthBits(aw);
  const refusals = [
    ...context.faults,
    ...(width !== undefined && address >> BigInt(width) !== 0n ? tooHigh : []),
  ];
  if (!mayGoOn) return refusals;
  const ignored = readField(SSPTPTR, words) !== 0n || !supportsAddressWidth(aw, walk.unit);
  const rules = [
    ...(ignored ? ['translation.ignored.pass-through.legacy'] : []),
    'translation.pass-through.legacy',
  ];
  return [translated({ rules, address, pageBits: 64, read: true, write: true }), ...refusals];
}
