import { describe, expect, test } from 'vitest';
import { ALL_64, bits } from '../bits.ts';
import { amdDteUsed } from './amd-dte.ts';
import { smmuCdUsed } from './smmu-cd.ts';
import { smmuSteUsed } from './smmu-ste.ts';
import { spansOf } from './table.ts';
import { vtdPasid } from './vtd-pasid.ts';

const all = [vtdPasid, smmuSteUsed, smmuCdUsed, amdDteUsed];

describe.each(all.map((knowledge) => [knowledge.layout.name, knowledge] as const))(
  '%s',
  (_name, knowledge) => {
    const { layout, reviewed, certain, permitted, exceptions } = knowledge;

    test('the layout covers every bit once', () => {
      const covered = Array.from({ length: layout.words }, () => 0n);
      for (const { word, high, low } of layout.fields) {
        expect(covered[word]! & bits(high, low), `word ${word} bits ${high}:${low}`).toBe(0n);
        covered[word]! |= bits(high, low);
      }
      expect(covered).toEqual(covered.map(() => ALL_64));
    });

    test('every row names fields that exist and bits that lie in them', () => {
      for (const { when, uses = [], ignores = [] } of [reviewed, certain, permitted, exceptions].flatMap(
        ({ rows }) => rows,
      )) {
        for (const reference of [...when.map(({ field }) => field), ...uses, ...ignores]) {
          const whole = spansOf(layout, typeof reference === 'string' ? reference : reference[0]);
          for (const { word, high, low } of spansOf(layout, reference)) {
            expect(whole.some((field) => field.word === word && field.high >= high && field.low <= low)).toBe(
              true,
            );
          }
        }
      }
    });
  },
);

test('a name that the layout does not have is a mistake of the programmer', () => {
  expect(() => spansOf(vtdPasid.layout, 'S1DSS')).toThrow('pasid-table has no field S1DSS');
});
