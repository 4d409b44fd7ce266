/** How a breach looks wherever it is made, and which are of nothing but how a fault was told. */
import { faultConditions } from '../../spec/faults.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { hex } from './describe.ts';

const codes: ReadonlySet<string> = new Set(faultConditions.map(({ code }) => hex(code)));

/** The code that a request was blocked under wrongly. */
export function look({ aspect, observed }: Mismatch): string | undefined {
  return aspect === 'code' ? /with (0x[0-9a-f]+)$/.exec(observed)?.[1] : undefined;
}

/** A wrong record, or a code that no condition has: whatever way is taken through the tables, none leads there. */
export function isReport(breach: Mismatch): boolean {
  const code = look(breach);
  return breach.aspect === 'record' || (code !== undefined && !codes.has(code));
}
