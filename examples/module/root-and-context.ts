/**
 * The code to be checked: how a small legacy unit decodes root and context entries. It knows nothing of the
 * suite; in your project this is the file that exists already.
 */

/** What the decoder finds: a fault code (VT-d 7.1.3), or the fields of a valid entry. */
export type Decoded = { readonly fault: number } | { readonly fields: Readonly<Record<string, bigint>> };

const PRESENT = 1n;
const ABOVE_HOST_WIDTH = ~0n << 39n;

/** Root entry (VT-d 9.1): P, and the context table in bits 38:12. */
export function decodeRoot(low: bigint, high: bigint): Decoded {
  if ((low & PRESENT) === 0n) return { fault: 0x01 };
  if ((low & (0xffen | ABOVE_HOST_WIDTH)) !== 0n || high !== 0n) return { fault: 0x0a };
  return { fields: { CTP: low & ~0xfffn } };
}

/** Legacy context entry (VT-d 9.3): P, FPD, TT, the second-stage table; width and domain id above. */
export function decodeContext(low: bigint, high: bigint): Decoded {
  if ((low & PRESENT) === 0n) return { fault: 0x02 };
  const translationType = (low >> 2n) & 3n;
  const passThrough = translationType === 2n;
  // Pass-through does not look at the table pointer. The architecture leaves open what its high bits do then.
  const reservedLow = 0xff0n | (passThrough ? 0n : ABOVE_HOST_WIDTH);
  if ((low & reservedLow) !== 0n || (high & ~0xff_ff7fn) !== 0n) return { fault: 0x0b };
  // 1 needs a Device-TLB (ECAP.DT), which this unit does not have.
  if (translationType === 1n || translationType === 3n) return { fault: 0x03 };
  const addressWidth = high & 7n;
  if (addressWidth !== 1n) return { fault: 0x03 };
  const domain = { AW: addressWidth, DID: (high >> 8n) & 0xffffn };
  return { fields: { TT: translationType, ...domain, ...(passThrough ? {} : { SSPTPTR: low & ~0xfffn }) } };
}
