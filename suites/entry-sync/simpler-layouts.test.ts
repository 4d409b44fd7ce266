/** Made-up formats lose what an update does not need. */
import { expect, test } from 'vitest';
import { syntheticLayouts } from '../../generators/synthetic-layouts.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { EntrySyncCase, SyntheticLayout } from '../../spec/schema.ts';
import { sizeOf } from '../core/case-size.ts';
import { simplerLayouts } from './simpler-layouts.ts';

const profile = namedProfile('everything');
if (profile === undefined) throw new RangeError('no profile everything');

/** Modes 0 and 2 are named; the valid bit lies in the last of three quanta. */
const layout: SyntheticLayout = {
  ...{ quantumWords: 1, quanta: 3, valid: { word: 2, bit: 0 }, mode: { low: 31, width: 2 } },
  modes: [
    [1n, 2n, 3n],
    [4n, 5n, 6n],
    [7n, 8n, 9n],
    [10n, 11n, 12n],
  ],
  safe: [0n, 0n, 0n],
};
const ground = { area: 'entry-sync', profile, format: 'synthetic' } as const;
const update: EntrySyncCase = { ...ground, layout, from: [1n, 0n, 1n], to: [0n, 2n, (2n << 31n) | 1n] };
const layouts = [...simplerLayouts(update)].map((simpler) => simpler.layout);

test('modes that neither entry names use nothing', () => {
  const [, named, , unnamed] = layouts[0]?.modes ?? [];
  expect([named, unnamed]).toEqual([
    [0n, 0n, 0n],
    [0n, 0n, 0n],
  ]);
});

test('a quantum goes, and the valid bit keeps its place among the others', () => {
  const shorter = [...simplerLayouts(update)].filter((simpler) => simpler.layout?.quanta === 2);
  expect(shorter.map(({ layout: left, from }) => [left?.valid.word, left?.modes[0], from])).toEqual([
    [1, [1n, 3n], [1n, 1n]],
    [1, [2n, 3n], [0n, 1n]],
  ]);
});

test('a format with two quanta keeps both', () => {
  const short = { ...layout, quanta: 2, modes: [[1n, 1n]], safe: [0n, 0n], valid: { word: 0, bit: 0 } };
  const left = [...simplerLayouts({ ...update, layout: short, from: [1n, 0n], to: [1n, 1n] })];
  expect(left.every((simpler) => simpler.layout?.quanta === 2)).toBe(true);
});

test.each(syntheticLayouts.map((drawn, index) => [index, drawn] as const))(
  'what comes of layout %i holds no more',
  (_, drawn) => {
    const words = drawn.quanta * drawn.quantumWords;
    const some = { ...ground, layout: drawn, from: Array(words).fill(1n), to: Array(words).fill(0n) };
    for (const simpler of simplerLayouts(some)) {
      expect(sizeOf(simpler).words).toBeLessThanOrEqual(sizeOf(some).words);
      expect(simpler.layout).not.toEqual(drawn);
    }
  },
);

test('formats that exist are what they are', () => {
  const { layout: _, ...rest } = update;
  expect([...simplerLayouts({ ...rest, format: 'smmu-cd' })]).toEqual([]);
});
