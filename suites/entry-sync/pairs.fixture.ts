/**
 * Updates with known outcome: those that the KUnit tests of Linux's SMMUv3 driver make, those between the
 * entries that the VT-d driver makes, and those that both leave out.
 */

import { smmuCd } from '../../spec/layouts/smmu-cd.ts';
import type { EntrySyncFormat } from '../../spec/schema.ts';
import { ste } from '../faulty/examples/kunit-pairs.ts';
import { entryOf } from '../used-bits/entries.fixture.ts';

export interface Pair {
  readonly name: string;
  readonly format: EntrySyncFormat;
  readonly from: readonly bigint[];
  readonly to: readonly bigint[];
  readonly path: 'nothing' | 'rewrite' | 'hitless' | 'breaking';
  readonly syncs: number;
  /** Quanta that differ in used bits. */
  readonly differing: readonly number[];
  /** Stores between syncs as `quantum:value`, the value as one number in hexadecimal. */
  readonly trace?: string;
}

const filled = (...words: bigint[]) => [...words, ...Array.from({ length: 8 - words.length }, () => 0n)];

export { ste };

type SteName = keyof typeof ste;
const stePair = (
  from: SteName,
  to: SteName,
  path: Pair['path'],
  syncs: number,
  differing: readonly number[],
  trace?: string,
): Pair => ({
  name: `${from} -> ${to}`,
  format: 'smmu-ste',
  from: ste[from],
  to: ste[to],
  path,
  syncs,
  differing,
  ...(trace === undefined ? {} : { trace }),
});

export const stePairs: readonly Pair[] = [
  stePair('bypass', 'abort', 'hitless', 2, [0]),
  stePair('abort', 'bypass', 'hitless', 2, [0]),
  stePair('s1', 'abort', 'hitless', 2, [0]),
  stePair('abort', 's1', 'hitless', 2, [0]),
  stePair('s1', 'bypass', 'hitless', 3, [0], '1:1000180000d6 | 0:9 | 1:100000000000'),
  stePair('bypass', 's1', 'hitless', 3, [0], '1:1000180000d6 | 0:f800f0f0f0f0f0eb | 1:180000d6'),
  stePair('s1', 's1Bypass', 'hitless', 1, [1]),
  stePair('s1Bypass', 's1', 'hitless', 1, [1]),
  stePair('s1Bypass', 'bypass', 'hitless', 2, [0]),
  stePair('bypass', 's1Bypass', 'hitless', 2, [0]),
  stePair('s2', 'abort', 'hitless', 2, [0]),
  stePair('abort', 's2', 'hitless', 2, [0]),
  stePair('s2', 'bypass', 'hitless', 2, [0]),
  stePair('bypass', 's2', 'hitless', 2, [0]),
  ...[
    stePair(
      ...(['s1', 's2', 'hitless', 3, [0]] as const),
      '1:1000180000d6 2:449b6c400000000 3:dbeefdeadbee0 | 0:d | 1:100010000000',
    ),
  ],
  stePair('s2', 's1', 'hitless', 3, [0]),
  stePair('s1', 's1OtherTable', 'breaking', 3, [0, 1], '0:0 | 1:1000180000d5 | 0:f800004b4b4b4b6b'),
  stePair('nestedBypass', 's2NoAts', 'hitless', 3, [0], '1:1000080000d5 | 0:d | 1:100000000000'),
  stePair('s2NoAts', 'nestedBypass', 'hitless', 2, [0], '1:1000180800d5 | 0:f800f0f0f0f0f0ef'),
];

export const steStallPairs: readonly Pair[] = [
  stePair('s1Stall', 's2Stall', 'hitless', 3, [0]),
  stePair('s2Stall', 's1Stall', 'hitless', 3, [0]),
];

/** Context descriptors: stage 1 of a device, of a process, and of a process that has gone. */
const s1Fields = { V: 1, T0SZ: 16, AA64: 1, R: 1, A: 1, ASET: 1, IPS: 5, TTB0: 0xf0f0_f0f0n, MAIR: 0xffn };
const cd = {
  zero: filled(),
  s1: entryOf(smmuCd, { ...s1Fields, ASID: 778 }),
  s1OtherAsid: entryOf(smmuCd, { ...s1Fields, ASID: 1997 }),
  s1OtherTable: entryOf(smmuCd, { ...s1Fields, ASID: 1997, TTB0: 0x4b4b_4b4bn }),
  sva: entryOf(smmuCd, { ...s1Fields, ASID: 778, EPD1: 1, S: 1 }),
  svaReleased: entryOf(smmuCd, {
    ...{ V: 1, AA64: 1, A: 1, ASET: 1, IPS: 5, MAIR: 0xffn, ASID: 778, EPD1: 1, EPD0: 1 },
  }),
} as const;
const cdPair = (
  from: keyof typeof cd,
  to: keyof typeof cd,
  path: Pair['path'],
  syncs: number,
  differing: readonly number[],
): Pair => ({
  name: `${from} -> ${to}`,
  format: 'smmu-cd',
  from: cd[from],
  to: cd[to],
  path,
  syncs,
  differing,
});

export const cdPairs: readonly Pair[] = [
  cdPair('zero', 's1', 'hitless', 2, [0]),
  cdPair('s1', 'zero', 'hitless', 2, [0]),
  cdPair('s1', 's1OtherAsid', 'hitless', 1, [0]),
  cdPair('s1OtherAsid', 's1', 'hitless', 1, [0]),
  cdPair('s1', 's1OtherTable', 'breaking', 3, [0, 1]),
  cdPair('zero', 'sva', 'hitless', 2, [0]),
  cdPair('sva', 'zero', 'hitless', 2, [0]),
  cdPair('sva', 'svaReleased', 'hitless', 2, [0]),
  cdPair('svaReleased', 'sva', 'hitless', 2, [0]),
];

/** PASID table entries as the VT-d driver makes them. */
export const pasid = {
  none: filled(),
  fault: filled(0x2n),
  first: filled(0x49n, 0x80_0005n, 0x11_1000n),
  firstOtherTable: filled(0x49n, 0x80_0005n, 0x33_3000n),
  firstOther: filled(0x49n, 0x80_0006n, 0x33_3000n),
  second: filled(0xaa_a089n, 0x80_0007n),
  secondOther: filled(0xbb_b089n, 0x80_0008n),
  secondDirty: filled(0xaa_a289n, 0x80_0007n),
  secondSnoop: filled(0xaa_a089n, 0x180_0007n),
  nested: filled(0xaa_a0c9n, 0x80_0009n, 0x44_4000n),
  nestedOtherTable: filled(0xaa_a0c9n, 0x80_0009n, 0x55_5000n),
  nestedOther: filled(0xaa_a0c9n, 0x80_000an, 0x55_5000n),
  nestedSnoop: filled(0xaa_a0c9n, 0x180_0009n, 0x44_4000n),
  nestedSameTable: filled(0xaa_a0c9n, 0x80_0009n, 0x11_1000n),
  nestedControls: filled(0xaa_a0c9n, 0x80_0009n, 0x11_1091n),
  passThrough: filled(0x109n, 0x80_0001n),
  passThroughSnoop: filled(0x109n, 0x180_0001n),
} as const;

type PasidName = keyof typeof pasid;
const pasidPair = (
  from: PasidName,
  to: PasidName,
  path: Pair['path'],
  syncs: number,
  differing: readonly number[],
  trace?: string,
): Pair => ({
  name: `${from} -> ${to}`,
  format: 'vtd-pasid',
  from: pasid[from],
  to: pasid[to],
  path,
  syncs,
  differing,
  ...(trace === undefined ? {} : { trace }),
});

const FIRST_0 = '0:8000050000000000000049';
export const pasidPairs: readonly Pair[] = [
  pasidPair('none', 'first', 'hitless', 2, [0], `1:111000 | ${FIRST_0}`),
  pasidPair('none', 'second', 'hitless', 1, [0]),
  pasidPair('none', 'nested', 'hitless', 2, [0]),
  pasidPair('none', 'passThrough', 'hitless', 1, [0]),
  pasidPair('first', 'none', 'hitless', 2, [0]),
  pasidPair('second', 'none', 'hitless', 1, [0]),
  pasidPair('nested', 'none', 'hitless', 2, [0]),
  pasidPair('passThrough', 'none', 'hitless', 1, [0]),
  pasidPair('first', 'firstOtherTable', 'hitless', 1, [1]),
  pasidPair('first', 'firstOther', 'breaking', 3, [0, 1], '0:0 | 1:333000 | 0:8000060000000000000049'),
  pasidPair('first', 'second', 'hitless', 2, [0], '0:8000070000000000aaa089 | 1:0'),
  pasidPair('first', 'nested', 'breaking', 3, [0, 1]),
  pasidPair('first', 'passThrough', 'hitless', 2, [0]),
  pasidPair('second', 'secondOther', 'hitless', 1, [0]),
  pasidPair('second', 'secondDirty', 'hitless', 1, [0]),
  pasidPair('second', 'first', 'hitless', 2, [0]),
  pasidPair('second', 'nested', 'hitless', 2, [0], '1:444000 | 0:8000090000000000aaa0c9'),
  pasidPair('second', 'passThrough', 'hitless', 1, [0]),
  pasidPair('nested', 'nestedOtherTable', 'hitless', 1, [1]),
  pasidPair('nested', 'nestedOther', 'breaking', 3, [0, 1]),
  pasidPair('nested', 'nestedSnoop', 'hitless', 1, [0]),
  pasidPair('nested', 'first', 'breaking', 3, [0, 1]),
  pasidPair('nested', 'second', 'hitless', 2, [0]),
  pasidPair('nested', 'passThrough', 'hitless', 2, [0]),
  pasidPair('passThrough', 'first', 'hitless', 2, [0]),
  pasidPair('passThrough', 'second', 'hitless', 1, [0]),
  pasidPair('passThrough', 'nested', 'hitless', 2, [0]),
  pasidPair('fault', 'first', 'hitless', 2, [0]),
  pasidPair('fault', 'second', 'hitless', 1, [0]),
  pasidPair('fault', 'passThrough', 'hitless', 1, [0]),
  ...(['none', 'first', 'second', 'nested', 'passThrough'] as const).map((name) =>
    pasidPair(name, name, 'nothing', 0, []),
  ),
];

/** What neither of the two lists above would notice. */
const withVmid = (entry: readonly bigint[], vmid: bigint) => entry.with(2, entry[2]! | vmid);
const other = (
  name: string,
  from: readonly bigint[],
  to: readonly bigint[],
  path: Pair['path'],
  syncs: number,
  differing: readonly number[],
): Pair => ({ name, format: 'smmu-ste', from, to, path, syncs, differing });
const nested = ste.nestedBypass.with(1, 0x1000_1800_00d6n);

export const missedPairs: readonly Pair[] = [
  other('s1 -> s2 with a VMID', ste.s1, withVmid(ste.s2, 7n), 'breaking', 3, [0, 2]),
  other('s1 -> nested with a VMID', ste.s1, withVmid(nested, 7n), 'breaking', 3, [0, 2]),
  other('bypass -> s2 with a VMID', ste.bypass, withVmid(ste.s2, 7n), 'hitless', 2, [0]),
  other('s2 with a VMID -> abort', withVmid(ste.s2, 7n), ste.abort, 'hitless', 2, [0]),
  other(
    ...(['nested -> its parent s2', withVmid(ste.nestedBypass, 7n), withVmid(ste.s2NoAts, 7n)] as const),
    ...(['hitless', 3, [0]] as const),
  ),
  other(
    ...([
      'nested -> s2 that stalls, ATS changing',
      ste.nestedBypass,
      ste.s2Stall.with(1, 0x1000_0000_0000n),
    ] as const),
    ...(['breaking', 3, [0, 1, 2]] as const),
  ),
  other(
    ...(['stalls on both sides, ATS changing', ste.nestedBypass.with(2, 0x0649_b6c4_0000_0000n)] as const),
    ...([ste.s2Stall.with(1, 0x1000_0000_0000n), 'breaking', 3, [0, 1]] as const),
  ),
  other(
    ...(['split ATS -> off', ste.nestedBypass.with(1, 0x1000_2808_00d5n), ste.s2NoAts] as const),
    ...(['breaking', 3, [0, 1]] as const),
  ),
  pasidPair('first', 'nestedSameTable', 'hitless', 1, [0]),
  pasidPair('nestedSameTable', 'first', 'hitless', 1, [0]),
  pasidPair('first', 'nestedControls', 'hitless', 2, [0]),
  pasidPair('nestedControls', 'first', 'hitless', 2, [0]),
  pasidPair('fault', 'none', 'rewrite', 1, []),
  pasidPair('second', 'secondSnoop', 'hitless', 1, [0]),
  pasidPair('secondSnoop', 'second', 'hitless', 1, [0]),
  pasidPair('passThrough', 'passThroughSnoop', 'hitless', 1, [0]),
  pasidPair('passThroughSnoop', 'passThrough', 'hitless', 1, [0]),
];
