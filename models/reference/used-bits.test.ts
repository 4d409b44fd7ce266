import { describe, expect, test } from 'vitest';
import { bits } from '../../spec/bits.ts';
import { smmuCdUsed } from '../../spec/used-bits/smmu-cd.ts';
import { smmuSteUsed } from '../../spec/used-bits/smmu-ste.ts';
import { spansOf, type UsedTable } from '../../spec/used-bits/table.ts';
import { vtdPasid } from '../../spec/used-bits/vtd-pasid.ts';
import { usedBits } from './used-bits.ts';

const filled = (...words: bigint[]) => [...words, ...Array.from({ length: 8 - words.length }, () => 0n)];
const masks = (table: UsedTable, ...words: bigint[]) => usedBits(table, filled(...words));

/** Written out by hand from the masks that the series and its review print. */
const P = 0x1n;
const AW_PGTT = 0x1dcn;
const SSPTPTR = 0xffff_ffff_ffff_f000n;
const DID_SNOOP = 0x0180_ffffn;
const FSPTPTR = 0xffff_ffff_ffff_f000n;

test.each([
  ['not present', 0x1ben, [P]],
  ['first stage', 0x41n, [P | AW_PGTT, DID_SNOOP, FSPTPTR | 0xcn]],
  ['second stage', 0x81n, [P | 0x2n | AW_PGTT | 0x200n | SSPTPTR, DID_SNOOP]],
  ['nested', 0xc1n, [P | 0x2n | AW_PGTT | 0x200n | SSPTPTR, DID_SNOOP, FSPTPTR | 0x9dn]],
  ['pass-through', 0x101n, [P | 0x2n | AW_PGTT, DID_SNOOP]],
  ['a reserved type', 0x141n, [P]],
])('VT-d, reviewed: %s', (_name, word0, expected) => {
  expect(masks(vtdPasid.reviewed, word0)).toEqual(filled(...expected));
});

const STE_S1 = [0xf80f_ffff_ffff_ffffn, 0xf808_00ffn, 0xffffn, 0n];
const STE_S2 = [0xfn, 0x3000_3208_0000n, 0x065f_ffff_0000_ffffn, 0x000f_ffff_ffff_fff0n];
test.each([
  ['not valid', [0xen], [1n]],
  ['abort', [0x1n], [0xfn]],
  ['bypass', [0x9n], [0xfn, 0x3000_0000_0000n]],
  ['stage 1', [0xbn], STE_S1],
  ['stage 1, bypassed without SubstreamID', [0xbn, 1n], STE_S1.with(1, STE_S1[1]! | 0x3000_0000_0000n)],
  ['stage 2', [0xdn], STE_S2],
  ['nested', [0xfn], STE_S1.map((mask, word) => mask | STE_S2[word]!)],
])('SMMUv3 stream table entry, reviewed: %s', (_name, words, expected) => {
  expect(masks(smmuSteUsed.reviewed, ...words)).toEqual(filled(...expected));
});

test('a context descriptor is used whole, but for TTB0 and its sizes when their walks are disabled', () => {
  const all = filled().map(() => 2n ** 64n - 1n);
  expect(masks(smmuCdUsed.reviewed, 0x8000_0000n)).toEqual(all);
  expect(masks(smmuCdUsed.reviewed, 0x8000_4000n)).toEqual(
    all.with(0, 0xffff_ffff_ffff_c000n).with(1, 0xfff0_0000_0000_000fn),
  );
  expect(masks(smmuCdUsed.reviewed, 0x4000n)).toEqual(filled(0x8000_0000n));
});

describe('hardware masks of a Non-secure stream with every feature (IHI 0070 5.2)', () => {
  /** Reserved and implementation defined bits are nobody's to know. */
  const unknown = ['reserved', 'IMPDEF1', 'IMPDEF2', 'IMPDEF4'].flatMap((name) =>
    spansOf(smmuSteUsed.layout, name),
  );
  const architected = (...words: bigint[]) => {
    const found = masks(smmuSteUsed.permitted, ...words);
    for (const { word, high, low } of unknown) found[word]! &= ~bits(high, low);
    return found;
  };
  const attributes = [0xffff_0000n, 0xffn];

  test('not valid: V; abort: V, Config and the hint CONT', () => {
    expect(architected(0n)).toEqual(filled(1n));
    for (const config of [0n, 1n, 2n, 3n])
      expect(architected((config << 1n) | 1n)).toEqual(filled(0xfn, 0x1e000n));
  });

  test('bypass', () => {
    expect(architected(0x9n)).toEqual(filled(0xfn, 0x000f_31ff_000d_e000n, 0n, 0n, ...attributes));
  });

  test('stage 1: SHCFG only where it is bypassed', () => {
    // Version 3.0 may look at S2S too.
    const word2 = 0xc000_0000_0000_ffffn | (1n << 57n);
    const stage1 = (word1: bigint) => filled(0xf8ff_ffff_ffff_ffffn, word1, word2, 0n, ...attributes);
    expect(architected(0xbn)).toEqual(stage1(0x000f_01ff_fd0f_f0ffn));
    expect(architected(0xbn, 1n)).toEqual(stage1(0x000f_31ff_fd0f_f0ffn));
  });

  test('stage 2', () => {
    expect(architected(0xdn)).toEqual([
      ...[0xfn, 0x000f_31ff_320f_ff00n, 0xffbf_ffff_0000_ffffn, 0x60ff_ffff_ffff_fffcn],
      ...[0xffff_0000n, 0xeffn, 0n, 0xffff_ffff_ffff_ffffn],
    ]);
  });

  test('nested', () => {
    const nested = (word1: bigint) => [
      ...[0xf8ff_ffff_ffff_ffffn, word1, 0xffff_ffff_0000_ffffn, 0x60ff_ffff_ffff_fffcn],
      ...[0xffff_0000n, 0x00ff_ffff_ffff_feffn, 0n, 0xffff_ffff_ffff_ffffn],
    ];
    expect(architected(0xfn)).toEqual(nested(0x000f_01ff_3f0f_ffffn));
    expect(architected(0xfn, 1n)).toEqual(nested(0x000f_31ff_3f0f_ffffn));
  });
});
