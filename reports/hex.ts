export { requester, shortHex } from '../spec/hex.ts';

/** 64-bit values for people: all 16 digits, so that columns stand under each other. */
export function hex(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`;
}
