/** What the optimized writer knows of a format, in 32-bit halves. */
import type { MaskFunction, SafeFunction } from './used-bits.ts';

export interface WriterShape {
  /** Size of an entry, and of what one store replaces. */
  readonly halves: number;
  readonly quantumHalves: number;
  /** Index of the quantum that holds the valid bit. */
  readonly validQuantum: number;
  readonly used: MaskFunction;
  readonly safe: SafeFunction;
}
