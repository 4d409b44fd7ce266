/** One bit that must be zero in a root, context or PASID entry: each of them can be forgotten alone. */
import type { EntryFormat } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import { entryTarget, type Place } from './entry-target.ts';
import type { TableEntry } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

/** The format of `entry` that area `entry` knows; undefined of paging and permission entries. */
export function formatOf({ structure }: TableEntry): EntryFormat | undefined {
  const isOther =
    structure === 'first-stage' || structure === 'second-stage' || structure === 'host-permission';
  return isOther ? undefined : structure;
}

/**
 * Sets a bit at the border of a reserved part of `entry`, any that is reserved, or one of a field that the unit lacks
 * the capability for: a flag as often as a whole pointer.
 */
export function setWrongBit(
  { profile }: TranslationTarget,
  { words }: TableEntry,
  format: EntryFormat,
  choices: Choices,
): void {
  const { borders, lacking, reserved } = entryTarget(profile, format);
  const field = lacking.length > 0 && choices.oneIn(3) ? choices.one(lacking) : undefined;
  const places: readonly Place[] = field ?? (choices.oneIn(4) ? reserved : borders);
  if (places.length === 0) return;
  const { word, mask } = choices.one(places);
  words[word] = (words[word] ?? 0n) | mask;
}
