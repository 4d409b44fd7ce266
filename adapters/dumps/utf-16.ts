/** Text as some shells and editors save it: two bytes a character, which looks like binary. */

const LOOKED_AT = 64;

/** Whether `bytes` begin with a byte order mark of UTF-16, or have a NUL at every second place. */
export function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, Math.min(LOOKED_AT, bytes.length & ~1));
  const isText = (parity: number): boolean =>
    start.every((byte, index) => (index % 2 === parity ? byte === 0 : byte !== 0));
  return start.length > 2 && (isText(0) || isText(1));
}
