/** Which bits that must be zero are set, and that no other is. */
import { expect, test } from 'vitest';
import { namedProfile } from '../spec/profiles.ts';
import type { EntryFormat } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { entryTarget, type Place } from './entry-target.ts';
import type { TableEntry } from './tables.ts';
import { translationTarget } from './translation-target.ts';
import { formatOf, setWrongBit } from './translation-wrong-bit.ts';

const formats: readonly (readonly [EntryFormat, string])[] = [
  ['root-legacy', 'legacy-48'],
  ['context-legacy', 'legacy-48'],
  ['context-scalable', 'second-stage-57'],
  ['pasid-directory', 'everything'],
  ['pasid-table', 'everything'],
  ['pasid-table', 'second-stage-57'],
];

test.each(formats)(
  'of a %s entry of %s each border and each lacking field is set, one bit at a time',
  (format, name) => {
    const profile = namedProfile(name);
    if (profile === undefined) throw new RangeError(`no profile ${name}`);
    const target = translationTarget(profile);
    const { borders, lacking, reserved } = entryTarget(profile, format);
    const set = new Set<string>();
    for (let seed = 1; seed <= 2000; seed++) {
      const words = [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
      const entry: TableEntry = { structure: format, level: 0, address: 0x1000, words };
      setWrongBit(target, entry, format, new Choices(Math.imul(seed, 0x9e37_79b9)));
      const one = words.flatMap((mask, word) => (mask === 0n ? [] : [{ word, mask }]));
      set.add(one.map(nameOf).join());
    }
    expect(reserved.map(nameOf)).toEqual(expect.arrayContaining([...set]));
    expect([...set]).toEqual(expect.arrayContaining(borders.map(nameOf)));
    for (const field of lacking) expect(field.some((place) => set.has(nameOf(place)))).toBe(true);
  },
);

test('paging and permission entries have bits of their own', () => {
  const entry = { level: 1, address: 0x1000, words: [0n] };
  expect(formatOf({ ...entry, structure: 'second-stage' })).toBeUndefined();
  expect(formatOf({ ...entry, structure: 'host-permission' })).toBeUndefined();
  expect(formatOf({ ...entry, structure: 'pasid-table' })).toBe('pasid-table');
});

const nameOf = ({ word, mask }: Place): string => `${word}:${mask.toString(16)}`;
