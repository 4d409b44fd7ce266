/** Which descriptor types a queue takes, by translation table mode and width of its slots (VT-d 6.5.2.11, Table 26). */

/** RTADDR.TTM as SRTP latched it, whether translation is enabled or not. Index: the value of the field. */
export const translationTableModes = ['legacy', 'scalable', 'reserved', 'abort'] as const;
export type TranslationTableMode = (typeof translationTableModes)[number];

export interface QueueMode {
  readonly rule: string;
  readonly ttm: TranslationTableMode;
  /** Bits of a slot: IQA.DW. */
  readonly width: 128 | 256;
  readonly types: readonly number[];
}

const narrow: readonly number[] = [1, 2, 3, 4, 5];
const wide: readonly number[] = [...narrow, 6, 7, 8, 9, 10];

const mode = (ttm: TranslationTableMode, width: 128 | 256, types: readonly number[]): QueueMode => ({
  rule: `invalidation.queue.mode.${ttm}-${width}`,
  ttm,
  width,
  types,
});

export const queueModes: readonly QueueMode[] = [
  mode('legacy', 128, narrow),
  mode('legacy', 256, narrow),
  mode('scalable', 128, []),
  mode('scalable', 256, wide),
  mode('reserved', 128, []),
  mode('reserved', 256, []),
  mode('abort', 128, []),
  mode('abort', 256, wide),
];

/** The row of Table 26 for one mode and width. */
export function queueMode(ttm: TranslationTableMode, width: 128 | 256): QueueMode {
  const found = queueModes.find((candidate) => candidate.ttm === ttm && candidate.width === width);
  if (found === undefined) throw new RangeError(`no row for ${ttm}, ${width}`);
  return found;
}
