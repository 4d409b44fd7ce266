/** Status writes of which the architecture does not say what they lead to (VT-d 6.5.2.9). */
import { queueAddressFields } from '../../../spec/invalidation/registers.ts';
import type { RegisterState } from './register-state.ts';
import { queueBytes } from './submit.ts';
import type { ReadWord } from './unit-facts.ts';

/** Addresses of interrupts: FEEx_xxxxh. */
const INTERRUPTS = 0xfeen;

/** `state` is that after the wait was fetched, `address` 4-byte aligned. */
export function isHazard(state: RegisterState, address: bigint, read: ReadWord): boolean {
  if (address >> 20n === INTERRUPTS) return true;
  if (read(address & ~7n) === undefined) return true;
  return isStillToBeFetched(state, address);
}

/** Descriptors behind the wait may have been fetched before it completed (6.5.2). */
function isStillToBeFetched({ iqa, head, tail }: RegisterState, address: bigint): boolean {
  const offset = address - (iqa & queueAddressFields.IQA.mask);
  const size = queueBytes(iqa);
  if (offset < 0n || offset >= size) return false;
  return (offset - head + size) % size < (tail - head + size) % size;
}
