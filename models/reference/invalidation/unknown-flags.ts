/**
 * Accessed and dirty flags of a stream. They are not observed, and the unit may set them for requests that it
 * foresees: a flag that is clear in memory may be set by now, or not.
 */
import { type FlagBits, Flags, type MutableFlagBits, type Need, noFlags } from '../flags.ts';

export class UnknownFlags extends Flags {
  override need(_address: bigint, word: bigint, bits: bigint): Need {
    return (bits & ~word) === 0n ? 'no' : 'uncertain';
  }

  /** Flags that may be set from now on, where `read` gives them clear. */
  note(flags: FlagBits, read: (address: bigint) => bigint | undefined): void {
    if (flags.size === 0) return;
    const clear: MutableFlagBits = new Map();
    for (const [address, bits] of flags) {
      const word = read(address) ?? bits;
      if ((bits & ~word) !== 0n) clear.set(address, bits & ~word);
    }
    if (clear.size > 0) this.add(noFlags, clear);
  }
}
