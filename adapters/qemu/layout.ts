/**
 * Where things lie in the machine that the adapter builds. The memory that cases own is apart from the
 * adapter's own, and has holes around it, so that a pointer outside of `backed` meets a read error.
 */

/** RAM from address 0, in bytes. */
export const LOW_RAM_SIZE = 6 << 20;

/** A second block that cases own, at a multiple of 1 GiB so that 1 GiB leaves can reach it. */
export const HIGH_RAM = { start: 0x1_4000_0000n, size: 2 << 20 } as const;

/** Operations, results and DMA buffers of the adapter; no case may name it. */
export const SCRATCH = { start: 0x1_8000_0000n, size: 8 << 20 } as const;

/** The parts of SCRATCH, as offsets. */
export const SCRATCH_PARTS = {
  operations: 0,
  operationsSize: 4 << 20,
  results: 4 << 20,
  resultsSize: 1 << 20,
  /** A page a requester: what its edu buffer holds before the requests of a list. */
  tokens: 5 << 20,
  /** A page a requester: what its edu buffer holds after them. */
  buffers: 6 << 20,
  homeTables: 0x68_0000,
  /** Where the adapter's own wait descriptors write their status. */
  waitStatus: 0x6f_0000,
} as const;

/** The guest program and what it needs, in SCRATCH too. */
export const GUEST = {
  mailbox: SCRATCH.start + 0x70_1000n,
  interruptTable: SCRATCH.start + 0x70_2000n,
  stackTop: SCRATCH.start + 0x70_8000n,
  program: SCRATCH.start + 0x70_8000n,
} as const;

/** The guest's page tables, in RAM of the legacy option ROM area (firmware.ts opens it). */
export const PAGE_TABLES = 0xd_1000;

/**
 * What cases may use: the profile's `backed`. The last range is there because all of the first MiB
 * answers, RAM or not, and is what pass-through of low addresses reaches.
 */
export const BACKED = [
  { start: 0x10_0000n, end: BigInt(LOW_RAM_SIZE) },
  { start: HIGH_RAM.start, end: HIGH_RAM.start + BigInt(HIGH_RAM.size) },
  { start: 0n, end: 0x10_0000n },
] as const;

/** What the adapter fills with markers and looks at: `backed` without its own tables and the firmware. */
export const OBSERVED = [BACKED[0], BACKED[1], { start: 0n, end: BigInt(PAGE_TABLES) }] as const;

/** Whether what `address` holds can be set and observed. */
export function isObserved(address: bigint): boolean {
  return OBSERVED.some(({ start, end }) => address >= start && address < end);
}

/**
 * What every 8-byte word of observed memory holds while no case owns it: its own address with a tag.
 * Bits 1:0 are zero, so that read as an entry of any format it is not present (R=W=0, P=0, FPD=0), the
 * same as the zeros that the case promises.
 */
export const MARKER_TAG = 0x0d1a_0000_0000_0000n;
/** The bits of a marker that hold the address. */
export const MARKER_ADDRESS = 0x0000_ffff_ffff_ffffn;

/** Markers for `size` bytes from `start`. */
export function markers(start: bigint, size: number): BigUint64Array {
  const words = new BigUint64Array(size / 8);
  for (let index = 0; index < words.length; index++) words[index] = MARKER_TAG + start + BigInt(8 * index);
  return words;
}
