/** Input addresses: how tables split them, and those that never reach one. */

/** Bits of input address that `levels` levels of tables cover (AGAW, 3.7). */
export function coveredBits(levels: number): number {
  return 12 + 9 * levels;
}

/** FEEx_xxxxh (3.15). */
export function isInterruptAddress(address: bigint): boolean {
  return address >> 20n === 0xfeen;
}

/** The entry of `table` that the nine bits of `address` for `level` select (3.7, Table 4). */
export function entryAddress(address: bigint, table: bigint, level: number): bigint {
  // 8 bytes an entry: the shift leaves the nine bits where they count eights.
  return table + ((address >> BigInt(coveredBits(level - 1) - 3)) & 0xff8n);
}
