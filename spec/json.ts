/** JSON with 64-bit values: bigint becomes a "0x…" string; schemas turn it back (schema.ts). */

/** Serialises `value`; bigint becomes a lower-case hex string. `indent` as in JSON.stringify. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, item: unknown) => (typeof item === 'bigint' ? `0x${item.toString(16)}` : item),
    indent,
  );
}
