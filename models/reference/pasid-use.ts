/** What a present PASID table entry makes of a request (9.6, 3.4.3): the stages, pass-through, or a refusal. */
import { insert } from '../../spec/bits.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { type Alternative, completionOf, faults, translated } from './alternative.ts';
import { translatedAddress } from './ats.ts';
import { ignoredBits } from './entry.ts';
import { addressWidthBits, supportsAddressWidth } from './entry-checks.ts';
import { isSet } from './entry-table.ts';
import { type FirstStage, isCanonical } from './first-stage.ts';
import { beyondTable, type HostPermissionTable, walkHostPermissions } from './host-permission.ts';
import { coveredBits, isInterruptAddress } from './input-address.ts';
import { accessOf, seeksReadOnly } from './request.ts';
import { beyondWidth, type SecondStage } from './second-stage.ts';
import { answerFirstStage, answerSecondStage } from './stages.ts';
import type { Visit } from './visit.ts';
import type { Walk } from './walk.ts';

const PGTT = fieldOf(pasidTable, 'PGTT');
const AW = fieldOf(pasidTable, 'AW');
const SSADE = fieldOf(pasidTable, 'SSADE');
const SSPTPTR = fieldOf(pasidTable, 'SSPTPTR');
const PWSNP = fieldOf(pasidTable, 'PWSNP');
const PGSNP = fieldOf(pasidTable, 'PGSNP');
const EMTE = fieldOf(pasidTable, 'EMTE');
const SRE = fieldOf(pasidTable, 'SRE');
const FSPM = fieldOf(pasidTable, 'FSPM');
const WPE = fieldOf(pasidTable, 'WPE');
const EAFE = fieldOf(pasidTable, 'EAFE');
const FSPTPTR = fieldOf(pasidTable, 'FSPTPTR');
const DID = fieldOf(pasidTable, 'DID');
const HPTDID = fieldOf(pasidTable, 'HPTDID');
const HPTSZ = fieldOf(pasidTable, 'HPTSZ');
const HPTPTR = fieldOf(pasidTable, 'HPTPTR');
const FIRST_STAGE = 1n;
const SECOND_STAGE = 2n;
const NESTED = 3n;
const PASS_THROUGH = 4n;

/**
 * What may come of the request; the entry `words` of `pasid` is present. `privileged` is PR, or RID_PRIV of a
 * request without PASID: supervisor privilege is asked for.
 */
export function usePasidEntry(
  entry: Visit,
  words: readonly bigint[],
  pasid: bigint,
  privileged: boolean,
): readonly Alternative[] {
  const { walk, mayGoOn } = entry;
  switch (walk.request.kind) {
    case 'page-request':
      // 7.4: nothing but the entry itself is looked at.
      return mayGoOn
        ? [{ outcome: 'queued', rules: ['translation.page-request'] }, ...entry.faults]
        : entry.faults;
    case 'translated':
      return translatedRequest(entry, words);
    default:
      return translateBy(entry, words, pasid, privileged);
  }
}

/** 8. A translated request under HPTE; no order among what is wrong with its address (4.2.4). */
function translatedRequest(entry: Visit, words: readonly bigint[]): readonly Alternative[] {
  const { walk, mayGoOn } = entry;
  const table: HostPermissionTable = { top: readField(HPTPTR, words), size: Number(readField(HPTSZ, words)) };
  const outside = [...beyondTable(walk, table), ...translatedAddress(walk, 'scalable')];
  if (!mayGoOn) return [...entry.faults, ...faults(walk, outside)];
  const isCovered = beyondTable(walk, table).length === 0 && !outside.includes('SGN.4.1');
  walk.tags?.use(['host permissions', readField(HPTDID, words)], [table.top]);
  const permitted = isCovered ? walkHostPermissions(walk, table) : [];
  if (outside.length === 0) return [...permitted, ...entry.faults];
  const denied = permitted.filter(({ outcome }) => outcome === 'blocked');
  return [...faults(walk, outside), ...denied, ...entry.faults];
}

function translateBy(
  entry: Visit,
  words: readonly bigint[],
  pasid: bigint,
  privileged: boolean,
): readonly Alternative[] {
  const { walk, mayGoOn } = entry;
  const pgtt = readField(PGTT, words);
  const second = secondStageOf(walk, words, pgtt);
  const first = firstStageOf(walk, words, pgtt, privileged, second);
  const unprivileged = privileged && !isSet(SRE, words) ? faults(walk, ['SPT.6']) : [];

  // Wrong for sure: no order among what is wrong with the entry and with the request (D1).
  if (!mayGoOn || unprivileged.length > 0) {
    // D4: the range of FSPTPTR may be found by the second stage.
    const range = entry.conditions.includes('SPT.4.4') ? ['SGN.5'] : [];
    const address = faults(walk, [...addressConditions(walk, pgtt, first, second), ...range]);
    // What a request without privilege left, a right less or with CM its fault, may refuse this one first: an IOTLB is
    // not looked up by privilege (Table 17, 6.2.4.1).
    const mayHit = mayGoOn && walk.history.has(walk.request);
    const hit = mayHit ? byType(walk, words, pgtt, first, second).filter(isBlocked) : [];
    return mayGoOn
      ? [...unprivileged, ...entry.faults, ...address, ...hit]
      : [...entry.faults, ...unprivileged, ...address];
  }

  noteTags(walk, words, pasid, first, second);
  // 9. By translation type. What the entry is admitted to be wrong with may be found all the same.
  return [...byType(walk, words, pgtt, first, second), ...entry.faults];
}

function isBlocked({ outcome }: Alternative): boolean {
  return outcome === 'blocked';
}

/** Caches of the tables that the request uses have these tags (Table 17). */
function noteTags(
  { tags }: Walk,
  words: readonly bigint[],
  pasid: bigint,
  first: FirstStage | undefined,
  second: SecondStage | undefined,
): void {
  if (tags === undefined) return;
  const did = readField(DID, words);
  const lower = second === undefined ? [] : [second.top, second.levels, second.accessedDirty];
  if (second !== undefined) tags.use(['second stage', did], lower);
  if (first === undefined) return;
  const { top, levels, extendedAccessed } = first;
  tags.use(['first stage', did, pasid], [top, levels, extendedAccessed, ...lower]);
}

function byType(
  walk: Walk,
  words: readonly bigint[],
  pgtt: bigint,
  first: FirstStage | undefined,
  second: SecondStage | undefined,
): readonly Alternative[] {
  const pageSnoop = isSet(PGSNP, words);
  if (pgtt === PASS_THROUGH) return passThrough(walk, words, pageSnoop);
  if (pgtt === FIRST_STAGE && first !== undefined) {
    const answers = answerFirstStage(walk, first, pageSnoop);
    return showsIgnoredWidth(walk, words) ? answers.map(withIgnoredWidth) : answers;
  }
  if (second === undefined) throw new RangeError(`a valid entry with PGTT ${pgtt} has a second stage`);
  return first === undefined
    ? answerSecondStage(walk, second, pageSnoop)
    : answerFirstStage(walk, first, pageSnoop);
}

/** Whether AW, taken for the width of the input address, would refuse the request; first stage ignores it. */
function showsIgnoredWidth({ request }: Walk, words: readonly bigint[]): boolean {
  const width = 30 + 9 * Number(readField(AW, words));
  return width < 64 && !isCanonical(request.address, width);
}

/** A completion without rights shows its fault, and not how far the walk went. */
function withIgnoredWidth(answer: Alternative): Alternative {
  if (answer.outcome !== 'translated' || (answer.read === false && answer.write === false)) return answer;
  return { ...answer, rules: ['translation.ignored.first-stage.address-width', ...answer.rules] };
}

/** Undefined when PGTT does not say second stage, or AW encodes no width. */
function secondStageOf({ unit }: Walk, words: readonly bigint[], pgtt: bigint): SecondStage | undefined {
  if (pgtt !== SECOND_STAGE && pgtt !== NESTED) return undefined;
  const width = addressWidthBits(readField(AW, words));
  if (width === undefined) return undefined;
  return {
    mode: 'scalable',
    top: readField(SSPTPTR, words),
    levels: (width - 12) / 9,
    memoryTypes: isSet(EMTE, words),
    accessedDirty: isSet(SSADE, words),
    snooped: isSnooped(unit.capabilities.SMPWCS, words),
  };
}

/** Undefined when PGTT does not say first stage. */
function firstStageOf(
  { unit }: Walk,
  words: readonly bigint[],
  pgtt: bigint,
  privileged: boolean,
  nested: SecondStage | undefined,
): FirstStage | undefined {
  if (pgtt !== FIRST_STAGE && pgtt !== NESTED) return undefined;
  return {
    top: readField(FSPTPTR, words),
    levels: readField(FSPM, words) === 1n ? 5 : 4,
    extendedAccessed: isSet(EAFE, words),
    writeProtect: isSet(WPE, words),
    privileged,
    snooped: isSnooped(unit.capabilities.SMPWCS, words),
    nested,
  };
}

/** Paging structures are snooped when the unit can and the entry says so (3.10). */
function isSnooped(canSnoop: number, words: readonly bigint[]): boolean {
  return canSnoop === 1 && isSet(PWSNP, words);
}

/** Conditions of the request's address alone, by translation type. */
function addressConditions(
  walk: Walk,
  pgtt: bigint,
  first: FirstStage | undefined,
  second: SecondStage | undefined,
): readonly string[] {
  const { address } = walk.request;
  switch (pgtt) {
    case PASS_THROUGH:
      return beyondHostWidth(walk);
    case SECOND_STAGE:
      return second ? beyondWidth(walk, second) : [];
    case FIRST_STAGE:
    case NESTED:
      return first === undefined || isCanonical(address, coveredBits(first.levels)) ? [] : ['SGN.1'];
    default:
      return [];
  }
}

function beyondHostWidth({ unit, request }: Walk): readonly string[] {
  return request.address >> BigInt(unit.profile.haw) === 0n ? [] : ['SGN.4.2'];
}

/** The output is the input (3.9). */
function passThrough(walk: Walk, words: readonly bigint[], pageSnoop: boolean): readonly Alternative[] {
  const { request, unit } = walk;
  const tooHigh = beyondHostWidth(walk);
  if (tooHigh.length > 0) return faults(walk, tooHigh);
  const { address } = request;
  const isTranslation = accessOf(request, unit).effective;
  if (isInterruptAddress(address) && !isTranslation) return faults(walk, ['SGN.8.1']);
  const rules = [
    ...(showsIgnoredFields(walk, words) ? ['translation.ignored.pass-through.scalable'] : []),
    ...(request.pasid === undefined ? [] : ['translation.pasid']),
    'translation.pass-through.scalable',
  ];
  const granted = { rules, address, pageBits: 64, read: true, write: true };
  if (!isTranslation) return [translated(granted)];
  const completion = completionOf(walk, pageSnoop);
  const write = !seeksReadOnly(request, unit.capabilities.NWFS);
  const answer = translated({ ...granted, write, completion });
  if (!isInterruptAddress(address)) return [answer];
  // D19: told to be blocked in 3.15, but not in Table 30; what older revisions say is not known.
  if (unit.profile.specRev !== '5.10') walk.traces.unsure = true;
  const none = { ...answer, address: undefined, read: false, write: false };
  return [answer, { ...none, completion: completionOf(walk, undefined) }, ...faults(walk, ['SGN.8.2'])];
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
