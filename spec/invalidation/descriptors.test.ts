import { describe, expect, test } from 'vitest';
import { ALL_64 } from '../bits.ts';
import { resolveLayout } from '../layouts/resolve.ts';
import { namedProfile } from '../profiles.ts';
import type { Profile } from '../schema.ts';
import { type DescriptorName, descriptorFormats, formatOfType } from './descriptors.ts';

const profile = (name: string): Profile => {
  const found = namedProfile(name);
  if (found === undefined) throw new RangeError(name);
  return found;
};

/** Bits that may be set, read off the figures of 6.5.2 and 7.6.1 by hand; the type's bits 11:9 included. */
const settable: Readonly<Record<DescriptorName, readonly bigint[]>> = {
  context: [0x0003_ffff_ffff_0e3fn, 0n],
  iotlb: [0x0000_0000_ffff_0effn, 0xffff_ffff_ffff_f07fn],
  'device-tlb': [0xfff0_ffff_001f_fe0fn, 0xffff_ffff_ffff_f001n],
  'interrupt-entry': [0x0000_ffff_f800_0e1fn, 0n],
  wait: [0xffff_ffff_0000_0effn, 0xffff_ffff_ffff_fffcn],
  'pasid-iotlb': [0x000f_ffff_ffff_0e3fn, 0xffff_ffff_ffff_f07fn, 0n, 0n],
  pasid: [0x000f_ffff_ffff_0e3fn, 0n, 0n, 0n],
  'pasid-device-tlb': [0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_f801n, 0n, 0n],
  'page-group-response': [0x000f_ffff_ffff_fe1fn, 0xffcn, 0n, 0n],
  'host-permission': [0x0000_0000_ffff_0e3fn, 0xffff_ffff_ffff_f0ffn, 0n, 0n],
};

const reservedUnder = (name: DescriptorName, unit: Profile): readonly bigint[] => {
  const format = descriptorFormats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new RangeError(name);
  return resolveLayout(format.layout, unit).reserved;
};

describe.each(descriptorFormats.map((format) => [format.name, format] as const))('%s', (name, format) => {
  test('names every bit once', () => {
    const covered = Array.from({ length: format.layout.words }, () => 0n);
    for (const { word, mask } of format.layout.fields) {
      expect(covered[word]! & mask).toBe(0n);
      covered[word]! |= mask;
    }
    expect(covered).toEqual(covered.map(() => ALL_64));
  });

  test('has the reserved bits of its figure on a unit that has everything', () => {
    const expected = settable[name].map((mask) => ALL_64 & ~mask);
    expect(reservedUnder(name, profile('everything'))).toEqual(expected);
  });

  test('is found by its type', () => {
    expect(formatOfType(format.type)).toBe(format);
  });
});

test('PD is reserved on a unit without page-request draining', () => {
  expect(reservedUnder('wait', profile('legacy-39'))[0]! & 0x80n).toBe(0x80n);
});

test('PFSID is reserved on a unit without throttling of Device-TLB invalidation', () => {
  expect(reservedUnder('device-tlb', profile('legacy-48'))[0]).toBe(ALL_64 & ~0x0000_ffff_001f_0e0fn);
  expect(reservedUnder('pasid-device-tlb', profile('nested-48'))[0]).toBe(ALL_64 & ~0x000f_ffff_ffff_0fffn);
});

test('types 0 and 11 to 127 are nobody’s', () => {
  expect(Array.from({ length: 128 }, (_, type) => type).filter((type) => formatOfType(type))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});
