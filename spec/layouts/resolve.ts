/**
 * A layout under one profile: the capability, revision and width conditions worked out, so that each part
 * of each field is defined, reserved, ignored, or open (not stated for the revision, or a doubt), and the
 * masks of a whole entry can be read off.
 */
import { bits } from '../bits.ts';
import { type Capabilities, decodeCapabilities } from '../capabilities.ts';
import { specRevisions } from '../names.ts';
import type { Profile } from '../schema.ts';
import { type Field, fieldOf, type Layout, type Modes, type Requirement } from './layout.ts';

/** The entry looked at alone: nothing outside of it makes a field ignored; rights in bits 0 and 1. */
export const aloneModes: Modes = { SSIRWE: false, SSADE: true, EMTE: true, HPTE: true };

export type PartState = 'defined' | 'reserved' | 'ignored' | 'open';

/** A range of one word with one state. A pointer or domain id may fall into two. */
export interface Part {
  readonly field: Field;
  readonly word: number;
  readonly high: number;
  readonly low: number;
  readonly mask: bigint;
  readonly state: PartState;
  /** Why it is reserved, ignored or open. */
  readonly reason: string;
}

export interface ResolvedLayout {
  readonly layout: Layout;
  readonly parts: readonly Part[];
  /** One mask a word: bits that must be zero in a present entry. */
  readonly reserved: readonly bigint[];
  /** One mask a word: bits for which this profile does not say what happens when they are set. */
  readonly open: readonly bigint[];
  /** Reserved parts of which it is open whether they are checked while their field is ignored. */
  readonly openWhenIgnored: readonly Part[];
}

export type LayoutProfile = Pick<Profile, 'cap' | 'ecap' | 'haw' | 'specRev'>;

/** Works out `layout` under `profile`; `modes` are what registers and earlier entries say. */
export function resolveLayout(
  layout: Layout,
  profile: LayoutProfile,
  modes: Modes = aloneModes,
): ResolvedLayout {
  const capabilities = decodeCapabilities(profile);
  const parts = layout.fields.flatMap((field) => fieldParts(field, profile, capabilities, modes));
  return {
    layout,
    parts,
    reserved: masks(layout, parts, 'reserved'),
    open: masks(layout, parts, 'open'),
    openWhenIgnored: parts.filter(({ field, state }) => state === 'reserved' && field.openAboveHostWidth),
  };
}

/** One mask a word: the bits of `parts` in `state`. */
export function masks(layout: Layout, parts: readonly Part[], state: PartState): readonly bigint[] {
  const words = Array.from({ length: layout.words }, () => 0n);
  for (const part of parts) if (part.state === state) words[part.word] = (words[part.word] ?? 0n) | part.mask;
  return words;
}

function fieldParts(
  field: Field,
  profile: LayoutProfile,
  capabilities: Capabilities,
  modes: Modes,
): readonly Part[] {
  const part = (high: number, low: number, state: PartState, reason = ''): Part => {
    const settled = field.settledSince === undefined || !isBefore(profile.specRev, field.settledSince);
    return {
      field,
      word: field.word,
      high,
      low,
      mask: bits(high, low),
      ...(settled || state === 'defined'
        ? { state, reason }
        : { state: 'open', reason: `not settled before ${field.settledSince}` }),
    };
  };
  const { kind, high, low } = field;
  if (kind === 'reserved' || kind === 'ignored') return [part(high, low, kind, 'always')];
  const limit = fieldLimit(field, profile, capabilities);
  const above = limit.bit > high ? [] : [part(high, Math.max(limit.bit, low), 'reserved', limit.reason)];
  if (limit.bit <= low) return above;
  const top = Math.min(high, limit.bit - 1);
  const missing = field.reservedUnless?.find((requirement) => !holds(requirement, capabilities, modes));
  if (missing) return [part(top, low, 'reserved', without(missing)), ...above];
  const unused = field.ignoredUnless?.find((requirement) => !holds(requirement, capabilities, modes));
  if (unused) return [part(top, low, 'ignored', without(unused)), ...above];
  return [part(top, low, 'defined'), ...above];
}

/** The first bit of the word that the field does not have in this profile. */
function fieldLimit(
  { kind, low, high }: Field,
  { haw }: LayoutProfile,
  capabilities: Capabilities,
): { readonly bit: number; readonly reason: string } {
  if (kind === 'pointer') return { bit: haw, reason: `above HAW ${haw}` };
  const width = 4 + 2 * capabilities.ND;
  if (kind === 'domain-id') return { bit: low + width, reason: `above the ${width} bits of ND` };
  return { bit: high + 1, reason: '' };
}

const LARGE_PAGE_2M = 1;
const LARGE_PAGE_1G = 2;

function holds(requirement: Requirement, capabilities: Capabilities, modes: Modes): boolean {
  switch (requirement) {
    case 'SSLPS.2M':
      return (capabilities.SSLPS & LARGE_PAGE_2M) !== 0;
    case 'SSLPS.1G':
      return (capabilities.SSLPS & LARGE_PAGE_1G) !== 0;
    case 'SSIRWE':
    case 'SSADE':
    case 'EMTE':
    case 'HPTE':
      return modes[requirement];
    case 'not SSIRWE':
      return !modes.SSIRWE;
    default:
      return capabilities[requirement] !== 0;
  }
}

function without(requirement: Requirement): string {
  return requirement.startsWith('not ') ? requirement.slice('not '.length) : `${requirement} is 0`;
}

function isBefore(revision: LayoutProfile['specRev'], other: LayoutProfile['specRev']): boolean {
  return specRevisions.indexOf(revision) < specRevisions.indexOf(other);
}

/** Value of `field` in `words`: shifted down to bit 0; a pointer is the address, low bits zero. */
export function readField(field: Field, words: readonly bigint[]): bigint {
  const masked = (words[field.word] ?? 0n) & field.mask;
  return field.kind === 'pointer' ? masked : masked >> BigInt(field.low);
}

/** True when a sibling field makes `field` ignored in this entry. */
export function isIgnoredHere(layout: Layout, field: Field, words: readonly bigint[]): boolean {
  return selects(layout, field.ignoredWhen, words);
}

/** True when it is open whether hardware looks at `field` in this entry. */
export function isOpenHere(layout: Layout, field: Field, words: readonly bigint[]): boolean {
  return selects(layout, field.openWhen, words);
}

function selects(layout: Layout, condition: Field['ignoredWhen'], words: readonly bigint[]): boolean {
  if (condition === undefined) return false;
  const selector = Number(readField(fieldOf(layout, condition.field), words));
  return condition.values.includes(selector);
}
