/**
 * Scalable mode: root entry, context entry, PASID directory, PASID table entry, then second stage or
 * pass-through (3.4.3, 9.2 to 9.6). The request has no PASID: RID_PASID and RID_PRIV stand in for it.
 */
import { insert } from '../../spec/bits.ts';
import { contextScalable } from '../../spec/layouts/context.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { rootScalableLower, rootScalableUpper } from '../../spec/layouts/root.ts';
import { type Alternative, translated } from './alternative.ts';
import { ignoredBits } from './entry.ts';
import { addressWidthBits, supportsAddressWidth } from './entry-checks.ts';
import { beyondWidth, type SecondStage, translateSecondStage } from './second-stage.ts';
import { type Visit, visit } from './visit.ts';
import { faults, type Walk } from './walk.ts';

const LCTP = fieldOf(rootScalableLower, 'LCTP');
const UCTP = fieldOf(rootScalableUpper, 'UCTP');
const PASIDDIRPTR = fieldOf(contextScalable, 'PASIDDIRPTR');
const RID_PASID = fieldOf(contextScalable, 'RID_PASID');
const RID_PRIV = fieldOf(contextScalable, 'RID_PRIV');
const SMPTBLPTR = fieldOf(pasidDirectory, 'SMPTBLPTR');
const PGTT = fieldOf(pasidTable, 'PGTT');
const AW = fieldOf(pasidTable, 'AW');
const SSADE = fieldOf(pasidTable, 'SSADE');
const SSPTPTR = fieldOf(pasidTable, 'SSPTPTR');
const EMTE = fieldOf(pasidTable, 'EMTE');
const SRE = fieldOf(pasidTable, 'SRE');
const FIRST_STAGE = 1n;
const SECOND_STAGE = 2n;
const NESTED = 3n;
const PASS_THROUGH = 4n;

/** What may come of the request with the root table at `rootTable`; undefined when anything may. */
export function translateScalable(walk: Walk, rootTable: bigint): readonly Alternative[] | undefined {
  const { sourceId } = walk.request;
  const { capabilities } = walk.unit;

  // 2. The half of the root entry that serves the device: devices 16 to 31 have the upper one.
  const upper = (sourceId & 0x80) !== 0;
  const format = upper ? 'root-scalable-upper' : 'root-scalable-lower';
  const root = visit(walk, format, rootTable + 16n * BigInt(sourceId >> 8), 'SRT.1');
  if (!root.mayGoOn || root.words === undefined) return root.faults;

  // 3. Context entry: 128 of them in each table.
  const contextTable = readField(upper ? UCTP : LCTP, root.words);
  const contextAddress = contextTable + 32n * BigInt(sourceId & 0x7f);
  const context = visit(root.walk, 'context-scalable', contextAddress, 'SCT.1');
  if (!context.mayGoOn || context.words === undefined) return [...context.faults, ...root.faults];

  // 5. The PASID and the privilege that the request is given.
  const pasid = capabilities.RPS === 1 ? readField(RID_PASID, context.words) : 0n;
  const privileged = capabilities.RPRIVS === 1 && readField(RID_PRIV, context.words) === 1n;

  // 6. PASID directory entry.
  const directoryAddress = readField(PASIDDIRPTR, context.words) + 8n * (pasid >> 6n);
  const directory = visit(context.walk, 'pasid-directory', directoryAddress, 'SPD.1');
  const before = [...context.faults, ...root.faults];
  if (!directory.mayGoOn || directory.words === undefined) return [...directory.faults, ...before];

  // 7. PASID table entry.
  const tableAddress = readField(SMPTBLPTR, directory.words) + 64n * (pasid & 63n);
  const entry = visit(directory.walk, 'pasid-table', tableAddress, 'SPT.1');
  const outcome = entry.present && entry.words ? use(entry, entry.words, privileged) : entry.faults;
  const named = root.words[upper ? 0 : 1] === 0n ? outcome : outcome?.map(besideOtherHalf);
  return named && [...named, ...directory.faults, ...before];
}

/** A translation in spite of what the other half of the root entry holds. */
function besideOtherHalf(alternative: Alternative): Alternative {
  if (alternative.outcome === 'blocked') return alternative;
  return { ...alternative, rules: ['translation.ignored.root-half', ...alternative.rules] };
}

/** What the present PASID table entry makes of the request. */
function use(
  entry: Visit,
  words: readonly bigint[],
  privileged: boolean,
): readonly Alternative[] | undefined {
  const { walk, mayGoOn } = entry;
  const pgtt = readField(PGTT, words);
  const stage = secondStageOf(words);
  const refused = privileged && readField(SRE, words) === 0n ? faults(walk, ['SPT.6']) : [];

  // The first stage is not described here, unless the unit has none.
  const unsupported = entry.faults.some(
    (fault) => fault.outcome === 'blocked' && fault.condition.id === 'SPT.4.2',
  );
  if ((pgtt === FIRST_STAGE || pgtt === NESTED) && !unsupported) return undefined;

  // Wrong for sure: no order among what is wrong with the entry and with the request (D1).
  if (!mayGoOn || refused.length > 0) {
    const tooWide = pgtt === PASS_THROUGH ? beyondHostWidth(walk) : stage ? beyondWidth(walk, stage) : [];
    const certain = mayGoOn ? [...refused, ...entry.faults] : [...entry.faults, ...refused];
    return [...certain, ...faults(walk, tooWide)];
  }

  // 9. By translation type.
  if (pgtt === PASS_THROUGH) return [...passThrough(walk, words), ...entry.faults];
  if (stage === undefined || readField(SSADE, words) === 1n) return undefined;
  return [...translateSecondStage(walk, stage), ...entry.faults];
}

/** Undefined when PGTT does not say second stage, or AW encodes no width. */
function secondStageOf(words: readonly bigint[]): SecondStage | undefined {
  const width = addressWidthBits(readField(AW, words));
  if (readField(PGTT, words) !== SECOND_STAGE || width === undefined) return undefined;
  return {
    mode: 'scalable',
    top: readField(SSPTPTR, words),
    levels: (width - 12) / 9,
    memoryTypes: readField(EMTE, words) === 1n,
  };
}

function beyondHostWidth({ unit, request }: Walk): readonly string[] {
  return request.address >> BigInt(unit.profile.haw) === 0n ? [] : ['SGN.4.2'];
}

/** The output is the input (3.9); it can't be an interrupt address, since those are not translated. */
function passThrough(walk: Walk, words: readonly bigint[]): readonly Alternative[] {
  const tooHigh = beyondHostWidth(walk);
  if (tooHigh.length > 0) return faults(walk, tooHigh);
  const rules = [
    ...(showsIgnoredFields(walk, words) ? ['translation.ignored.pass-through.scalable'] : []),
    'translation.pass-through.scalable',
  ];
  const { address } = walk.request;
  return [translated({ rules, address, pageBits: 64, read: true, write: true })];
}

/** Fields of a pass-through entry that would matter to another type: AW has no width, or bits are set. */
function showsIgnoredFields({ unit }: Walk, words: readonly bigint[]): boolean {
  const aw = readField(AW, words);
  const ignored = ignoredBits('pasid-table', words, unit.profile);
  const others = words.map((word, index) => (index === 0 ? insert(word, AW.high, AW.low, 0n) : word));
  return (
    (unit.capabilities.SSTS === 1 && !supportsAddressWidth(aw, unit)) ||
    others.some((word, index) => (word & (ignored[index] ?? 0n)) !== 0n)
  );
}
