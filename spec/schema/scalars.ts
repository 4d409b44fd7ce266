/** What every schema is made of: numbers, words, names. */
import * as v from 'valibot';

const hexPattern = /^0x[0-9a-f]{1,16}$/i;

/**
 * 64-bit unsigned value. One check for both spellings: an answer holds dozens of them, and a union of two
 * schemas costs twice as much.
 */
export const u64 = v.pipe(
  v.custom<bigint | string>(isU64, 'expected a 64-bit value such as "0x1f"'),
  v.transform((value): bigint => BigInt(value)),
);
function isU64(value: unknown): boolean {
  return typeof value === 'bigint'
    ? value >= 0n && value <= 0xffff_ffff_ffff_ffffn
    : typeof value === 'string' && hexPattern.test(value);
}
/** Integers from 0 to `max`. */
export const unsigned = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
/** `min` to `max` 64-bit words. */
export const words = (min: number, max = min) => v.pipe(v.array(u64), v.minLength(min), v.maxLength(max));
export const faultCode = unsigned(0xff);
export const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** Consecutive 64-bit words from `address` (8-byte aligned); everything else that is backed is zero. */
export const memoryRunSchema = v.strictObject({
  address: u64,
  words: v.pipe(v.array(u64), v.minLength(1), v.maxLength(512)),
});
export type MemoryRun = v.InferOutput<typeof memoryRunSchema>;
