/**
 * Cases of area used-bits: an entry of every kind that its control fields can make it, over noise in all
 * other bits. The noise is what a used() function must not look at, and where the bits lie that drivers
 * never set but hardware acts on.
 */
import type * as fc from 'fast-check';
import { takeWords } from '../models/word-copies.ts';
import type { Profile, UsedBitsCase, UsedBitsFormat } from '../spec/schema.ts';
import { usedBitsFormats } from '../spec/schema.ts';
import { usedBitsKnowledge } from '../spec/used-bits/formats.ts';
import { Choices } from './choices.ts';
import { built, seed, upTo } from './drawing.ts';
import { type Draft, type FieldWriter, fieldWriter, newDraft } from './words.ts';

const WORDS = 8;
const TWO_32 = 2 ** 32;

/** How full the bits are that do not decide which kind of entry it is. */
type Density = 'empty' | 'one bit' | 'sparse' | 'even' | 'full';
const densities: readonly Density[] = ['empty', 'one bit', 'sparse', 'even', 'full'];

/** One control field: the values that matter, the likely ones more than once. */
interface Control {
  readonly write: FieldWriter;
  readonly values: readonly number[];
}
const control = (format: UsedBitsFormat, name: string, ...values: number[]): Control => ({
  write: fieldWriter(usedBitsKnowledge[format].layout, name),
  values,
});

const controls: Readonly<Record<UsedBitsFormat, readonly Control[]>> = {
  'vtd-pasid': [
    control('vtd-pasid', 'P', 0, 1, 1, 1, 1, 1, 1, 1),
    control('vtd-pasid', 'PGTT', 1, 2, 3, 4, 1, 2, 3, 4, 0, 5, 6, 7),
  ],
  'smmu-ste': [
    control('smmu-ste', 'V', 0, 1, 1, 1, 1, 1, 1, 1),
    control('smmu-ste', 'Config', 0, 4, 5, 6, 7, 4, 5, 6, 7, 5, 6, 7, 1, 2, 3),
    control('smmu-ste', 'S1DSS', 0, 1, 2, 1, 3),
    control('smmu-ste', 'S1CDMax', 0, 1, 5, 31),
    control('smmu-ste', 'EATS', 0, 1, 2, 1, 3),
    control('smmu-ste', 'S2S', 0, 1, 0),
    control('smmu-ste', 'STRW', 0, 2, 0, 1),
  ],
  'smmu-cd': [
    control('smmu-cd', 'V', 0, 1, 1, 1, 1, 1),
    control('smmu-cd', 'EPD0', 0, 1),
    control('smmu-cd', 'EPD1', 0, 1),
    control('smmu-cd', 'AA64', 1, 0, 1),
  ],
};

const scratch = newDraft();

function drawEntry(format: UsedBitsFormat, kindSeed: number, noiseSeed: number): bigint[] {
  const kind = new Choices(kindSeed);
  fillNoise(scratch, kind.one(densities), new Choices(noiseSeed));
  for (const { write, values } of controls[format]) write(scratch, kind.one(values));
  return takeWords(scratch.words, WORDS);
}

function fillNoise({ halves }: Draft, density: Density, noise: Choices): void {
  for (let half = 0; half < WORDS * 2; half++) halves[half] = noiseOf(density, noise);
  if (density === 'one bit') halves[noise.pick(WORDS * 2)] = 1 << noise.pick(32);
}

function noiseOf(density: Density, noise: Choices): number {
  switch (density) {
    case 'sparse':
      return noise.pick(TWO_32) & noise.pick(TWO_32) & noise.pick(TWO_32);
    case 'even':
      return noise.pick(TWO_32);
    case 'full':
      return 0xffff_ffff;
    default:
      return 0;
  }
}

/** Draws an entry of any format, in two cases of three with a target. */
export function usedBitsCases(profiles: readonly Profile[]): fc.Arbitrary<UsedBitsCase> {
  return built(
    [upTo(usedBitsFormats.length * 3 - 1), upTo(profiles.length - 1), seed, seed, seed, seed],
    (shape, profile, kind, noise, targetKind, targetNoise): UsedBitsCase => {
      const format = usedBitsFormats[shape % usedBitsFormats.length]!;
      const entry = drawEntry(format, kind, noise);
      const base = { area: 'used-bits' as const, profile: profiles[profile]!, format, entry };
      if (shape < usedBitsFormats.length) return base;
      return { ...base, target: drawEntry(format, targetKind, targetNoise) };
    },
  );
}
