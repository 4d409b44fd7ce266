/** Whether what was passed on to the host covers what the guest dropped (6.5.2.3, 6.5.2.4). */
import type { DroppedTranslations } from '../../models/reference/binding/guest-event.ts';
import type { HostCall } from '../../spec/schema/binding.ts';

export type Invalidate = Extract<HostCall, { call: 'invalidate' }>;

const ALL_PAGES = 0xffff_ffff_ffff_ffffn;

/** True when `calls`, all of one table, together drop everything of `drop`. */
export function covers(calls: readonly Invalidate[], { range, leaf }: DroppedTranslations): boolean {
  // Last-level entries alone are not enough where others changed too.
  const useful = calls.filter((call) => leaf || !call.leaf);
  if (useful.some(isEverything)) return true;
  if (range === undefined) return false;
  let at = range.address;
  const end = range.address + (range.pages << 12n);
  for (const { address, pages } of useful.toSorted((a, b) => (a.address < b.address ? -1 : 1))) {
    if (address > at) return false;
    const reached = address + (pages << 12n);
    if (reached > at) at = reached;
    if (at >= end) return true;
  }
  return false;
}

export function isEverything({ address, pages }: Invalidate): boolean {
  return address === 0n && pages === ALL_PAGES;
}

export function describeDropped({ range, leaf }: DroppedTranslations): string {
  const what =
    range === undefined ? 'everything' : `0x${range.address.toString(16)}, ${range.pages} pages of 4 KiB`;
  return `${what}${leaf ? '' : ', upper levels too'}`;
}

export function describeInvalidates(calls: readonly Invalidate[]): string {
  if (calls.length === 0) return 'nothing passed on';
  return calls
    .map((call) =>
      isEverything(call)
        ? `everything${call.leaf ? ', last level only' : ''}`
        : `0x${call.address.toString(16)}, ${call.pages} pages${call.leaf ? ', last level only' : ''}`,
    )
    .join('; ');
}
