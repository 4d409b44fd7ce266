/** One kind of dump as a parser: the lines that begin a part of it, and the lines within. */
import type { DumpKind, DumpRecord } from '../../spec/dumps.ts';

export interface DumpForm {
  readonly dump: DumpKind;
  /** The record of a line that can stand anywhere and shows what follows; undefined for every other line. */
  readonly begins: (line: string) => DumpRecord | undefined;
  /** The record of a line within; `passed` for a heading; undefined when the line is none of this form. */
  readonly within: (line: string) => DumpRecord | 'passed' | undefined;
  /** The same of a line with no part of this form above it, where that has to be told from others more closely. */
  readonly alone?: (line: string) => DumpRecord | 'passed' | undefined;
}

/** `BB:DD.F` as 16 bits of bus, device and function. */
export function sourceIdOf(bus: string, device: string, fn: string): number | undefined {
  const [b, d, f] = [Number.parseInt(bus, 16), Number.parseInt(device, 16), Number.parseInt(fn, 16)];
  return d < 32 && f < 8 ? (b << 8) | (d << 3) | f : undefined;
}

/** Hex digits without prefix as a word. */
export function word(digits: string): bigint {
  return BigInt(`0x${digits}`);
}

/** 16 hex digits, with prefix or without, as a word. */
export function columnWord(column: string): bigint {
  return column.length === 16 ? word(column) : BigInt(column);
}
