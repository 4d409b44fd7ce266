/**
 * Flags that one walk may set, in the order in which it came by: what it had met at an earlier moment is the beginning
 * of the list, so that nothing is copied for those who come back to that moment.
 */
import { type FlagBits, setFlags } from '../flags.ts';

export class FlagLog extends Map<bigint, bigint> implements FlagBits {
  readonly #written: (readonly [address: bigint, bits: bigint])[] = [];

  /** How many times flags were written so far. */
  get moment(): number {
    return this.#written.length;
  }

  override set(address: bigint, bits: bigint): this {
    this.#written.push([address, bits]);
    return super.set(address, bits);
  }

  /** Adds what `other` held at `moment`. */
  addUntil(other: FlagLog, moment: number): void {
    for (const [address, bits] of other.#written.slice(0, moment)) setFlags(this, address, bits);
  }
}
