/** Output is input, as far as the host address width reaches: pass-through (3.9) and translated requests (4.2.5). */
import { current } from './current-request.ts';
import { isInterruptPage, page, READ, WRITE } from './paging.ts';
import type { TranslationUnit } from './translation-unit.ts';

/** Leaves the address of the current request in `page`, or returns `beyondHostWidth` or `interruptRange`. */
export function passThrough(unit: TranslationUnit, beyondHostWidth: number, interruptRange: number): number {
  const { high, low } = current;
  page.high = high;
  page.low = low;
  page.bits = 64;
  page.rights = READ | WRITE;
  page.snoop = false;
  if (isInterruptPage(false)) return interruptRange;
  return (high & unit.entries.aboveHaw) !== 0 ? beyondHostWidth : 0;
}
