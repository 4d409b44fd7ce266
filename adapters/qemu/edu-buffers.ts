/**
 * The pages of SCRATCH that go into the requesters' edu buffers before a list of requests, and come out
 * of them after it. A slot of 8 bytes holds its token until a read puts there what it got.
 */
import { SCRATCH_PARTS } from './layout.ts';
import type { MemoryBlock } from './memory-file.ts';
import { requesters } from './pci.ts';
import { EDU_BUFFER_SIZE } from './registers.ts';

const PAGE = 0x1000;
/** Like a marker, a token is no present entry in any format: bits 1:0 are zero. */
const TOKEN_TAG = 0x70ce_0000_0000_0000n;

/** What slot `slot` of requester number `requester` holds before its request; also what a write sends. */
export function tokenOf(requester: number, slot: number): bigint {
  return TOKEN_TAG + BigInt(requester * PAGE + slot * 8);
}

/** Offset in SCRATCH of the page that is loaded into a requester's buffer. */
export function tokenPage(requester: number): number {
  return SCRATCH_PARTS.tokens + requester * PAGE;
}

/** Offset in SCRATCH of the page that takes a requester's buffer. */
export function bufferPage(requester: number): number {
  return SCRATCH_PARTS.buffers + requester * PAGE;
}

/** Writes every token page; once a machine. */
export function writeTokens(scratch: MemoryBlock): void {
  for (const index of requesters.keys()) {
    const slots = Array.from({ length: EDU_BUFFER_SIZE / 8 }, (_, slot) => tokenOf(index, slot));
    scratch.write(tokenPage(index), BigUint64Array.from(slots));
  }
}

/** What the buffers of all requesters held at the end of a list, slot by slot. */
export function readBuffers(scratch: MemoryBlock): readonly BigUint64Array[] {
  return requesters.map((_, index) => {
    const slots = new BigUint64Array(EDU_BUFFER_SIZE / 8);
    scratch.read(bufferPage(index), slots);
    return slots;
  });
}
