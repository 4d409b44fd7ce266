/**
 * The pairs of entries of Linux's arm-smmu-v3-test.c, with what it expects of each: the number of syncs, and
 * whether word 0 is ever zero at a sync. Its fixture has stalls and attribute overrides, and VMID 0.
 */
import type { EntrySyncCase } from '../../../spec/schema.ts';

type Words = readonly bigint[];
const filled = (...words: bigint[]): Words => [
  ...words,
  ...Array.from({ length: 8 - words.length }, () => 0n),
];

/** Stream table entries as the fixture makes them. */
export const ste = {
  notValid: filled(),
  abort: filled(0x1n),
  bypass: filled(0x9n, 0x1000_0000_0000n),
  s1: filled(0xf800_f0f0_f0f0_f0ebn, 0x1800_00d6n),
  s1Stall: filled(0xf800_f0f0_f0f0_f0ebn, 0x1000_00d6n),
  s1Bypass: filled(0xf800_f0f0_f0f0_f0ebn, 0x1000_1800_00d5n),
  s1OtherTable: filled(0xf800_004b_4b4b_4b6bn, 0x1000_1800_00d5n),
  s2: filled(0xdn, 0x1000_1000_0000n, 0x0449_b6c4_0000_0000n, 0xd_beef_dead_bee0n),
  s2NoAts: filled(0xdn, 0x1000_0000_0000n, 0x0449_b6c4_0000_0000n, 0xd_beef_dead_bee0n),
  s2Stall: filled(0xdn, 0x1000_1000_0000n, 0x0649_b6c4_0000_0000n, 0xd_beef_dead_bee0n),
  nestedBypass: filled(
    ...[0xf800_f0f0_f0f0_f0efn, 0x1000_1808_00d5n, 0x0449_b6c4_0000_0000n, 0xd_beef_dead_bee0n],
  ),
} as const;

/** Context descriptors: of a device, of a process, and of a process that has gone. */
const cd = {
  zero: filled(),
  s1: filled(0x30a_e205_8000_0010n, 0xf_0f0f_0f00n, 0n, 0xffn),
  s1OtherAsid: filled(0x7cd_e205_8000_0010n, 0xf_0f0f_0f00n, 0n, 0xffn),
  sva: filled(0x30a_f205_c000_0010n, 0xf_0f0f_0f00n, 0n, 0xffn),
  svaReleased: filled(0x30a_c205_c000_4000n, 0n, 0n, 0xffn),
} as const;

export interface KunitPair {
  readonly name: string;
  readonly format: EntrySyncCase['format'] & ('smmu-ste' | 'smmu-cd');
  readonly from: Words;
  readonly to: Words;
  readonly syncs: number;
  readonly hitless: boolean;
}

const stes = (from: keyof typeof ste, to: keyof typeof ste, syncs: number, hitless = true): KunitPair => ({
  ...{ name: `${from} -> ${to}`, format: 'smmu-ste', from: ste[from], to: ste[to], syncs, hitless },
});
const cds = (from: keyof typeof cd, to: keyof typeof cd, syncs: number, hitless = true): KunitPair => ({
  ...{ name: `${from} -> ${to}`, format: 'smmu-cd', from: cd[from], to: cd[to], syncs, hitless },
});

export const kunitPairs: readonly KunitPair[] = [
  ...[stes('bypass', 'abort', 2), stes('abort', 'bypass', 2), stes('s1', 'abort', 2), stes('abort', 's1', 2)],
  ...[stes('s1', 'bypass', 3), stes('bypass', 's1', 3), stes('s1', 's1Bypass', 1), stes('s1Bypass', 's1', 1)],
  ...[stes('s1Bypass', 'bypass', 2), stes('bypass', 's1Bypass', 2), stes('s2', 'abort', 2)],
  ...[stes('abort', 's2', 2), stes('s2', 'bypass', 2), stes('bypass', 's2', 2)],
  ...[stes('s1', 's2', 3), stes('s2', 's1', 3), stes('s1', 's1OtherTable', 3, false)],
  ...[stes('s1Stall', 's2Stall', 3), stes('s2Stall', 's1Stall', 3)],
  ...[stes('nestedBypass', 's2NoAts', 3), stes('s2NoAts', 'nestedBypass', 2)],
  ...[cds('zero', 's1', 2, false), cds('s1', 'zero', 2, false)],
  ...[cds('s1', 's1OtherAsid', 1), cds('s1OtherAsid', 's1', 1)],
  ...[cds('zero', 'sva', 2, false), cds('sva', 'zero', 2, false)],
  ...[cds('sva', 'svaReleased', 2), cds('svaReleased', 'sva', 2)],
];
