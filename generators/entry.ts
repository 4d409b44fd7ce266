/**
 * Draws cases of area `entry`: a valid entry of a format under a profile, then up to three defects, each
 * aimed at a border of the layouts. Four integers a case, so that drawing costs less than checking; the
 * integer 0 is the plainest entry and the mildest defect.
 */
import type * as fc from 'fast-check';
import type { EntryCase, EntryFormat, Profile } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { built, seed, seeds, upTo } from './drawing.ts';
import { type Defect, defectsOf } from './entry-defects.ts';
import { type EntryTarget, entryTarget } from './entry-target.ts';
import { validEntry } from './entry-valid.ts';

const MOST_DEFECTS = 3;

/** Formats as often as they have bits to get wrong; the first ones are the simplest. */
const legacyFormats: readonly EntryFormat[] = ['root-legacy', 'context-legacy', 'context-legacy'];
const allFormats: readonly EntryFormat[] = [
  ...legacyFormats,
  'pasid-directory',
  'root-scalable-lower',
  'root-scalable-upper',
  ...Array.from({ length: 4 }, () => 'context-scalable' as const),
  ...Array.from({ length: 8 }, () => 'pasid-table' as const),
];
/** A multiple of both lengths, so that an index falls evenly on either list. */
const FORMAT_INDICES = legacyFormats.length * allFormats.length;

interface Drawable {
  readonly target: EntryTarget;
  readonly defects: readonly Defect[];
}

/** Cases under `profiles`, shrinking to the first profile, the root entry and no defect. */
export function anyEntryCase(profiles: readonly Profile[]): fc.Arbitrary<EntryCase> {
  const units = profiles.map((profile) => new Unit(profile));
  return built(
    [upTo(units.length - 1), upTo(FORMAT_INDICES - 1), seed, seeds(0, MOST_DEFECTS)],
    (profileIndex, formatIndex, entrySeed, defectSeeds) => {
      const { target, defects } = (units[profileIndex] as Unit).drawable(formatIndex);
      const words = validEntry(target, new Choices(entrySeed));
      for (const defectSeed of defectSeeds) {
        const choices = new Choices(defectSeed);
        choices.one(defects)(target, words, choices);
      }
      return { area: 'entry', profile: target.profile, format: target.format, words };
    },
  );
}

/** What is drawn under one profile, worked out when it is drawn: most of it a short search never needs. */
class Unit {
  readonly #profile: Profile;
  readonly #formats: readonly EntryFormat[];
  /** One a format as often as that is listed, so that drawing looks nothing up. */
  readonly #drawables: Drawable[] = [];

  /** Without scalable mode (ECAP.SMTS) a unit meets legacy entries only. */
  constructor(profile: Profile) {
    this.#profile = profile;
    const scalable = ((profile.ecap >> 43n) & 1n) === 1n;
    this.#formats = scalable ? allFormats : legacyFormats;
  }

  drawable(index: number): Drawable {
    const at = index % this.#formats.length;
    this.#drawables[at] ??= this.#workedOut(at);
    return this.#drawables[at];
  }

  #workedOut(at: number): Drawable {
    const format = this.#formats[at] as EntryFormat;
    const first = this.#formats.indexOf(format);
    if (first < at) return this.drawable(first);
    const target = entryTarget(this.#profile, format);
    return { target, defects: defectsOf(target) };
  }
}
