/** What drawing needs to know of one format under one profile: its masks, and where the borders are. */
import { bits } from '../spec/bits.ts';
import { type Capabilities, decodeCapabilities } from '../spec/capabilities.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { masks, type Part, resolveLayout } from '../spec/layouts/resolve.ts';
import type { EntryFormat, Profile } from '../spec/schema.ts';

/** One bit of an entry. */
export interface Place {
  readonly word: number;
  readonly mask: bigint;
}

export interface EntryTarget {
  readonly profile: Profile;
  readonly format: EntryFormat;
  readonly layout: Layout;
  readonly capabilities: Capabilities;
  /** One mask a word: bits of fields that this profile has. */
  readonly defined: readonly bigint[];
  /** Every reserved bit. */
  readonly reserved: readonly Place[];
  /** The first and last bit of each reserved part: what a mask that is off by one takes for the neighbour. */
  readonly borders: readonly Place[];
  /** The same by field: those that the profile lacks the capability for. */
  readonly lacking: readonly (readonly Place[])[];
  readonly present: Place;
}

const targets = new WeakMap<Profile, Map<EntryFormat, EntryTarget>>();

/** The target for `format` under `profile`, worked out once. */
export function entryTarget(profile: Profile, format: EntryFormat): EntryTarget {
  let known = targets.get(profile);
  if (known === undefined) {
    known = new Map();
    targets.set(profile, known);
  }
  let target = known.get(format);
  if (target === undefined) {
    target = workOut(profile, format);
    known.set(format, target);
  }
  return target;
}

function workOut(profile: Profile, format: EntryFormat): EntryTarget {
  const layout = entryLayouts[format];
  const { parts } = resolveLayout(layout, profile);
  const reserved = parts.filter(({ state }) => state === 'reserved');
  const present = layout.fields.find(({ name }) => layout.presentWhen.includes(name));
  if (present === undefined) throw new RangeError(`${format} has no present bit`);
  return {
    profile,
    format,
    layout,
    capabilities: decodeCapabilities(profile),
    defined: masks(layout, parts, 'defined'),
    reserved: reserved.flatMap(everyBit),
    borders: joined(reserved).flatMap(edges),
    lacking: reserved.filter(({ field, low }) => field.kind !== 'reserved' && low <= field.low).map(everyBit),
    present: { word: present.word, mask: present.mask },
  };
}

function everyBit({ word, high, low }: Part): readonly Place[] {
  return Array.from({ length: high - low + 1 }, (_, index) => ({
    word,
    mask: bits(low + index, low + index),
  }));
}

/** Where parts of one field are reserved for different reasons, no border lies between them. */
function joined(parts: readonly Part[]): readonly Pick<Part, 'word' | 'high' | 'low'>[] {
  return [...Map.groupBy(parts, ({ field }) => field)].map(([{ word }, ofField]) => ({
    word,
    high: Math.max(...ofField.map(({ high }) => high)),
    low: Math.min(...ofField.map(({ low }) => low)),
  }));
}

function edges({ word, high, low }: Pick<Part, 'word' | 'high' | 'low'>): readonly Place[] {
  return [...new Set([low, high])].map((index) => ({ word, mask: bits(index, index) }));
}
