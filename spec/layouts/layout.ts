/**
 * How a structure in memory is written down as data: every bit belongs to exactly one field, and a field
 * says by capability, revision and sibling field when it is reserved and when it is ignored. The reference
 * model interprets these tables, `explain` draws them, the generators aim at their borders (VT-d chapter 9).
 */
import { bits } from '../bits.ts';
import type { CapabilityName } from '../capabilities.ts';
import type { specRevisions } from '../schema.ts';

export type SpecRevision = (typeof specRevisions)[number];

/** What decides about a field from outside of its entry: registers, or entries met before it. */
const modeNames = ['SSIRWE', 'SSADE', 'EMTE', 'HPTE'] as const;
export type Mode = (typeof modeNames)[number];
export type Modes = Readonly<Record<Mode, boolean>>;

/** A capability that is not zero, one of the two large page sizes of SSLPS, or a mode that is on or off. */
export type Requirement = CapabilityName | 'SSLPS.2M' | 'SSLPS.1G' | Mode | 'not SSIRWE';

/**
 * - `value`: a number or flag.
 * - `pointer`: an address; its bits from the host address width up are always reserved.
 * - `domain-id`: the bits above the width that CAP.ND reports are reserved.
 * - `reserved`: must be zero in a present entry. `ignored`: software may use it.
 */
export type FieldKind = 'value' | 'pointer' | 'domain-id' | 'reserved' | 'ignored';

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** 64-bit word of the entry, and the bits within it. A pointer's value keeps its place in the word. */
  readonly word: number;
  readonly high: number;
  readonly low: number;
  /** Bits high..low of the word. */
  readonly mask: bigint;
  readonly meaning: string;
  /** The field is reserved unless all of these hold. Wins over every reason to ignore it (9.6). */
  readonly reservedUnless?: readonly Requirement[] | undefined;
  /** Where it is not reserved, the field is ignored unless all of these hold. */
  readonly ignoredUnless?: readonly Requirement[] | undefined;
  /** Where it is not reserved, the field is ignored when a field of the same entry has one of the values. */
  readonly ignoredWhen?: { readonly field: string; readonly values: readonly number[] } | undefined;
  /** Whether hardware looks at the field is open when a field of the same entry has one of the values. */
  readonly openWhen?: { readonly field: string; readonly values: readonly number[] } | undefined;
  /** With `ignoredWhen`: whether the reserved part above the host address width is ignored too is open. */
  readonly openAboveHostWidth?: true | undefined;
  /** That the field is reserved or ignored is known from this revision on; before it, do not test. */
  readonly settledSince?: SpecRevision | undefined;
  /** What the values mean, where the architecture names them. */
  readonly encodings?: Readonly<Record<number, string>> | undefined;
}

export interface Layout {
  readonly name: string;
  readonly title: string;
  /** Section of VT-d rev 5.10. */
  readonly section: string;
  /** Size in 64-bit words. */
  readonly words: number;
  /** The entry is checked when one of these fields, neither reserved nor ignored, is not zero. */
  readonly presentWhen: readonly string[];
  /** The conditions of spec/faults.ts for an entry that is absent, and for one with a reserved bit set. */
  readonly conditions?: { readonly notPresent: string; readonly reserved: string };
  /** Most significant word and bit last; together the fields cover every bit once. */
  readonly fields: readonly Field[];
}

type Extra = Omit<Field, 'name' | 'kind' | 'word' | 'high' | 'low' | 'mask' | 'meaning'>;
type Span = readonly [word: number, high: number, low?: number];

/** Every field has all of these: the engine finds what lies in objects of one shape without a search. */
const withoutExtra = {
  reservedUnless: undefined,
  ignoredUnless: undefined,
  ignoredWhen: undefined,
  openWhen: undefined,
  openAboveHostWidth: undefined,
  settledSince: undefined,
  encodings: undefined,
} satisfies Extra;

function field(
  kind: FieldKind,
  name: string,
  [word, high, low = high]: Span,
  meaning: string,
  extra?: Extra,
): Field {
  return { name, kind, word, high, low, mask: bits(high, low), meaning, ...withoutExtra, ...extra };
}

/** A number or flag at `[word, high, low]`; a single bit leaves `low` out. */
export const value = (name: string, span: Span, meaning: string, extra?: Extra): Field =>
  field('value', name, span, meaning, extra);
/** The address of a 4K-aligned table: bits 63:12 as far as the host address width reaches. */
export const pointer = (name: string, word: number, meaning: string, extra?: Extra): Field =>
  field('pointer', name, [word, 63, 12], meaning, extra);
/** The address in a paging entry: bits 51:low as far as the host address width reaches (9.7, 9.8, 9.12). */
export const pageAddress = (low: number, meaning: string, word = 0): Field =>
  field('pointer', 'ADDR', [word, 51, low], meaning);
/** A domain id of up to 16 bits. */
export const domainId = (name: string, span: Span, meaning: string, extra?: Extra): Field =>
  field('domain-id', name, span, meaning, extra);
/** Bits that must be zero. */
export const reserved = (span: Span, extra?: Extra): Field =>
  field('reserved', 'reserved', span, 'must be zero', extra);
/** Bits that hardware does not look at. */
export const ignored = (span: Span, extra?: Extra): Field =>
  field('ignored', 'ignored', span, 'not looked at', extra);

/** The field called `name`. Throws RangeError when the layout has none. */
export function fieldOf(layout: Layout, name: string): Field {
  const found = layout.fields.find((candidate) => candidate.name === name);
  if (found === undefined) throw new RangeError(`${layout.name} has no field ${name}`);
  return found;
}
