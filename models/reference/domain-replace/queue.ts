/** The invalidation descriptors of a driver (6.5.2), each for everything that a domain or PASID may have cached. */

const EVERYTHING = 0x7fff_ffff_ffff_f000n;

/** Of one PASID within a domain (6.5.2.2). */
export function pasidCache(did: number, pasid: number): bigint[] {
  return [7n | (1n << 4n) | (BigInt(did) << 16n) | (BigInt(pasid) << 32n), 0n];
}

/** Of a whole domain, second-stage structures included; reads and writes are drained (6.5.2.3). */
export function domainIotlb(did: number): bigint[] {
  return [2n | (2n << 4n) | (3n << 6n) | (BigInt(did) << 16n), 0n];
}

/** Of one PASID within a domain (6.5.2.4). */
export function pasidIotlb(did: number, pasid: number): bigint[] {
  return [6n | (2n << 4n) | (BigInt(did) << 16n) | (BigInt(pasid) << 32n), 0n];
}

/** Of requests without PASID where it is 0 (6.5.2.5), else of one PASID (6.5.2.6). */
export function deviceTlb(sourceId: number, pasid: number): bigint[] {
  if (pasid === 0) return [3n | (BigInt(sourceId) << 32n), EVERYTHING | 1n];
  return [8n | (BigInt(sourceId) << 16n) | (BigInt(pasid) << 32n), EVERYTHING | (1n << 11n)];
}

/** A wait that is over when page requests of before were seen (6.5.2.9: FN and PD). */
export const PAGE_REQUEST_DRAIN: readonly bigint[] = [5n | (1n << 6n) | (1n << 7n), 0n];
