/** Values as people read them, for every floor. */

/** As short as it gets: for values within a sentence. */
export function shortHex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** PCI requester as bus:device.function. */
export function requester(sourceId: number): string {
  const part = (value: number) => value.toString(16).padStart(2, '0');
  return `${part(sourceId >> 8)}:${part((sourceId >> 3) & 0x1f)}.${sourceId & 7}`;
}
