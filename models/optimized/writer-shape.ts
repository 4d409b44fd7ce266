/** What the optimized writer knows of a format, in 32-bit halves. */
import type { SafeBits, UsedBits } from './used-bits.ts';

export interface WriterShape {
  /** Quanta of an entry: what one store replaces, and how large that is. */
  readonly quanta: number;
  readonly quantumHalves: number;
  /** Index of the quantum that holds the valid bit. */
  readonly validQuantum: number;
  readonly used: UsedBits;
  readonly safe: SafeBits;
}
