/** A format with the tables of what counts in its entries, as data of a vector file. */
import type { HalfMask, MaskTable, Test } from '../../models/masks.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import type { WriterCondition, WriterFormatData, WriterTable } from '../../spec/vectors/entry-sync.ts';
import { type JudgedFormat, knownFormats } from './format.ts';

/** Under which a file has the format of a case; undefined when it is made up for the case alone. */
export function formatName({ format, profile }: EntrySyncCase): string | undefined {
  if (format === 'synthetic') return undefined;
  return profile.policies.usedBits === 'reviewed' ? `${format}, reviewed` : format;
}

/** Every format that has a name. */
export function namedFormats(): Readonly<Record<string, WriterFormatData>> {
  return Object.fromEntries(
    Object.entries(knownFormats).flatMap(([name, { sound, reviewed }]) => [
      [name, formatData(sound)],
      [`${name}, reviewed`, formatData(reviewed)],
    ]),
  );
}

/** `format` in 64-bit words. */
export function formatData(format: JudgedFormat): WriterFormatData {
  const { halves, quantumHalves, fetchHalves, valid, atLeast, safeAtMost, blocks } = format;
  return {
    words: halves / 2,
    quantumWords: quantumHalves / 2,
    fetchWords: (fetchHalves[0] ?? halves) / 2,
    valid: { word: valid.half >> 1, bit: 32 * (valid.half & 1) + Math.log2(valid.mask) },
    counts: [...new Set(atLeast)].map(tableData),
    safe: safeAtMost.map(({ bits, unlessEither }) => ({
      bits: wordsOf(bits, halves),
      unlessEither: unlessEither.map((all) => all.map(conditionData)),
    })),
    ...(blocks === undefined ? {} : { blocks: blocks.map((all) => all.map(conditionData)) }),
  };
}

function tableData({ rows, halves }: MaskTable): WriterTable {
  return rows.map(({ tests, uses, ignores }) => ({
    when: tests.map(conditionData),
    uses: wordsOf(uses, halves),
    ignores: wordsOf(ignores, halves),
  }));
}

function conditionData({ half, low, mask, accepts }: Test): WriterCondition {
  const values = Array.from({ length: mask + 1 }, (_unused, value) => value);
  return {
    word: half >> 1,
    low: 32 * (half & 1) + low,
    mask,
    values: values.filter((value) => ((accepts >>> value) & 1) === 1),
  };
}

function wordsOf(masks: readonly HalfMask[], halves: number): bigint[] {
  const words = new BigUint64Array(halves / 2);
  for (const { half, mask } of masks) words[half >> 1]! |= BigInt(mask >>> 0) << BigInt(32 * (half & 1));
  return [...words];
}
