/** JSON with 64-bit values: bigint becomes a "0x…" string; schemas turn it back (schema.ts). */

/** Serialises `value`; bigint becomes a lower-case hex string. `indent` as in JSON.stringify. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(withoutBigints(value), undefined, indent);
}

/** A copy, because JSON.stringify takes twice as long with a function that it has to ask about each value. */
function withoutBigints(value: unknown): unknown {
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutBigints);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = withoutBigints((value as Record<string, unknown>)[key]);
  return copy;
}
