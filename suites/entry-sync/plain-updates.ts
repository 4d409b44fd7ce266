/**
 * The plainest updates, in one order over all formats. Most mistakes of a writer show in one of them: a shrunk
 * case becomes the first that shows the breach, whatever it was found with, so that one bug gives one report.
 */
import { entryKinds } from '../../generators/entry-kinds.ts';
import { toJson } from '../../spec/json.ts';
import type { EntrySyncCase, EntrySyncFormat, SyntheticLayout } from '../../spec/schema.ts';
import { type EntryUpdate, isMade, isOnUnit } from './drawable.ts';

type Words = readonly bigint[];

/** SHCFG, MEV, full and split ATS in word 1 of a stream table entry; S2S in word 2. */
const SHCFG = 0x1000_0000_0000n;
const MEV = 0x8_0000n;
const FULL_ATS = 0x1000_0000n;
const S2S = 0x0200_0000_0000_0000n;
/** Used by no kind that is not Secure, in word 6. */
const IGNORED = 1n;
/** FSPTPTR of a PASID table entry, in quantum 1. */
const POINTER = 0x1000n;
/** V, TV and GV of a device table entry; the lowest bit of its guest levels, in word 2; a piece of the guest pointer. */
const GUEST = 0x0080_0000_0000_0003n;
const LEVEL = 0x0040_0000_0000_0000n;
const GUEST_POINTER = 0x0400_0000_0000_0000n;

/** Not valid first, then by kind, then with a value in each quantum that the kind uses. */
const entries: readonly (readonly [Exclude<EntrySyncFormat, 'synthetic'>, readonly Words[]])[] = [
  [
    'vtd-pasid',
    [[], [0x41n], [0x81n], [0xc1n], [0x101n], [0x41n, 1n], [0x41n, 0n, POINTER], [0xc1n, 0n, POINTER]],
  ],
  [
    'smmu-ste',
    [
      ...[[], [0x1n], [0x9n], [0xbn], [0xdn], [0xfn], [0x9n, SHCFG], [0xdn, MEV], [0xdn, FULL_ATS]],
      ...[
        [0xdn, 0n, S2S],
        [0xdn, SHCFG | MEV],
        [0xdn, 0n, 0n, 0n, 0n, 0n, IGNORED],
      ],
    ],
  ],
  ['smmu-cd', [[], [0x8000_0000n], [0x8000_4000n], [0x8000_0000n, 0x10n]]],
  [
    'amd-dte',
    [
      [],
      [1n],
      [GUEST],
      [0n, 0n, 1n],
      [0n, 0n, LEVEL],
      [GUEST, 0n, LEVEL],
      [GUEST | GUEST_POINTER, 0n, LEVEL],
    ],
  ],
];

const madeUp = (
  valid: number,
  modes: readonly Words[],
  safe: Words,
  quantumWords: SyntheticLayout['quantumWords'] = 1,
): SyntheticLayout => ({
  ...{ quantumWords, quanta: 2, valid: { word: valid, bit: 0 }, mode: { low: 1, width: 1 } },
  modes: modes.map((words) => [...words]),
  safe: [...safe],
});
/**
 * What no real format has: the valid bit in the last quantum, of 64 bits or of 128, and a bit that is safe and not used
 * by every kind.
 */
const layouts: readonly (readonly [SyntheticLayout, readonly Words[]])[] = [
  [
    madeUp(
      0,
      [
        [0n, 0n],
        [0n, 3n],
      ],
      [0n, 0n],
    ),
    [[], [1n], [3n], [0n, 1n], [3n, 1n]],
  ],
  [
    madeUp(
      1,
      [
        [1n, 0n],
        [1n, 0n],
      ],
      [0n, 0n],
    ),
    [[], [0n, 1n], [0n, 3n], [1n, 3n]],
  ],
  [madeUp(0, [[0n, 3n]], [0n, 1n]), [[], [1n], [1n, 1n], [1n, 2n], [1n, 3n]]],
  [
    madeUp(
      2,
      [
        [1n, 0n, 0n, 0n],
        [1n, 0n, 0n, 0n],
      ],
      [0n, 0n, 0n, 0n],
      2,
    ),
    [[], [0n, 0n, 1n], [1n, 0n, 1n]],
  ],
];

/** By format, fewer words first; of equally many a set-up last. */
const plainUpdates = new Map<EntrySyncFormat, readonly EntryUpdate[]>([
  ...entries.map(([format, plain]) => [format, pairs({ format }, plain)] as const),
  ['synthetic', layouts.flatMap(([layout, plain]) => pairs({ format: 'synthetic', layout }, plain))],
]);
/** What is wrong with a writer shows in PASID table entries too; AMD entries are written by another one. */
const most = plainUpdates.get('vtd-pasid') ?? [];

/** Plain updates on the same unit that are plainer, the plainest first; `isPlain`: it is one itself. */
export function plainerUpdates({ profile, ...update }: EntrySyncCase): {
  readonly plainer: readonly EntryUpdate[];
  readonly isPlain: boolean;
} {
  const { format } = update;
  const own = plainUpdates.get(format) ?? [];
  const ofFormat = format === 'vtd-pasid' || format === 'amd-dte' ? own : [...most, ...own];
  const all = ofFormat.filter((one) => isOnUnit(one, profile));
  const key = keyOf(update);
  const rank = all.findIndex((one) => keyOf(one) === key);
  return rank < 0 ? { plainer: all, isPlain: false } : { plainer: all.slice(0, rank), isPlain: true };
}

function pairs(of: Pick<EntryUpdate, 'format' | 'layout'>, plain: readonly Words[]): EntryUpdate[] {
  const size = entryKinds(of.format, of.layout).words;
  const filled = plain.map((entry) => Array.from({ length: size }, (_, word) => entry[word] ?? 0n));
  return filled
    .flatMap((from) => filled.map((to) => ({ ...of, from, to })))
    .filter(isMade)
    .toSorted((a, b) => words(a) - words(b) || emptiness(a) - emptiness(b));
}

/** A set-up after all others: more is permitted where no cache can hold a copy. */
function emptiness({ from }: EntryUpdate): number {
  return from.every((word) => word === 0n) ? 1 : 0;
}

function words({ from, to }: EntryUpdate): number {
  return [...from, ...to].filter((word) => word !== 0n).length;
}

function keyOf({ format, layout, from, to }: EntryUpdate): string {
  return toJson([format, layout, from, to]);
}
