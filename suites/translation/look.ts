/** How a breach looks wherever it is made, and which others may come from the same mistake. */
import { faultConditions } from '../../spec/faults.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { hex } from './describe.ts';

const codes: ReadonlySet<string> = new Set(faultConditions.map(({ code }) => hex(code)));
/** Of a record that is there, and should be. */
const OF_FIELDS =
  /^translation\.record\.(code|source-id|address|address-above-width|operation|no-pasid|pasid|pasid-present|privileged)$/;

/** The code that a request was blocked under wrongly. */
export function look({ aspect, observed }: Mismatch): string | undefined {
  return aspect === 'code' ? /with (0x[0-9a-f]+)$/.exec(observed)?.[1] : undefined;
}

/**
 * Who tells faults wrongly does so in any case that ends in one, which says nothing of why a request was let through;
 * and a fault that was found rightly and told wrongly has nothing to do with what is let through elsewhere.
 */
export function mayName(other: Mismatch, breach: Mismatch): boolean {
  return isReport(other) ? isReport(breach) : !isOfFields(breach);
}

function isReport(breach: Mismatch): boolean {
  return breach.aspect === 'record' || isOfFields(breach);
}

/** A field that is wrong under the right code, or a code that no condition has: no way through tables leads there. */
function isOfFields(breach: Mismatch): boolean {
  const code = look(breach);
  return OF_FIELDS.test(breach.rule) || (code !== undefined && !codes.has(code));
}
