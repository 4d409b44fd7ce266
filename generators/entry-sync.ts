/**
 * Cases of area entry-sync: the entry in memory and the entry to be written. The target starts as a copy,
 * so that most words are shared and one, none or several quanta differ; the entry in memory may hold
 * garbage where hardware does not look. A target sets no bit that it does not use: makers of entries
 * promise that, and the writer relies on it. An entry that the unit of the case would refuse is not drawn: a
 * table of used bits may have the bits that the unit checks to be zero (SPT.3), and nobody has such an entry.
 */
import type * as fc from 'fast-check';
import { usedMask } from '../models/masks.ts';
import { takeWords } from '../models/word-copies.ts';
import type { EntrySyncCase, EntrySyncFormat, Profile } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { built, seed, upTo } from './drawing.ts';
import { type EntryKinds, entryKinds, type Piece } from './entry-kinds.ts';
import { fitToUnit, unitsWithPasids } from './pasid-on-unit.ts';
import { syntheticLayouts } from './synthetic-layouts.ts';
import { type Draft, newDraft } from './words.ts';

const TWO_32 = 2 ** 32;
/** In a half. */
const HIGHEST = 0x8000_0000;
const formats: readonly EntrySyncFormat[] = [
  ...(['vtd-pasid', 'smmu-ste', 'smmu-cd', 'amd-dte'] as const),
  ...(['synthetic', 'vtd-pasid', 'smmu-ste', 'synthetic', 'synthetic', 'amd-dte', 'smmu-ste'] as const),
];

/** How the target comes from the entry in memory. */
type Change =
  | 'none'
  | 'fields'
  | 'kind'
  | 'kind and fields'
  | 'safe bits'
  | 'everything'
  | 'set up'
  | 'tear down';
const common: readonly Change[] = [
  ...(['none', 'fields', 'fields', 'kind', 'kind', 'kind and fields', 'kind and fields'] as const),
  ...(['everything', 'everything', 'set up', 'tear down'] as const),
];
/** As often as the ways to get a format wrong lie there. */
const changes: Readonly<Record<EntrySyncFormat, readonly Change[]>> = {
  'vtd-pasid': common,
  'smmu-ste': [...common, ...Array.from({ length: 10 }, () => 'safe bits' as const)],
  'smmu-cd': common,
  'amd-dte': [...common, ...Array.from({ length: 10 }, () => 'everything' as const)],
  synthetic: [...common, 'safe bits'],
};

const from = newDraft();
const to = newDraft();
const used = new Uint32Array(32);

/** Draws an update of an entry of any format. */
export function entrySyncCases(profiles: readonly Profile[]): fc.Arbitrary<EntrySyncCase> {
  const units = updatingProfiles(profiles);
  const written =
    unitsWithPasids(units).length > 0 ? formats : formats.filter((format) => format !== 'vtd-pasid');
  return built(
    [upTo(written.length - 1), upTo(units.length - 1), upTo(syntheticLayouts.length - 1), seed, seed, seed],
    (shape, unit, layoutIndex, entrySeed, changeSeed, garbageSeed): EntrySyncCase => {
      const format = written[shape]!;
      const profile = units[unit]!;
      const layout = format === 'synthetic' ? syntheticLayouts[layoutIndex]! : undefined;
      const kinds = entryKinds(format, layout);
      drawEntry(from, kinds, new Choices(entrySeed));
      if (format === 'vtd-pasid') fitToUnit(from, profile);
      keepUsed(from, kinds);
      to.words.set(from.words);
      change(to, kinds, new Choices(changeSeed), changes[format]);
      if (format === 'vtd-pasid') fitToUnit(to, profile);
      if (format !== 'amd-dte') keepUsed(to, kinds);
      addGarbage(from, kinds, new Choices(garbageSeed));
      if (format === 'vtd-pasid') fitToUnit(from, profile);
      if (format === 'amd-dte') shareAttributes();
      return {
        area: 'entry-sync',
        profile,
        format,
        ...(layout === undefined ? {} : { layout }),
        from: takeWords(from.words, kinds.words),
        to: takeWords(to.words, kinds.words),
      };
    },
  );
}

/** Units with PASID table entries; what is offered where there is none, for the formats of others. */
export function updatingProfiles(profiles: readonly Profile[]): readonly Profile[] {
  const units = unitsWithPasids(profiles);
  return units.length > 0 ? units : profiles;
}

function drawEntry(draft: Draft, { pieces, controls }: EntryKinds, choices: Choices): void {
  draft.halves.fill(0);
  for (const piece of pieces) drawPiece(draft, piece, choices);
  for (const { write, values } of controls) write(draft, choices.one(values));
}

function drawPiece({ halves }: Draft, { half, shift, mask }: Piece, choices: Choices): void {
  halves[half] = (halves[half]! & ~mask) | (pieceValue(shift, mask, choices) & mask);
}

/** Zero often, so that words stay equal; else few values, so that they become equal again: the lowest bit, the highest. */
function pieceValue(shift: number, mask: number, choices: Choices): number {
  switch (choices.pick(8)) {
    case 4:
      return 1 << shift;
    case 5:
      return HIGHEST >>> Math.clz32(mask);
    case 6:
      return 0xffff_ffff;
    case 7:
      return choices.pick(TWO_32);
    default:
      return 0;
  }
}

function change(draft: Draft, kinds: EntryKinds, choices: Choices, ways: readonly Change[]): void {
  const { pieces, controls } = kinds;
  const how = choices.one(ways);
  // Drivers start from an entry of zeros, and leave one.
  if (how === 'set up') from.halves.fill(0);
  if (how === 'tear down') draft.halves.fill(0);
  if (how === 'everything') drawEntry(draft, kinds, choices);
  if (how === 'fields' || how === 'kind and fields') {
    usedMask(kinds.table, draft.halves, 0, used);
    for (let times = choices.pick(4); times >= 0; times--) changePiece(draft, pieces, choices);
  }
  if (how === 'safe bits' && kinds.safe.length > 0) {
    changeSafeBits(kinds, draft, choices);
  } else if (how === 'kind' || how === 'kind and fields' || how === 'safe bits') {
    for (const { write, read, values } of controls) {
      // An entry that was not valid holds zero in its other control fields: that may be no kind at all.
      if (choices.pick(2) === 1 || !values.includes(read(draft))) write(draft, choices.one(values));
    }
  }
}

/** Other safe bits, and at most the neighbouring kind beside them: else the entry has to be broken anyway. */
function changeSafeBits({ safe, controls }: EntryKinds, draft: Draft, choices: Choices): void {
  for (const { half, mask } of safe) draft.halves[half]! ^= mask & choices.pick(TWO_32);
  const [, kind] = controls;
  if (kind === undefined || choices.pick(2) === 0) return;
  const neighbour = kind.read(draft) ^ 1;
  if (kind.values.includes(neighbour)) kind.write(draft, neighbour);
}

/** Gives a piece another value; one that the entry uses, if one of three draws finds such a piece. */
function changePiece({ halves }: Draft, pieces: readonly Piece[], choices: Choices): void {
  let piece = choices.one(pieces);
  for (let tries = 0; tries < 2 && (used[piece.half]! & piece.mask) === 0; tries++)
    piece = choices.one(pieces);
  const { half, shift, mask } = piece;
  const drawn = ((halves[half]! & ~mask) | (pieceValue(shift, mask, choices) & mask)) >>> 0;
  halves[half] = drawn === halves[half] ? drawn ^ (mask & -mask) : drawn;
}

/** What a maker of entries does: no bit that the entry itself does not use. */
function keepUsed({ halves }: Draft, { table }: EntryKinds): void {
  usedMask(table, halves, 0, used);
  for (let half = 0; half < table.halves; half++) halves[half]! &= used[half]!;
}

/** Bits that hardware does not look at, in no, one or all quanta. */
function addGarbage({ halves }: Draft, { table }: EntryKinds, choices: Choices): void {
  const where = choices.pick(4);
  if (where < 2) return;
  usedMask(table, halves, 0, used);
  const only = choices.pick(table.halves);
  for (let half = 0; half < table.halves; half++) {
    if (where === 2 && half !== only) continue;
    halves[half]! |= choices.pick(TWO_32) & choices.pick(TWO_32) & ~used[half]!;
  }
}

/** The driver leaves word 3 and the guest attributes of an AMD entry alone. */
function shareAttributes(): void {
  to.words[3] = from.words[3]!;
  to.words[2] = (to.words[2]! & ~GUEST_ATTRIBUTES) | (from.words[2]! & GUEST_ATTRIBUTES);
}
const GUEST_ATTRIBUTES = 0x0030_0000_0000_0000n;
