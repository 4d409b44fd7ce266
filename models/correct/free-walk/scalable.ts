/** Scalable mode with every choice that is left open (3.4.3, 9.2 to 9.6, doubts D1, D6, D9, D18 to D20). */
import type { Attempt } from './attempt.ts';
import { type FirstStage, walkFirstStage } from './first-stage.ts';
import { walkHostPermissions } from './host-permissions.ts';
import { asItIs } from './legacy.ts';
import { type Page, type SecondStage, walkSecondStage } from './second-stage.ts';

const POINTER = ~0xfffn;
/** Stands for no fault: a translation request in the interrupt range is told to write untranslated (S.1, S.2). */
export const INTERRUPT_COMPLETION = -1;
/** Stands for no fault: a page request is taken. */
export const TAKEN = -2;

/** The page of the request, one of those two, or a fault code; `forced` is PGSNP of the PASID table entry. */
export function translateScalable(
  attempt: Attempt,
  rootTable: bigint,
): { readonly end: Page | number; readonly forced: boolean } {
  const { request, unit, choices } = attempt;
  const { capabilities } = unit;
  const { address, kind = 'untranslated', pasid, sourceId } = request;
  const ended = (end: Page | number) => ({ end, forced: false });
  const isInterrupt = address >> 20n === 0xfeen;
  const tooWide = pasid !== undefined && kind !== 'page-request' && pasid >> (capabilities.PSS + 1) !== 0;
  const early = [...(tooWide ? [0x89] : []), ...(kind === 'translated' && isInterrupt ? [0x87] : [])];
  if (early.length > 0 && choices.may()) return ended(attempt.fails(early));

  const aboveHaw = -1n << BigInt(unit.haw);
  const root = attempt.words(rootTable + 16n * BigInt(sourceId >> 8), 2);
  if (root === undefined) return ended(attempt.fails([0x38]));
  const half = root[(sourceId & 0x80) === 0 ? 0 : 1] as bigint;
  if ((half & 1n) === 0n) return ended(attempt.fails([0x39]));
  if ((half & (0xffen | aboveHaw)) !== 0n) return ended(attempt.fails([0x3a]));

  const context = attempt.words((half & POINTER) + 32n * BigInt(sourceId & 0x7f), 4);
  if (context === undefined) return ended(attempt.fails([0x40]));
  const [low, requester] = context as [bigint, bigint];
  attempt.fpd ||= (low & 2n) !== 0n;
  if ((low & 1n) === 0n) return ended(attempt.fails([0x41]));
  const ridPasid = capabilities.RPS === 1 ? Number(requester & 0xf_ffffn) : 0;
  const wrong = contextFaults(attempt, context, ridPasid, tooWide);
  if (wrong.length > 0) return ended(attempt.fails(wrong));

  const toInterrupts = kind === 'translation' && pasid === undefined && isInterrupt;
  if (toInterrupts && choices.may()) return ended(INTERRUPT_COMPLETION);
  const [asksTable, ownPasids] = [(low & 0x20n) !== 0n, (low & 0x40n) !== 0n];
  if (kind === 'translated' && !asksTable) return ended(translatedAddress(attempt));
  attempt.privileged =
    pasid === undefined
      ? capabilities.RPRIVS === 1 && (requester & 0x10_0000n) !== 0n
      : request.privileged === true;
  const used = pasid === undefined || (kind === 'translated' && !ownPasids) ? ridPasid : pasid;

  const directory = attempt.word((low & POINTER) + 8n * BigInt(used >> 6));
  if (directory === undefined) return ended(attempt.fails([0x50]));
  attempt.fpd ||= (directory & 2n) !== 0n;
  if ((directory & 1n) === 0n) return ended(attempt.fails([0x51]));
  if ((directory & (0xffcn | aboveHaw)) !== 0n) return ended(attempt.fails([0x52]));
  const entry = attempt.words((directory & POINTER) + 64n * BigInt(used & 63), 8);
  if (entry === undefined) return ended(attempt.fails([0x58]));
  attempt.fpd ||= ((entry[0] as bigint) & 2n) !== 0n;
  if (((entry[0] as bigint) & 1n) === 0n) return ended(attempt.fails([0x59]));
  const bad = pasidEntryFaults(attempt, entry);
  if (bad.length > 0) return ended(attempt.fails(bad));
  if (kind === 'page-request') return ended(TAKEN);
  const forced = ((entry[1] as bigint) & (1n << 24n)) !== 0n;
  const end = kind === 'translated' ? byHostPermission(attempt, entry) : byType(attempt, entry);
  return { end: toInterrupts && typeof end !== 'number' ? INTERRUPT_COMPLETION : end, forced };
}

/** Everything that the present context entry holds against the request; there is no order (D1). */
function contextFaults(
  { request, unit, choices }: Attempt,
  context: readonly bigint[],
  ridPasid: number,
  tooWide: boolean,
): readonly number[] {
  const { kind = 'untranslated', pasid } = request;
  const [low = 0n] = context;
  const bit = (at: number) => ((low >> BigInt(at)) & 1n) === 1n;
  const [deviceTlb, pasids, pageRequests, ownPasids] = [bit(2), bit(3), bit(4), bit(6)];
  const directory = 7 + Number((low >> 9n) & 7n) + 6;
  const translated = kind === 'translated';
  const refusesPasid = pasid !== undefined && !translated && !pasids;
  const wrong = [
    ...(hasReserved(context, unit.masks.entries.contextReserved) ? [0x42] : []),
    ...(!deviceTlb && pageRequests ? [0x43] : []),
    ...(ridPasid >> directory === 0 ? [] : [0x43]),
    ...(ownPasids && unit.capabilities.PTRS === 1 && !pasids && !refusesPasid ? [0x43] : []),
    ...(!deviceTlb && (kind === 'translation' || translated) ? [0x44] : []),
    ...(!pageRequests && kind === 'page-request' ? [0x47] : []),
  ];
  if (pasid === undefined) return wrong;
  const isRidPasid = pasid === ridPasid && (unit.capabilities.RPS === 1 || choices.may());
  return [
    ...wrong,
    ...(refusesPasid ? [0x45] : []),
    ...(pasid >> directory === 0 ? [] : [0x46]),
    ...(isRidPasid ? [0x48] : []),
    ...(translated && !ownPasids ? [0x49] : []),
    ...(tooWide ? [0x89] : []),
  ];
}

/** Everything that is wrong with the present PASID table entry, and with the privilege that is asked of it. */
function pasidEntryFaults(attempt: Attempt, entry: readonly bigint[]): readonly number[] {
  const { unit, choices, request } = attempt;
  const { SAGAW, SSTS, FSTS, NEST, PT, FS5LP, MGAW } = unit.capabilities;
  const [low = 0n, , flags = 0n] = entry;
  const type = Number((low >> 6n) & 7n);
  const aw = Number((low >> 2n) & 7n);
  const isSupported = [0, FSTS, SSTS, NEST, PT][type] === 1;
  const [first, second] = [type === 1 || type === 3, type === 2 || type === 3];
  const badWidth = second && ((SAGAW & 0b01110) >> aw) % 2 === 0;
  // D9: nobody says that FSPM is ignored where there is no first stage.
  const badMode = Number((flags >> 2n) & 3n) > FS5LP && (first || (FSTS === 1 && choices.may()));
  const guest = Math.min(MGAW + 1, 30 + 9 * aw);
  const beyond = type === 3 && (flags & POINTER) >> BigInt(guest) !== 0n;
  const translates =
    request.kind === undefined || request.kind === 'untranslated' || request.kind === 'translation';
  return [
    ...(hasReserved(entry, unit.masks.entries.pasidReserved) ? [0x5a] : []),
    ...(isSupported && !badWidth && !badMode && !beyond ? [] : [0x5b]),
    ...(translates && attempt.privileged && (flags & 1n) === 0n ? [0x5d] : []),
  ];
}

function hasReserved(words: readonly bigint[], halves: Uint32Array): boolean {
  return words.some((word, index) => {
    const mask = (BigInt(halves[2 * index + 1] ?? 0) << 32n) | BigInt(halves[2 * index] ?? 0);
    return (word & mask) !== 0n;
  });
}

function byType(attempt: Attempt, entry: readonly bigint[]): Page | number {
  const [low = 0n, snoop = 0n, flags = 0n] = entry;
  const { request, wants, unit } = attempt;
  const type = Number((low >> 6n) & 7n);
  if (type === 4) return passThrough(attempt);
  const snooped = (snoop & (1n << 23n)) !== 0n;
  const second: SecondStage = {
    legacy: false,
    top: low & POINTER,
    levels: 2 + Number((low >> 2n) & 7n),
    flags: (low & 0x200n) !== 0n,
    snooped,
    memoryTypes: unit.capabilities.MTS === 1 && (snoop & (1n << 26n)) !== 0n,
  };
  if (type === 2) {
    return walkSecondStage(attempt, second, request.address, { ...wants, noRead: [0x86], noWrite: [0x85] });
  }
  const first: FirstStage = {
    top: flags & POINTER,
    levels: 4 + Number((flags >> 2n) & 3n),
    protects: (flags & 0x10n) !== 0n,
    extended: (flags & 0x80n) !== 0n,
    snooped,
    nested: type === 3 ? second : undefined,
  };
  return walkFirstStage(attempt, first);
}

function passThrough(attempt: Attempt): Page | number {
  const { address, kind } = attempt.request;
  if (address >> BigInt(attempt.unit.haw) !== 0n) return attempt.fails([0x83]);
  if (address >> 20n !== 0xfeen) return asItIs(address);
  // D19: with PASID it is told to be blocked in one place, and not in another.
  return kind === 'translation' && attempt.choices.may() ? asItIs(address) : attempt.fails([0x87]);
}

function translatedAddress(attempt: Attempt): Page | number {
  const wrong = addressFaults(attempt);
  return wrong.length > 0 ? attempt.fails(wrong) : asItIs(attempt.request.address);
}

function addressFaults({ request: { address }, unit }: Attempt): readonly number[] {
  return [
    ...(address >> 20n === 0xfeen ? [0x87] : []),
    ...(address >> BigInt(unit.haw) === 0n ? [] : [0x83]),
  ];
}

/** A translated request under HPTE; no order among what is wrong with its address (4.2.4). */
function byHostPermission(attempt: Attempt, entry: readonly bigint[]): Page | number {
  const { address } = attempt.request;
  const table = entry[4] as bigint;
  const wrong = [...addressFaults(attempt), ...(address >> (49n + (table & 3n)) === 0n ? [] : [0x60])];
  if (wrong.length > 0) return attempt.fails(wrong);
  const denied = walkHostPermissions(attempt, table & POINTER);
  return denied !== 0 ? denied : asItIs(address);
}
